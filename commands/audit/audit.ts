import type { Row } from '../../src/databases/sql.ts'
import { acknowledged, inTime, keyed } from './answers.ts'
import type { Asked } from './asked.ts'
import { carts } from './carts.ts'
import type { Check } from './check.ts'
import { events } from './events.ts'
import { type Facts, createFacts, fold, needed } from './facts.ts'
import type { Journal } from './journal.ts'
import { amounts, charges, unpaid } from './payments.ts'
import { atRest } from './rest.ts'
import { reservations, stock } from './stock.ts'

export type { Check } from './check.ts'

/** The rows of each store's dump, by the store's name: `order`, `order-ledger`, `bus` … */
export type Stores = Readonly<Record<string, Iterable<Row>>>

const checks: readonly ((asked: Asked) => Check)[] =
  [acknowledged, keyed, atRest, charges, amounts, unpaid, stock, reservations, carts, events, inTime]

/** Checks what was gathered. */
export const judge = (asked: Asked): Check[] => {
  const missing = needed.filter((store) => !asked.facts.stores.has(store))
  if (missing.length > 0) throw new TypeError(`There is no store ${missing.join(', ')}: this is no whole shop`)
  return checks.map((check) => check(asked))
}

/**
 * Counts a shop at rest, from outside its modules: a pure function of the rows of its stores and of what clients saw. `at`
 * is when the rows were read; orders then may wait for a buyer's bank until their time is over.
 */
export const audit = (rows: Stores, journal: Journal = [], at?: number): Check[] => judge({ facts: gathered(rows), journal, at })

/** What the checks stand on. */
export const gathered = (rows: Stores): Facts => {
  const facts = createFacts()
  for (const [store, all] of Object.entries(rows)) for (const row of all) fold(facts, store, row)
  return facts
}
