import type { World } from '../../module/world.ts'

const windowMs = 60_000

/**
 * How long a message was under way beyond the usual. Clocks of two machines are not compared: what counts is how much later
 * than the quickest of the last minute it came from the same sender. So a process that stood still knows, when it wakes,
 * that the calls it finds have waited.
 */
export const createLateness = (world: World) => {
  let recent = new Map<string, number>()
  let before = new Map<string, number>()
  let turnsAt = world.now() + windowMs
  return (sender: string, sentAt: number): number => {
    const now = world.now()
    if (now >= turnsAt) {
      before = now < turnsAt + windowMs ? recent : new Map()
      recent = new Map()
      turnsAt = now + windowMs
    }
    const took = now - sentAt
    const least = Math.min(took, recent.get(sender) ?? Infinity)
    recent.set(sender, least)
    return took - Math.min(least, before.get(sender) ?? Infinity)
  }
}
