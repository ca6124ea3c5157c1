import { isFault } from '../../contract/fault.ts'
import { unavailable } from '../../contract/faults.ts'
import { alarmsOf } from '../../module/alarms.ts'
import type { World } from '../../module/world.ts'
import { deadlineMs } from './client.ts'
import { refusal } from './refusal.ts'

export type Observe = (kind: 'read' | 'commit', ms: number, changes: number) => void
/** Asks the server something of a collection. */
export type Call = <T>(kind: 'read' | 'commit', collection: string, ask: () => Promise<T>) => Promise<T>

export interface CallOptions { observe?: Observe | undefined; /** Told when a call found the server away. */ wasAway?: () => void; withinMs?: number }

/** A server that was away a moment ago gets so long to answer. */
const againMs = 1000

/**
 * Answers or throws by the deadline: a server that froze holds nobody, though it may still do what it was asked for when it
 * wakes. The driver's own timeouts free the connection. Only the first who find it away wait long for it.
 */
export const callsIn = (world: Pick<World, 'now' | 'sleep'>, { observe, wasAway, withinMs = deadlineMs }: CallOptions = {}): Call => {
  let isAway = false
  const alarms = alarmsOf(world)
  return async (kind, collection, ask) => {
    const from = performance.now()
    const late = Promise.withResolvers<never>()
    const alarm = alarms.set(world.now() + (isAway ? againMs : withinMs), () => late.reject(unavailable('The database did not answer in time')))
    try {
      const answer = await Promise.race([(async () => await ask())(), late.promise])
      isAway = false
      return answer
    } catch (error) {
      const refused = refusal(error, collection)
      isAway = isFault(refused, unavailable)
      if (isAway) wasAway?.()
      throw refused
    } finally {
      alarms.cancel(alarm)
      observe?.(kind, performance.now() - from, kind === 'read' ? 0 : 1)
    }
  }
}
