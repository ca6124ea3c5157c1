import { idSource, realWorld } from '../src/process/world.ts'
import type { World } from '../src/module/world.ts'

/** The real world with a clock that a test can move: sleepers whose time has come then wake at once. */
export interface TestWorld extends World { advance(ms: number): void }

export const testWorld = (): TestWorld => {
  const real = realWorld()
  let ahead = 0
  const sleepers = new Set<{ due: number; wake: () => void }>()
  const now = () => Date.now() + ahead
  return {
    now,
    id: idSource(now, real.random),
    random: real.random,
    sleep: (ms, signal) => new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const done = () => {
        clearTimeout(timer)
        sleepers.delete(sleeper)
        signal?.removeEventListener('abort', stop)
      }
      const stop = () => { done(); reject(signal?.reason) }
      const sleeper = { due: now() + ms, wake: () => { done(); resolve() } }
      const timer = setTimeout(sleeper.wake, ms)
      sleepers.add(sleeper)
      signal?.addEventListener('abort', stop, { once: true })
    }),
    advance(ms) {
      ahead += ms
      for (const sleeper of [...sleepers]) if (sleeper.due <= now()) sleeper.wake()
    },
  }
}
