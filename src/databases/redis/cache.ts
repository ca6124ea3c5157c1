import type { Log } from '../../module/log.ts'
import type { World } from '../../module/world.ts'
import type { Cache } from '../cache.ts'
import { lua } from '../keys.ts'
import { clientOf, connect, end, placeOf } from './client.ts'
import { patienceWith } from './patience.ts'
import { isForbidden } from './refusal.ts'
import { scriptsOn } from './scripts.ts'

export interface CacheOptions {
  url: string
  /** What all its keys begin with. */
  prefix: string
  world: Pick<World, 'id' | 'sleep'>
  log: Pick<Log, 'info' | 'warn'>
  /** What a value is made from was read at most so long before it is set. Default 15 s, the longest that a request takes. */
  slowestReadMs?: number
  /** Told of each `get`. */
  observe?: (found: 'hit' | 'miss' | 'bypassed') => void
}

/** Bounds what nothing else does: how long others believe what an instance that is cut off could not drop. */
const LIVES_MS = 60_000
const COMMAND_MS = 1000

/** A new generation; values that were read under another are not kept for as long as a read takes. */
const begin = lua`
redis.call('SET', KEYS[1], ARGV[1])
if tonumber(ARGV[2]) > 0 then redis.call('SET', KEYS[2], 1, 'PX', ARGV[2]) end`

/**
 * Keeps `generation version value`, or with no value what only holds the version's place. Of this generation nothing gives
 * way to what is older. Answers false where there is no generation.
 */
const keep = lua`
local generation = redis.call('GET', KEYS[1])
if not generation then return false end
local kept, version = string.match(redis.call('GETRANGE', KEYS[3], 0, 80), '^(%S+) (%d+) ')
local wanted, value, lives = tonumber(ARGV[1]), ARGV[2], ARGV[3]
if kept == generation and (tonumber(version) > wanted or (value == '' and tonumber(version) == wanted)) then return 1 end
if redis.call('EXISTS', KEYS[2]) == 1 then value = '' end
redis.call('SET', KEYS[3], generation .. ' ' .. ARGV[1] .. ' ' .. value, 'PX', lives)
return 1`

/**
 * Each connection begins a generation, and nothing of an earlier one is believed: whatever could not be told while it was
 * lost, whatever the server lost itself. Between two connections the cache is bypassed.
 */
export const openCache = async ({ url, prefix, world, log, slowestReadMs = 15_000, observe = () => {} }: CacheOptions): Promise<Cache & { close(): Promise<void> }> => {
  const where = placeOf(url)
  const client = await clientOf({ url, commandTimeoutMs: COMMAND_MS })
  const run = scriptsOn(client, prefix)
  let believed = false
  let closed = false
  let connections = 0
  let beginning = Promise.resolve()

  const leave = (error: unknown): void => {
    if (believed && !closed) log.warn('the cache is bypassed', { where, why: error instanceof Error ? error.message : String(error) })
    believed = false
    // Made again, the connection begins a generation.
    if (client.status === 'ready') client.disconnect(true)
  }
  const ask = patienceWith(world, leave)
  const start = async (): Promise<void> => {
    const connection = connections
    const answer = await ask(() => run(begin, ['generation', 'young'], [world.id(), slowestReadMs]))
    if (!answer.ok || connection !== connections || client.status !== 'ready') return
    if (!believed && connection > 1) log.info('the cache is asked again', { where })
    believed = true
  }
  client.on('ready', () => {
    connections++
    beginning = start()
  })
  client.on('close', () => leave(new Error('the connection was lost')))
  try {
    await connect(client)
    await beginning
    if (!believed) throw new Error('it took no first value')
  } catch (error) {
    if (isForbidden(error)) {
      client.disconnect()
      throw error
    }
    log.warn('the cache is bypassed', { where, why: error instanceof Error ? error.message : String(error) })
  }

  const change = async (key: string, version: number, value: string): Promise<void> => {
    if (!believed) return
    const answer = await ask(() => run(keep, ['generation', 'young', `of:${key}`], [version, value, value === '' ? Math.max(slowestReadMs, 1) : LIVES_MS]))
    if (answer.ok && answer.value === null) await start()
  }
  return {
    async get(key) {
      if (!believed) {
        observe('bypassed')
        return null
      }
      const answer = await ask(() => client.mget(`${prefix}generation`, `${prefix}of:${key}`))
      const [generation, kept] = answer.ok ? answer.value : []
      const value = typeof generation === 'string' && typeof kept === 'string' && kept.startsWith(`${generation} `)
        ? kept.slice(kept.indexOf(' ', generation.length + 1) + 1) : ''
      observe(!answer.ok ? 'bypassed' : value === '' ? 'miss' : 'hit')
      return value === '' ? null : value
    },
    set: (key, version, value) => change(key, version, value),
    drop: (key, version) => change(key, version, ''),
    async close() {
      closed = true
      believed = false
      await end(client)
    },
  }
}
