import type { Outbox } from './sql.ts'

/** Who waits for an outbox's next event. */
export interface Arrivals {
  /** Something was stored. */
  wake(): void
  /** The next who waits need not: more is stored than was taken. */
  more(): void
  readonly arrived: Outbox['arrived']
}

/** An event that came while nobody waited is kept for the next who does. */
export const arrivals = (): Arrivals => {
  const listeners = new Set<() => void>()
  let stored = false
  return {
    wake() {
      stored = listeners.size === 0
      for (const listener of [...listeners]) listener()
    },
    more() { stored = true },
    async arrived(signal) {
      signal.throwIfAborted()
      if (stored) {
        stored = false
        return
      }
      await new Promise<void>((resolve, reject) => {
        const end = (then: () => void) => {
          listeners.delete(come)
          signal.removeEventListener('abort', stop)
          then()
        }
        const come = () => end(resolve)
        const stop = () => end(() => reject(signal.reason))
        listeners.add(come)
        signal.addEventListener('abort', stop)
      })
    },
  }
}
