import { judge } from './audit.ts'
import type { Check } from './check.ts'
import type { Facts } from './facts.ts'
import type { Journal } from './journal.ts'

export interface RestOptions {
  /** Reads all stores, one after the other. */
  read(): Promise<Facts>
  now(): number
  journal: Journal
  /** Lets the shop go on for a while; false where it has been given enough. */
  goOn(): Promise<boolean>
}

/** What still moves is found by these: unsettled orders, and events on their way. */
const moving = new Set([3, 10])

/**
 * Audits again and again until nothing moves. Stores are not read at one moment, so what was read only counts where no
 * order has changed since it was read before.
 */
export const auditAtRest = async ({ read, now, journal, goOn }: RestOptions): Promise<Check[]> => {
  let before = -1
  for (;;) {
    const at = now()
    const facts = await read()
    const checks = judge({ facts, journal, at })
    const rests = checks.every(({ number, findings }) => findings.length === 0 || !moving.has(number))
    if (rests && facts.order.versions === before) return checks
    before = facts.order.versions
    if (!await goOn()) return checks
  }
}
