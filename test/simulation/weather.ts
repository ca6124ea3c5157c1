import type { Random } from './prng.ts'

/** Where a process can be struck: what it is about to do, or what has just come back to it. */
export type Point = 'read' | 'write' | 'call' | 'answer' | 'request' | 'timer'

/** What may go wrong with a message, and how often. The rest arrives. */
export interface Fate { lost: number; answerLost: number; doubled: number; late: number }

/** How often what goes wrong. Each seed draws its own, so that some are all crashes, some all delays, and some calm. */
export interface Weather {
  crash: Readonly<Record<Point, number>>
  freeze: Readonly<Record<Point, number>>
  /** Of a process that was told to end, giving its leases back. */
  restart: number
  /** Of the orders being held between their steps, as for a backup. */
  pause: number
  messages: Fate
  payments: Fate & { unreached: number; slow: number; refused: number }
  storeDown: number
  /** Of a store that was down coming back as a copy of itself. */
  moved: number
  latencyMs: number
  /** How far the clocks of two machines may be apart. */
  skewMs: number
  webhookLost: number
  /** How long a frozen process sleeps, in leases. */
  freezeLeases: number
  downMs: number
}

const everywhere = (rate: number): Record<Point, number> =>
  ({ read: rate / 20, write: rate, call: rate, answer: rate, request: rate / 2, timer: rate / 50 })
const nowhere = everywhere(0)
const nothing: Fate = { lost: 0, answerLost: 0, doubled: 0, late: 0 }

export const calm: Weather = {
  crash: nowhere, freeze: nowhere, restart: 0, pause: 0, messages: nothing, payments: { ...nothing, unreached: 0, slow: 0, refused: 0 },
  storeDown: 0, moved: 0, latencyMs: 3, skewMs: 0, webhookLost: 0, freezeLeases: 0, downMs: 0,
}

/** `most`, or less, or often nothing at all. */
export const drawWeather = (random: Random): Weather => {
  const harsh = random.chance(0.2) ? 4 : 1
  const rate = (most: number, never = 0.35) => (random.chance(never) ? 0 : random.next() ** 2 * most * harsh)
  const fate = (most: number): Fate => ({ lost: rate(most), answerLost: rate(most), doubled: rate(2 * most), late: rate(most) })
  return {
    crash: everywhere(rate(0.04)), freeze: everywhere(rate(0.03)), restart: rate(0.1), pause: rate(0.1),
    messages: fate(0.12), payments: { ...fate(0.25), unreached: rate(0.2), slow: rate(0.3), refused: rate(0.3, 0.7) },
    storeDown: rate(0.25, 0.5), moved: rate(0.5, 0.6), webhookLost: rate(0.8),
    latencyMs: random.pick([2, 10, 100, 600]), skewMs: random.pick([0, 0, 300, 3000]),
    freezeLeases: random.pick([0.5, 1.5, 3]), downMs: random.pick([100, 2000, 20_000]),
  }
}
