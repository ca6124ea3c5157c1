import type { World } from '../module/world.ts'

/** Before the next attempt, in ms: doubles with each failure up to `mostMs`; its upper half is random, so that failures spread. */
export const delayMs = (world: World, failures: number, { firstMs, mostMs }: { firstMs: number; mostMs: number }): number => {
  const full = Math.min(mostMs, firstMs * 2 ** (Math.max(1, failures) - 1))
  const [byte = 0] = world.random(1)
  return Math.ceil(full / 2 + (full / 2) * (byte / 255))
}
