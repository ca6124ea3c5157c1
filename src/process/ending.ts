import type { Log } from '../module/log.ts'
import type { World } from '../module/world.ts'

/** Things to end, each with a name and a deadline, in reverse of how they began. */
export interface Ending { add(name: string, end: () => Promise<void> | void): void; run(withinMs: number): Promise<void> }

export const createEnding = (world: World, log: Log): Ending => {
  const parts: { name: string; end: () => Promise<void> | void }[] = []
  let ended: Promise<void> | undefined
  return {
    add: (name, end) => { parts.push({ name, end }) },
    run: (withinMs) => ended ??= (async () => {
      for (const { name, end } of parts.reverse()) {
        const late = new AbortController()
        const slow = world.sleep(withinMs, late.signal).then(() => log.warn('a part did not end in time', { name, withinMs }), () => {})
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
