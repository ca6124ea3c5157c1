import { chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { dirname, join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { StartError } from './check.ts'

/** Where the shop that runs on this data folder answers. */
export const socketIn = (folder: string): string => join(folder, 'mercado.sock')

/** Where it may answer, with the processes of a shop that runs as services below its folder: each knows what all share. */
export const socketsIn = (folder: string): string[] => {
  const services = join(folder, 'services')
  const below = existsSync(services) ? readdirSync(services).sort().map((name) => join(services, name)) : []
  return [folder, ...below].map(socketIn)
}

/** What a running shop does when an operator on its machine asks: by name, plain JSON in and out. */
export type Commands = Readonly<Record<string, (input: unknown) => Promise<unknown>>>

const Ask = Type.Object({ command: Type.String(), input: Type.Unknown() })
const Answer = Type.Union([Type.Object({ answer: Type.Unknown() }), Type.Object({ error: Type.String() })])
/** The system takes no longer path for a socket (108 bytes with its end on Linux, 104 on others). */
const pathBytes = 103

/**
 * Answers commands at a Unix socket, JSON line by JSON line. Who may use it is who may open it: it has mode 0600 from
 * its first moment, for it is made under a folder of that kind and only then moved to `path`. A stale one is replaced.
 */
export const serveSocket = async (path: string, commands: Commands): Promise<{ close(): Promise<void> }> => {
  const other = await connected(path)
  if (other !== null) {
    other.destroy()
    throw new StartError([{ name: 'MERCADO_DATA', message: `another process of a shop answers at ${path} already; give each process a folder of its own` }])
  }
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => socket.destroy())
    void answerAll(socket, commands)
  })
  const folder = mkdtempSync(join(dirname(path), '.sock-'))
  try {
    const first = join(folder, 's')
    await listening(server, near(first))
    chmodSync(first, 0o600)
    renameSync(first, path)
  } catch (error) {
    server.close()
    throw error
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return {
    close: () => new Promise((resolve) => {
      rmSync(path, { force: true })
      server.close(() => resolve())
      for (const socket of open) socket.destroy()
    }),
  }
}

/** Asks the shop that runs on this data folder; null where none does. Rejects with what the shop says went wrong. */
export const askSocket = async (path: string, command: string, input: unknown): Promise<{ answer: unknown } | null> => {
  const socket = await connected(path)
  if (socket === null) return null
  try {
    socket.write(`${JSON.stringify({ command, input })}\n`)
    for await (const line of createInterface(socket)) {
      const found: unknown = JSON.parse(line)
      if (!Value.Check(Answer, found)) throw new Error('The shop answered something else than an answer')
      if ('error' in found) throw new Error(found.error)
      return found
    }
    throw new Error('The shop ended before it answered')
  } finally {
    socket.destroy()
  }
}

/** Asks whichever of these answers first, in their order; null where none does. */
export const askAnySocket = async (paths: readonly string[], command: string, input: unknown): Promise<{ answer: unknown } | null> => {
  for (const path of paths) {
    const asked = await askSocket(path, command, input)
    if (asked !== null) return asked
  }
  return null
}

const answerAll = async (socket: Socket, commands: Commands): Promise<void> => {
  try {
    for await (const line of createInterface(socket)) socket.write(`${JSON.stringify(await answer(line, commands))}\n`)
  } catch {
    socket.destroy()
  }
}

const answer = async (line: string, commands: Commands): Promise<{ answer: unknown } | { error: string }> => {
  try {
    const ask: unknown = JSON.parse(line)
    if (!Value.Check(Ask, ask)) return { error: 'A command is {"command": …, "input": …}' }
    const run = Object.hasOwn(commands, ask.command) ? commands[ask.command] : undefined
    if (run === undefined) return { error: `This shop knows no command ${ask.command}` }
    return { answer: await run(ask.input) ?? null }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

/** The shorter name of a path, seen from here. */
const near = (path: string): string => {
  const short = [path, relative(process.cwd(), path)].sort((a, b) => a.length - b.length)[0] ?? path
  if (Buffer.byteLength(short) > pathBytes) throw new Error(`${path} is too long for a socket: give the shop a MERCADO_DATA with a shorter path`)
  return short
}

const listening = (server: Server, path: string): Promise<void> => new Promise((resolve, reject) => {
  server.once('error', reject).listen(path, () => {
    server.off('error', reject)
    resolve()
  })
})

/** A connection, or null where nobody listens. */
const connected = (path: string): Promise<Socket | null> => new Promise((resolve, reject) => {
  if (!existsSync(path)) return resolve(null)
  const socket = connect(near(path))
  socket.once('connect', () => {
    socket.removeAllListeners('error').on('error', () => socket.destroy())
    resolve(socket)
  })
  socket.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(null)
    else reject(error)
  })
})
