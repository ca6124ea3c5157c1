import { deadlineExceeded, unavailable } from '../../src/contract/faults.ts'

export interface Turns {
  /** Runs `work` when it is its turn, first come first served; 503 where too many wait, 504 where the deadline ends first. */
  take<T>(work: () => Promise<T>, deadline: AbortSignal): Promise<T>
  /** How many wait. */
  waiting(): number
}

/** At most `atOnce` pieces of work run at a time and at most `queue` wait. */
export const turns = (atOnce: number, queue: number): Turns => {
  const waiting = new Set<() => void>()
  let running = 0

  const turn = (deadline: AbortSignal): Promise<void> => {
    if (deadline.aborted) throw deadlineExceeded()
    if (running < atOnce) {
      running++
      return Promise.resolve()
    }
    if (waiting.size >= queue) throw unavailable('Too many people are signing in at this moment', { headers: { 'retry-after': '5' } })
    return new Promise((resolve, reject) => {
      const begin = () => { leave(); resolve() }
      const expire = () => { leave(); reject(deadlineExceeded()) }
      const leave = () => { waiting.delete(begin); deadline.removeEventListener('abort', expire) }
      waiting.add(begin)
      deadline.addEventListener('abort', expire, { once: true })
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
    async take(work, deadline) {
      await turn(deadline)
      try {
        return await work()
      } finally {
        done()
      }
    },
  }
}
