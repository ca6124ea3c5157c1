import type { Log } from '../module/log.ts'
import type { World } from '../module/world.ts'

/** Things to end, each with a name, in reverse of how they began. */
export interface Ending {
  add(name: string, end: () => Promise<void> | void): void
  /** Ends all of them within this time together; one that is late or fails holds up no other. */
  run(withinMs: number): Promise<void>
}

/** Where the time is over, each of the rest still gets this long: most need no more, and a store is closed in any case. */
const LEAST_MS = 100

export const createEnding = (world: World, log: Log): Ending => {
  const parts: { name: string; end: () => Promise<void> | void }[] = []
  let ended: Promise<void> | undefined
  return {
    add: (name, end) => { parts.push({ name, end }) },
    run: (withinMs) => ended ??= (async () => {
      const endsAt = world.now() + withinMs
      for (const { name, end } of parts.reverse()) {
        const leftMs = Math.max(LEAST_MS, Math.min(withinMs, endsAt - world.now()))
        const late = new AbortController()
        const slow = world.sleep(leftMs, late.signal).then(() => log.warn('a part did not end in time', { name, leftMs }), () => {})
        try {
          await Promise.race([end(), slow])
        } catch (error) {
          log.error('a part failed to end', { name, error })
        } finally {
          late.abort()
        }
      }
    })(),
  }
}
