import { join, resolve } from 'node:path'
import { lockFile } from '../../src/databases/sqlite/lock.ts'
import { mkdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Server } from './server.ts'

/** How one server fared. */
export type Outcome =
  | { server: Server; url: string; /** It ran before. */ found: boolean }
  | { server: Server; url: null; /** What is missing, or what went wrong. */ wrong: string }

/** Where a server keeps its data, below a shop's data folder. */
export const folderOf = (shop: string, server: Server): string => join(resolve(shop), 'servers', server.name.toLowerCase())

const lockTries = 600
const lockPauseMs = 100

/** Whoever else starts or stops servers in this folder is waited for. */
const alone = async <T>(shop: string, work: () => Promise<T>): Promise<T> => {
  const folder = join(resolve(shop), 'servers')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (let tries = 1; ; tries++) {
    try {
      const lock = lockFile(join(folder, 'starting'))
      return await work().finally(() => lock.release())
    } catch (error) {
      if (tries === lockTries || !(error instanceof Error && error.message.includes('in use by another process'))) throw error
      await sleep(lockPauseMs)
    }
  }
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Starts servers side by side, or finds them running; one that cannot run keeps no other from it. */
export const upTogether = (servers: readonly Server[], shop: string): Promise<Outcome[]> => alone(shop, () =>
  Promise.all(servers.map(async (server): Promise<Outcome> => {
    try {
      const running = server.url(folderOf(shop, server))
      if (running !== null) return { server, url: running, found: true }
      const wrong = server.missing()
      if (wrong !== null) return { server, url: null, wrong }
      return { server, url: await server.up(folderOf(shop, server)), found: false }
    } catch (error) {
      return { server, url: null, wrong: `${server.name} does not start: ${said(error)}` }
    }
  })))

/** Stops servers side by side; answers what went wrong. */
export const downTogether = (servers: readonly Server[], shop: string): Promise<string[]> => alone(shop, async () => {
  const ended = await Promise.allSettled(servers.map((server) => server.down(folderOf(shop, server))))
  return ended.flatMap((one, at) => (one.status === 'rejected' ? [`${servers[at]?.name} does not stop: ${said(one.reason)}`] : []))
})
