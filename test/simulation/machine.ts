import type { World } from '../../src/module/world.ts'
import { idSource } from '../../src/process/world.ts'
import type { Random } from './prng.ts'
import type { Story } from './story.ts'
import type { Timeline } from './timeline.ts'
import type { Point, Weather } from './weather.ts'

/**
 * One process of the shop. Whatever it does to the outside passes a point here, and so does whatever comes back: there it
 * may crash, and nothing of it ever runs again, or freeze, and go on later as if nothing had been.
 */
export interface Machine {
  readonly name: string
  readonly world: World
  isUp(): boolean
  isDead(): boolean
  /** Runs it now; when it wakes, where it is frozen; never, where it is dead. */
  pass(point: Point, what: string, run: () => void): void
  crash(): void
  /** Ends a freeze early. */
  wake(): void
  /** Told once, when it dies; the answered function takes that back. */
  onDeath(tell: () => void): () => void
}

export interface Around {
  time: Timeline
  random: Random
  story: Story
  weather(): Weather
  /** How long a lease is: a freeze is measured by it. */
  leaseMs: number
  /** How far the clocks of two machines may be apart. */
  skewMs: number
}

export const createMachine = (name: string, { time, random, story, weather, leaseMs, skewMs: mostSkewMs }: Around): Machine => {
  let state: 'up' | 'frozen' | 'dead' = 'up'
  let parked: (() => void)[] = []
  let freezes = 0
  const mourners = new Set<() => void>()
  const own = random.fork(name)
  const skewMs = Math.round((own.next() - 0.5) * mostSkewMs)
  const now = () => time.now() + skewMs

  /** Without striking again: what was parked has passed its point already. */
  const carryOn = (run: () => void): void => {
    if (state === 'dead') return
    if (state === 'frozen') parked.push(run)
    else run()
  }
  const wake = (): void => {
    if (state !== 'frozen') return
    state = 'up'
    story.tell(`${name} wakes`)
    // Each on its own turn, as an event loop would take up what came in meanwhile.
    for (const run of parked.splice(0)) time.after(0, () => carryOn(run))
  }
  const freeze = (what: string): void => {
    const ms = Math.round(own.next() * 2 * weather().freezeLeases * leaseMs) + 1
    const mine = ++freezes
    state = 'frozen'
    story.tell(`${name} freezes for ${ms} ms ${what}`)
    time.after(ms, () => { if (mine === freezes) wake() })
  }
  const die = (what: string): void => {
    if (state === 'dead') return
    state = 'dead'
    parked = []
    story.tell(`${name} ${what}`)
    for (const tell of [...mourners]) tell()
    mourners.clear()
  }

  const machine: Machine = {
    name,
    isUp: () => state === 'up',
    isDead: () => state === 'dead',
    pass(point, what, run) {
      if (state !== 'up') return carryOn(run)
      const { crash, freeze: cold } = weather()
      const drawn = own.next()
      if (drawn < crash[point]) return die(`crashes before ${point} ${what}`)
      if (drawn < crash[point] + cold[point]) freeze(`before ${point} ${what}`)
      carryOn(run)
    },
    crash: () => die('crashes'),
    wake,
    onDeath(tell) {
      mourners.add(tell)
      return () => { mourners.delete(tell) }
    },
    world: {
      now,
      id: idSource(now, (count) => own.bytes(count)),
      random: (count) => own.bytes(count),
      sleep: (ms, signal) => new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const end = (then: () => void) => {
          time.cancel(entry)
          signal?.removeEventListener('abort', stop)
          then()
        }
        const stop = () => end(() => reject(signal?.reason))
        const entry = time.after(ms, () => machine.pass('timer', '', () => { if (signal?.aborted !== true) end(resolve) }))
        signal?.addEventListener('abort', stop, { once: true })
      }),
    },
  }
  return machine
}
