import { unfenced } from '../../modules/order/suites/freezing.ts'
import { paymentKey } from '../../modules/order/payments/keys.ts'
import type { PaymentProvider } from '../../modules/order/payments/provider.ts'
import { productModule } from '../../modules/product/module.ts'
import type { Module } from '../../src/module/module.ts'
import type { Sql, Statement } from '../../src/databases/sql.ts'
import type { Broken } from './simulation.ts'

/** The orders' store with neither epoch nor step nor version in its way: each guards what the others would let through. */
export const withoutFences: Broken = { orders: unfenced }

/** Every request under a key of its own, as one that was made up on the spot. */
const forgetful = (provider: PaymentProvider): PaymentProvider => {
  let asked = 0
  const fresh = (key: string) => paymentKey(`${key}#${++asked}`, 'authorize')
  return {
    ...provider,
    authorize: (key, about) => provider.authorize(fresh(key), about),
    capture: (key, reference, total) => provider.capture(fresh(key), reference, total),
    refund: (key, reference, part) => provider.refund(fresh(key), reference, part),
  }
}
export const withoutProviderKeys: Broken = { provider: forgetful }

const guard = /s\.available >= j\.value ->> 'quantity'/
const checked = / check \(available >= 0\)/

/** Holds what is wanted, whatever there is. */
const unguarded = (db: Sql): Sql => {
  const texts = new WeakMap<readonly string[], readonly string[]>()
  const without = (statement: Statement): Statement => {
    const known = texts.get(statement.text) ?? statement.text.map((part) => part.replace(guard, 'true'))
    texts.set(statement.text, known)
    return { ...statement, text: known }
  }
  return { ...db, write: (change) => db.write({ ...change, statements: change.statements.map(without) }) }
}
const { sqlite } = productModule.stores
const product: Module = { ...productModule, stores: { sqlite: {
  ...sqlite,
  migrations: sqlite.migrations.map((step) => ({ ...step, statements: step.statements.map((text) => text.replace(checked, '')) })),
  open: (db) => sqlite.open(unguarded(db)),
} } }
export const withoutStockGuard: Broken = { product }
