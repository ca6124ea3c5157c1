import type { World } from './world.ts'

export interface Alarm { readonly at: number; readonly ring: () => void }
export interface Alarms {
  /** Calls `ring` once the world's clock has reached `at`. */
  set(at: number, ring: () => void): Alarm
  cancel(alarm: Alarm): void
}

/** How long a sleep lasts at most: an idle process holds no timer for longer, and nearly every call ends within one. */
const sliceMs = 250

/**
 * Deadlines of calls: thousands a second are set, and nearly all are cancelled. So they wait in a set, and one sleeper
 * for all of them looks at it: a timer for each would cost more than the call.
 */
const createAlarms = (world: World): Alarms => {
  const waiting = new Set<Alarm>()
  /** When the current sleeper wakes. */
  let wakesAt = Infinity
  let sleeper = 0

  const ringDue = () => {
    const now = world.now()
    let next = Infinity
    const due: Alarm[] = []
    for (const alarm of waiting) {
      if (alarm.at <= now) due.push(alarm)
      else next = Math.min(next, alarm.at)
    }
    for (const alarm of due) waiting.delete(alarm)
    wakesAt = Infinity
    if (next < Infinity) void watch(next)
    for (const alarm of due) alarm.ring()
  }
  const watch = async (at: number) => {
    const mine = ++sleeper
    const now = world.now()
    wakesAt = Math.min(at, now + sliceMs)
    await world.sleep(Math.max(0, wakesAt - now))
    if (mine === sleeper) ringDue()
  }

  return {
    set(at, ring) {
      const alarm = { at, ring }
      waiting.add(alarm)
      if (at < wakesAt) void watch(at)
      return alarm
    },
    cancel: (alarm) => { waiting.delete(alarm) },
  }
}

const kept = new WeakMap<World, Alarms>()
/** The alarms on this world's clock. */
export const alarmsOf = (world: World): Alarms => {
  let alarms = kept.get(world)
  if (alarms === undefined) kept.set(world, alarms = createAlarms(world))
  return alarms
}
