import { alarmsOf } from '../../../src/module/alarms.ts'
import type { World } from '../../../src/module/world.ts'

/** Who waits for an order to move on, in this process; orders that another instance moves are seen by looking again. */
export interface Watch {
  moved(orderId: string): void
  /** Until it moved, or `ms` are over. No connection is held meanwhile. */
  wait(orderId: string, ms: number): Promise<void>
}

export const createWatch = (world: World): Watch => {
  const alarms = alarmsOf(world)
  const waiting = new Map<string, Set<() => void>>()
  return {
    moved(orderId) {
      for (const wake of [...waiting.get(orderId) ?? []]) wake()
    },
    wait: (orderId, ms) => new Promise((resolve) => {
      const waiters = waiting.get(orderId) ?? new Set()
      waiting.set(orderId, waiters)
      const wake = () => {
        alarms.cancel(alarm)
        waiters.delete(wake)
        if (waiters.size === 0 && waiting.get(orderId) === waiters) waiting.delete(orderId)
        resolve()
      }
      waiters.add(wake)
      const alarm = alarms.set(world.now() + ms, wake)
    }),
  }
}
