import { createMachine, type Machine } from './machine.ts'
import { type Random, createRandom } from './prng.ts'
import { type Story, createStory } from './story.ts'
import { type Timeline, createTimeline } from './timeline.ts'
import { type Weather, calm, drawWeather } from './weather.ts'

/** What all parts of one simulation share. */
export interface Simulated {
  seed: number
  random: Random
  time: Timeline
  story: Story
  weather(): Weather
  /** Whether anything may go wrong now. */
  storm(on: boolean): void
  /** Nobody begins anything new any more. */
  isClosed(): boolean
  closesWhen(closes: () => boolean): void
  leaseMs: number
  pendingMs: number
  /** How far the clocks of two machines may be apart. */
  skewMs: number
  /** How long a buyer thinks at most. */
  paceMs: number
  /** How long something takes on its way: often nothing, then more and more seldom longer. */
  latencyMs(random: Random): number
  machine(name: string): Machine
  /** One that is not tried itself: nothing ever strikes it. */
  steady(name: string): Machine
}

export const startsAt = Date.UTC(2026, 0, 1)

/** `rather`: what is not drawn. */
export const simulated = (seed: number, rather: Partial<Weather> = {}): Simulated => {
  const random = createRandom(seed)
  const time = createTimeline(startsAt)
  const story = createStory(time, startsAt)
  const drawn = { ...drawWeather(random.fork('weather')), ...rather }
  const shape = random.fork('shape')
  const leaseMs = shape.pick([1500, 5000, 30_000])
  const pendingMs = shape.pick([20_000, 60_000, 180_000])
  const paceMs = shape.pick([300, 2000, 8000])
  let stormy = false
  let isClosed = () => false
  const weather = () => (stormy && !isClosed() ? drawn : calm)
  return {
    seed, random, time, story, weather, leaseMs, pendingMs, paceMs, skewMs: drawn.skewMs,
    isClosed: () => isClosed(),
    closesWhen: (closes) => { isClosed = closes },
    storm(on) {
      stormy = on
      story.tell(on ? `the storm begins: ${JSON.stringify({ leaseMs, pendingMs, paceMs, ...drawn })}` : 'the weather heals')
    },
    latencyMs: (own) => (own.chance(0.6) ? 0 : Math.ceil(own.next() ** 3 * weather().latencyMs)),
    machine: (name) => createMachine(name, { time, random, story, weather, leaseMs, skewMs: drawn.skewMs }),
    steady: (name) => createMachine(name, { time, random, story, weather: () => calm, leaseMs, skewMs: drawn.skewMs }),
  }
}
