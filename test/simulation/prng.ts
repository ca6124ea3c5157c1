/** All chance of a simulation: the same seed gives the same numbers, on every machine and runtime. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number, both ends included. */
  int(from: number, to: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly [T, ...T[]] | readonly T[]): T
  bytes(count: number): Uint8Array
  /** A stream of its own, so that one part's draws do not move another's. */
  fork(name: string): Random
}

/** Spreads one number over many: splitmix32. */
const spread = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
}

const mixedWith = (seed: number, name: string): number => {
  let hash = seed >>> 0
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0
  return hash
}

/** sfc32: small, fast, and good enough to choose with. */
export const createRandom = (seed: number): Random => {
  const draw = spread(seed)
  let [a, b, c, count] = [draw(), draw(), draw(), 1]
  const word = (): number => {
    const sum = (((a + b) >>> 0) + count) >>> 0
    count = (count + 1) >>> 0
    a = (b ^ (b >>> 9)) >>> 0
    b = (c + (c << 3)) >>> 0
    c = ((c << 21) | (c >>> 11)) >>> 0
    c = (c + sum) >>> 0
    return sum
  }
  for (let warm = 0; warm < 12; warm++) word()
  const next = () => word() / 0x1_0000_0000
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    next, int,
    chance: (probability) => next() < probability,
    pick<T>(from: readonly T[]): T {
      const found = from[int(0, from.length - 1)]
      if (found === undefined) throw new RangeError('There is nothing to pick from')
      return found
    },
    bytes(count) {
      const bytes = new Uint8Array(count)
      for (let at = 0; at < count; at += 4) {
        const drawn = word()
        for (let byte = at; byte < Math.min(at + 4, count); byte++) bytes[byte] = (drawn >>> (8 * (byte - at))) & 0xff
      }
      return bytes
    },
    fork: (name) => createRandom(mixedWith(seed, name)),
  }
}
