import type { Pool } from './pool.ts'

/** One instance of a module, as this gateway sees it. */
export interface Instance {
  /** `host:port`, as it stands in Host and in logs. */
  readonly authority: string
  readonly pool: Pool
  /** Requests whose answer has not ended. */
  inFlight: number
  /** How many in a row went wrong. */
  failures: number
  /** How often it was ejected since it last did well. */
  ejections: number
  /** Until then it is asked only where there is no other. */
  ejectedUntil: number
  /** What its own readiness says, as far as is known. */
  ready: boolean
  /** It gives no sign of life: no connection, or no answer to anything. */
  silent: boolean
}

const MOST_FAILURES = 5
const FIRST_EJECTION_MS = 1000
const LONGEST_EJECTION_MS = 30_000

export const instanceAt = (authority: string, pool: Pool): Instance =>
  ({ authority, pool, inFlight: 0, failures: 0, ejections: 0, ejectedUntil: 0, ready: true, silent: false })

export const isUsable = ({ ready, ejectedUntil }: Instance, now: number): boolean => ready && ejectedUntil <= now

/** It answered, and not with 5xx. */
export const didWell = (instance: Instance): void => {
  instance.failures = 0
  instance.ejections = 0
  instance.silent = false
}

/**
 * It gave no answer or a 5xx. Answers whether that ejects it, each time for longer, up to a bound; one that cannot be
 * connected to goes at once. The last one that is usable never goes: a bad answer may still be better than none.
 */
export const didBadly = (instance: Instance, all: readonly Instance[], now: number, unreached: boolean): boolean => {
  instance.failures += 1
  if (!isUsable(instance, now) || (!unreached && instance.failures < MOST_FAILURES)) return false
  if (!all.some((other) => other !== instance && isUsable(other, now))) return false
  instance.failures = 0
  instance.ejectedUntil = now + Math.min(LONGEST_EJECTION_MS, FIRST_EJECTION_MS * 2 ** instance.ejections)
  instance.ejections += 1
  return true
}

/**
 * The less busy of two picked at random: nearly as even as the least busy of all, and no herd of gateways runs to one
 * (M. Mitzenmacher, The Power of Two Choices, 2001). With none usable, any that gives signs of life: what looks down from
 * here may not be, and it answers for itself. Null where there is nobody to ask. `not` has been asked already.
 */
export const choose = (instances: readonly Instance[], not: Instance | null, now: number, random: () => number): Instance | null => {
  let among = instances.filter((one) => one !== not && isUsable(one, now) && !one.silent)
  if (among.length === 0) among = instances.filter((one) => one !== not && !one.silent)
  const [only = null] = among
  if (among.length < 2) return only
  const at = Math.floor(random() * among.length)
  const one = among[at] ?? null
  const other = among[(at + 1 + Math.floor(random() * (among.length - 1))) % among.length] ?? null
  return one !== null && other !== null && other.inFlight < one.inFlight ? other : one
}
