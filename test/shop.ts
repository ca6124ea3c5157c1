import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, client } from './client.ts'

const root = join(import.meta.dirname, '..')
export const bin = (name: string) => join(root, 'node_modules/.bin', name)

/** What a shop runs on. */
export interface Shape { name: string; command: readonly string[]; /** Why it cannot run here, or null. */ missing(): string | null }

/** Every shape of one process: one line each. */
export const shapes: readonly Shape[] = [
  { name: 'one process on Node', command: [bin('node'), 'commands/start.ts', 'monolith'], missing: () => null },
  { name: 'one process on Deno', command: [bin('deno'), 'run', '-A', '--no-prompt', 'commands/start.ts', 'monolith'], missing: () => null },
  { name: 'the build on Node', command: [bin('node'), 'dist/start.js', 'monolith'], missing: () => (existsSync(join(root, 'dist/start.js')) ? null : 'dist/ is not built') },
]

export interface Shop extends Client, Started {
  readonly folder: string
  readonly admin: { email: string; password: string }
  /** The same folder and settings in a new process. */
  again(env?: Record<string, string>): Promise<Shop>
}

const running = new Set<ChildProcess>()
process.on('exit', () => { for (const child of running) child.kill('SIGKILL') })

/** One process of a shop. */
export interface Started {
  readonly url: string
  readonly metricsUrl: string
  readonly process: ChildProcess
  /** All that it has printed. */
  printed(): string
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>
  /** `kill -9`. */
  kill(): Promise<void>
}

export const isAlive = ({ process: { exitCode, signalCode } }: Pick<Started, 'process'>): boolean => exitCode === null && signalCode === null

/** What every process in a test is given. */
export const testEnvironment = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NODE_NO_WARNINGS: '1', DENO_DIR: process.env['DENO_DIR'] ?? '',
  PORT: '0', METRICS_PORT: '0', HOST: '127.0.0.1', SAMPLE_CATALOGUE: 'off', RATE_LIMIT: 'off', ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password,
})
export const admin = { email: 'admin@example.com', password: 'a long admin password' }

/** Starts a real process and waits until it says where it listens. */
export const startProcess = async (command: readonly string[], env: Record<string, string>): Promise<Started> => {
  const [program = '', ...args] = command
  const child = spawn(program, args, { cwd: root, env: { ...testEnvironment(), ...env } })
  running.add(child)
  let printed = ''
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => { running.delete(child); resolve(code) }))
  const listening = new Promise<{ url: string; metricsUrl: string }>((resolve, reject) => {
    let known = false
    const read = (chunk: Buffer) => {
      printed += chunk.toString()
      if (known) return
      const line = printed.split('\n').find((one) => one.includes('"message":"listening"'))
      if (line === undefined || !printed.includes(`${line}\n`)) return
      known = true
      resolve(JSON.parse(line))
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    void ended.then((code) => reject(new Error(`the shop ended with ${code} before it listened:\n${printed}`)))
  })
  const { url, metricsUrl } = await listening
  const signal = async (name: NodeJS.Signals) => { child.kill(name); return ended }
  return {
    url, metricsUrl, process: child,
    printed: () => printed,
    stop: () => signal('SIGTERM'),
    kill: async () => { await signal('SIGKILL') },
  }
}

export interface StartOptions { folder?: string; env?: Record<string, string>; command?: readonly string[] }

/** Starts a shop of one process on free ports. */
export const startShop = async (shape: Pick<Shape, 'command'>, { folder = mkdtempSync(join(tmpdir(), 'mercado-')), env = {} }: StartOptions = {}): Promise<Shop> => {
  const started = await startProcess(shape.command, { MERCADO_DATA: folder, ...env })
  return {
    ...client(started.url), ...started, folder, admin,
    again: (more = {}) => startShop(shape, { folder, env: { ...env, ...more } }),
  }
}

/** Ends a shop and forgets its folder. */
export const endShop = async (shop: Shop): Promise<void> => {
  if (isAlive(shop)) await shop.kill()
  rmSync(shop.folder, { recursive: true, force: true })
}

/** Asks again until `done` says so; fails after `withinMs`. */
export const until = async <T>(ask: () => Promise<T>, done: (value: T) => boolean, withinMs = 20_000): Promise<T> => {
  const end = Date.now() + withinMs
  for (;;) {
    const value = await ask()
    if (done(value)) return value
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms; last seen: ${JSON.stringify(value)?.slice(0, 500)}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
