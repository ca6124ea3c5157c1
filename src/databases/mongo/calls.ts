import { unavailable } from '../../contract/faults.ts'
import type { World } from '../../module/world.ts'
import { deadlineMs } from './client.ts'
import { refusal } from './refusal.ts'

export type Observe = (kind: 'read' | 'commit', ms: number, changes: number) => void
/** Asks the server something of a collection. */
export type Call = <T>(kind: 'read' | 'commit', collection: string, ask: () => Promise<T>) => Promise<T>

/**
 * Answers or throws by the deadline: a server that froze holds nobody, though it may still do what it was asked for when it
 * wakes. The driver's own timeouts free the connection.
 */
export const callsIn = (world: Pick<World, 'sleep'>, observe?: Observe, withinMs = deadlineMs): Call => async (kind, collection, ask) => {
  const from = performance.now()
  const over = new AbortController()
  const late = world.sleep(withinMs, over.signal).then(() => { throw unavailable('The database did not answer in time') })
  try {
    return await Promise.race([ask(), late])
  } catch (error) {
    throw refusal(error, collection)
  } finally {
    over.abort()
    observe?.(kind, performance.now() - from, kind === 'read' ? 0 : 1)
  }
}
