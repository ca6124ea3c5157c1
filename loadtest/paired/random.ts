/** Numbers below `n`, the same at each run (mulberry32): both sides and all runs meet the same requests. */
export type Random = (n: number) => number

export const random = (seed: number): Random => {
  let state = seed >>> 0
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n)
  }
}

export const pick = <T>(from: readonly T[], at: Random): T => {
  const one = from[at(from.length)]
  if (one === undefined) throw new RangeError('There is nothing to pick from')
  return one
}
