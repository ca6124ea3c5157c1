/** Repeatable chance: the same seed, the same choices. */
export interface Chance {
  /** From 0 up to, not including, `below`. */
  below(below: number): number
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number
  /** Whether something of this probability happens. */
  is(probability: number): boolean
  pick<T>(from: readonly T[]): T
  /** One of the names, each as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K
}

/** Mulberry32. */
export const createChance = (seed: number): Chance => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => next() * limit
  const pick = <T>(from: readonly T[]): T => {
    const found = from[Math.floor(below(from.length))]
    if (found === undefined) throw new RangeError('There is nothing to pick from')
    return found
  }
  return {
    below, pick,
    between: (from, to) => from + Math.floor(below(to - from + 1)),
    is: (probability) => next() < probability,
    weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
      const names = Object.keys(weights).filter((name): name is K => name in weights)
      let left = below(names.reduce((sum, name) => sum + weights[name], 0))
      return names.find((name) => (left -= weights[name]) < 0) ?? pick(names)
    },
  }
}
