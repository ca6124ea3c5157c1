import { deadlineExceeded, unavailable } from '../../src/contract/faults.ts'
import { type Context, atDeadline } from '../../src/module/context.ts'

export interface Turns {
  /** Runs `work` when it is its turn, first come first served; 503 where too many wait, 504 where the context's time is up first. */
  take<T>(work: () => Promise<T>, context: Context): Promise<T>
  /** How many wait. */
  waiting(): number
}

/** At most `atOnce` pieces of work run at a time and at most `queue` wait. */
export const turns = (atOnce: number, queue: number): Turns => {
  const waiting = new Set<() => void>()
  let running = 0

  const turn = (context: Context): Promise<void> => {
    if (context.leftMs() === 0) throw deadlineExceeded()
    if (running < atOnce) {
      running++
      return Promise.resolve()
    }
    if (waiting.size >= queue) throw unavailable('Too many people are signing in at this moment', { headers: { 'retry-after': '5' } })
    return new Promise((resolve, reject) => {
      const begin = () => { waiting.delete(begin); cancel(); resolve() }
      const cancel = atDeadline(context, () => { waiting.delete(begin); reject(deadlineExceeded()) })
      waiting.add(begin)
    })
  }
  /** Hands the place on, or gives it back. */
  const done = () => {
    const next = waiting.values().next()
    if (next.done) running--
    else next.value()
  }

  return {
    waiting: () => waiting.size,
    async take(work, context) {
      await turn(context)
      try {
        return await work()
      } finally {
        done()
      }
    },
  }
}
