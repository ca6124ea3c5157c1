import type { World } from '../src/module/world.ts'
import { idSource, realWorld } from '../src/process/world.ts'

/** A world whose clock stands still until a test moves it, so that no test depends on how fast it runs. */
export interface StillWorld extends World {
  /** Moves the clock and wakes whoever's time has come, earliest first. */
  advance(ms: number): void
  /** Moves the clock to where the next sleeper wakes; false where nobody sleeps. */
  next(): boolean
}

export const stillWorld = (): StillWorld => {
  const { random } = realWorld()
  let time = Date.UTC(2026, 0, 1)
  const sleepers = new Set<{ due: number; wake: () => void }>()
  const moveTo = (to: number) => {
    time = to
    const due = [...sleepers].filter((sleeper) => sleeper.due <= time).sort((a, b) => a.due - b.due)
    for (const sleeper of due) sleeper.wake()
  }
  return {
    now: () => time,
    id: idSource(() => time, random),
    random,
    sleep: (ms, signal) => new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const end = (then: () => void) => {
        sleepers.delete(sleeper)
        signal?.removeEventListener('abort', stop)
        then()
      }
      const stop = () => end(() => reject(signal?.reason))
      const sleeper = { due: time + ms, wake: () => end(resolve) }
      sleepers.add(sleeper)
      signal?.addEventListener('abort', stop, { once: true })
    }),
    advance: (ms) => moveTo(time + ms),
    next() {
      if (sleepers.size === 0) return false
      moveTo(Math.max(time, Math.min(...[...sleepers].map(({ due }) => due))))
      return true
    },
  }
}
