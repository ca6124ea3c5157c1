import type { World } from '../../module/world.ts'

const TICK_MS = 1000
/** The server ends a statement after 5 s; where it does not even do that, it stands still or is cut off. */
const MOST_TICKS = 6

/** That no answer came in time: what was asked may have happened. */
export const late = (): Error => Object.assign(new Error('The server did not answer in time'), { code: 'CONNECTION_LATE' })

export interface Deadlines {
  /** Settles as `run` does, or rejects after some 6 s, when `onLate` is called. */
  inTime<T>(run: Promise<T>, onLate: () => void): Promise<T>
}

/** One clock for all who wait, which runs only while somebody does. */
export const deadlinesOf = (world: Pick<World, 'sleep'>): Deadlines => {
  const waiting = new Set<{ ticks: number; end(): void }>()
  let watching = false
  const watch = async (): Promise<void> => {
    watching = true
    while (waiting.size > 0) {
      await world.sleep(TICK_MS)
      for (const one of waiting) if (++one.ticks > MOST_TICKS) one.end()
    }
    watching = false
  }
  return {
    inTime: (run, onLate) => new Promise((resolve, reject) => {
      const one = {
        ticks: 0,
        end() {
          waiting.delete(one)
          reject(late())
          onLate()
        },
      }
      waiting.add(one)
      run.then(resolve, reject).finally(() => waiting.delete(one))
      if (!watching) void watch()
    }),
  }
}
