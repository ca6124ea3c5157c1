import type { World } from '../module/world.ts'

/** Wakes a loop. A ring while nobody waits is remembered, so that none is lost between looking and waiting. */
export interface Bell {
  ring(): void
  /** Until it rings, or `ms` are over. */
  wait(ms: number): Promise<void>
}

export const createBell = (world: World): Bell => {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring() {
      rung = true
      wake?.()
    },
    async wait(ms) {
      if (!rung) {
        const over = new AbortController()
        await new Promise<void>((resolve) => {
          wake = resolve
          if (ms < Infinity) world.sleep(ms, over.signal).then(resolve, () => resolve())
        })
        wake = undefined
        over.abort()
      }
      rung = false
    },
  }
}
