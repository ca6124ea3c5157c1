import type { World } from '../../module/world.ts'
import type { Keys } from '../keys.ts'
import { type Client, clientOf, connect, end, placeOf } from './client.ts'
import { inboxOn } from './inbox.ts'
import { portableOf } from './portable.ts'
import { refusal } from './refusal.ts'
import { scriptsOn } from './scripts.ts'
import { checkServer } from './server.ts'

export interface RedisOptions {
  url: string
  /** What all keys of the store begin with. */
  prefix: string
  world: Pick<World, 'now'>
  /** Told of each script that ran. */
  observe?: (ms: number) => void
}

export interface OpenedRedis {
  readonly keys: Keys
  /** What an operator should know of the server. */
  readonly warnings: readonly string[]
  /** Rejects where the server does not answer now. */
  alive(): Promise<void>
  close(): Promise<void>
}

/** A script takes microseconds: a server that needs longer is away. */
const COMMAND_MS = 800

/** Opens a store on one Redis, a replica of which may take its place behind the same address. */
export const openRedis = async ({ url, prefix, world, observe }: RedisOptions): Promise<OpenedRedis> => {
  if (!/^[\w:.-]+$/.test(prefix)) throw new TypeError(`${prefix} cannot begin a store's keys`)
  const where = placeOf(url)
  const client = await clientOf({ url, commandTimeoutMs: COMMAND_MS })
  const asked = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw refusal(error)
    }
  }
  try {
    await connect(client)
    const warnings = await asked(() => checkServer(client, where))
    return { keys: keysOn(client, prefix, world, asked, observe), warnings, alive: () => asked(() => client.ping()).then(() => {}), close: () => end(client) }
  } catch (error) {
    client.disconnect()
    throw error
  }
}

const keysOn = (client: Client, prefix: string, world: Pick<World, 'now'>, asked: <T>(work: () => Promise<T>) => Promise<T>, observe?: (ms: number) => void): Keys => {
  const onServer = scriptsOn(client, prefix)
  const run: Keys['run'] = async (...call) => {
    const from = performance.now()
    try {
      return await onServer(...call)
    } catch (error) {
      throw refusal(error)
    } finally {
      observe?.(performance.now() - from)
    }
  }
  const scan: Keys['scan'] = async function* (begin) {
    const told = new Set<string>()
    let cursor = '0'
    do {
      const [next, found] = await asked(() => client.scan(cursor, 'MATCH', `${prefix}${begin}*`, 'COUNT', 1000))
      cursor = next
      for (const name of found) {
        if (told.has(name)) continue
        told.add(name)
        yield name.slice(prefix.length)
      }
    } while (cursor !== '0')
  }
  const inbox = inboxOn(run, scan, world.now)
  const forget = async (keys: readonly string[]) => {
    if (keys.length > 0) await asked(() => client.unlink(...keys.map((name) => prefix + name)))
  }
  return { run, scan, apply: inbox.apply, portable: (layout) => portableOf({ scan, forget, inbox }, layout) }
}
