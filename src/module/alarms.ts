import type { World } from './world.ts'

/** `place`: where it stands among those that wait; -1 once it waits no more. */
export interface Alarm { readonly at: number; ring: () => void; place: number }
export interface Alarms {
  /** Calls `ring` once the world's clock has reached `at`. */
  set(at: number, ring: () => void): Alarm
  cancel(alarm: Alarm): void
}

/** How long a sleep lasts at most: an idle process holds no timer for longer, and nearly every call ends within one. */
const sliceMs = 250
const silent = () => {}
type Clock = Pick<World, 'now' | 'sleep'>

/**
 * Deadlines of calls: thousands a second are set, and nearly all are cancelled. So they wait in a list, and one sleeper for
 * all of them looks at it: a timer for each would cost more than the call. Each knows its place in the list, so that
 * cancelling takes no search, and forgets what it would have rung.
 */
const createAlarms = (world: Clock): Alarms => {
  const waiting: Alarm[] = []
  /** When the current sleeper wakes. */
  let wakesAt = Infinity
  let sleeper = 0

  const remove = (alarm: Alarm) => {
    const last = waiting.pop()
    if (last !== undefined && last !== alarm) {
      waiting[alarm.place] = last
      last.place = alarm.place
    }
    alarm.place = -1
  }
  const ringDue = () => {
    const now = world.now()
    let next = Infinity
    const due: Alarm[] = []
    for (const alarm of waiting) {
      if (alarm.at <= now) due.push(alarm)
      else next = Math.min(next, alarm.at)
    }
    for (const alarm of due) remove(alarm)
    wakesAt = Infinity
    if (next < Infinity) void watch(next)
    for (const alarm of due.sort((one, other) => one.at - other.at)) alarm.ring()
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
      const alarm: Alarm = { at, ring, place: waiting.length }
      waiting.push(alarm)
      if (at < wakesAt) void watch(at)
      return alarm
    },
    cancel(alarm) {
      if (alarm.place !== -1) remove(alarm)
      alarm.ring = silent
    },
  }
}

const kept = new WeakMap<Clock, Alarms>()
/** The alarms on this world's clock. */
export const alarmsOf = (world: Clock): Alarms => {
  let alarms = kept.get(world)
  if (alarms === undefined) kept.set(world, alarms = createAlarms(world))
  return alarms
}

/** The answer, or `late` where it did not come within `ms`. What was asked may still take effect. */
export const within = <T, L>(world: Clock, ms: number, asked: Promise<T>, late: L): Promise<T | L> => new Promise((resolve, reject) => {
  const alarms = alarmsOf(world)
  const alarm = alarms.set(world.now() + ms, () => resolve(late))
  asked.then(
    (answer) => { alarms.cancel(alarm); resolve(answer) },
    (error: unknown) => { alarms.cancel(alarm); reject(error) },
  )
})
