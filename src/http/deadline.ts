import type { World } from '../module/world.ts'

const EVERY_MS = 250

/** Something that has to end in time. */
export interface Timed { readonly endsAt: number; expire(): void }
/** Watches what runs with one timer for all: a timer each would cost as much as routing does. Late by at most 250 ms. */
export interface Deadlines {
  add(timed: Timed): void
  remove(timed: Timed): void
}

export const makeDeadlines = (world: Pick<World, 'now' | 'sleep'>): Deadlines => {
  const running = new Set<Timed>()
  let watching = false
  const watch = async (): Promise<void> => {
    watching = true
    while (running.size > 0) {
      await world.sleep(EVERY_MS)
      const now = world.now()
      for (const timed of running) {
        if (timed.endsAt > now) continue
        running.delete(timed)
        timed.expire()
      }
    }
    watching = false
  }
  return {
    add(timed) {
      running.add(timed)
      if (!watching) void watch()
    },
    remove: (timed) => void running.delete(timed),
  }
}
