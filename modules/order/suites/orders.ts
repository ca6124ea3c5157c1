import { test } from 'node:test'
import type { Portable } from '../../../src/databases/sql.ts'
import type { Line } from '../../cart/contract/line.ts'
import { type Frozen, type OrderRecord, iso } from '../rules/order.ts'
import type { NewKey, OrderStore } from '../store.ts'

/** The n-th id: a UUIDv7 of the right form. */
export const id = (n: number): string => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
export const variant = (n: number): string => id(0xa000 + n)
export const eur = (amount: number) => ({ amount, currency: 'EUR' })
export const address = {
  recipient: 'Ada Lovelace', line1: '12 St James’s Square', line2: null, city: 'London', region: null, postalCode: 'SW1Y 4JH', country: 'GB', phone: null,
}

export const line = (n: number, quantity = 1, price = 1000): Line => ({
  variantId: variant(n), productId: id(0xb000 + n), slug: `thing-${n}`, name: `Thing ${n}`, options: {}, sku: null, image: null,
  quantity, unitPrice: eur(price), subtotal: eur(price * quantity), tax: eur(0), taxRate: 0,
})

export const frozen = (about: { lines?: Line[]; shipping?: number; claims?: Frozen['claims'] } = {}): Frozen => {
  const { lines = [line(1, 2)], shipping = 0, claims = [{ cartId: id(0xc0), generation: 0 }] } = about
  const subtotal = lines.reduce((sum, one) => sum + one.subtotal.amount, 0)
  return {
    lines, subtotal: eur(subtotal), shipping: eur(shipping), tax: eur(0), total: eur(subtotal + shipping), taxIncluded: false, currency: 'EUR',
    shippingMethod: 'standard', shippingAddress: address, billingAddress: address, claims,
  }
}

/** An order as it is inserted at moment 1000, its cart's claim its own. */
export const order = (n = 1, about: Partial<OrderRecord> = {}): OrderRecord => ({
  id: id(n), number: n, userId: id(0xb0b), session: null, email: 'ada@example.com',
  frozen: frozen({ claims: [{ cartId: id(0xc000 + n), generation: 0 }] }), createdAt: 1000, checkoutKey: `key ${n}`,
  status: 'pending', paymentStatus: 'pending', provider: 'test', step: 'new', epoch: 1, version: 1, leaseUntil: 31_000, nextAttempt: 1000, attempts: 0,
  cancel: null, woken: false, waitingUntil: null, token: 'tok_ok', toVoid: false, reference: null, actionUrl: null, captured: 0, refundCommitted: 0,
  refunded: 0, paidAt: null, note: null, tracking: null, history: [{ status: 'pending', at: iso(1000), by: 'customer', note: null }],
  answer: null, updatedAt: 1000, settledAt: null, ...about,
})

/** The same as it stands paid and settled. */
export const paid = (n = 1, about: Partial<OrderRecord> = {}): OrderRecord => {
  const new_ = order(n)
  return {
    ...new_, status: 'paid', paymentStatus: 'captured', step: 'done', version: 5, leaseUntil: 0, token: null, reference: `pay_${n}`,
    captured: new_.frozen.total.amount, paidAt: 2000, settledAt: 2000, updatedAt: 2000, toVoid: true,
    history: [...new_.history, { status: 'paid', at: iso(2000), by: 'system', note: null }], answer: { is: 'order', body: '{}' }, ...about,
  }
}

export const keyOf = (one: OrderRecord, about: Partial<NewKey> = {}): NewKey => ({
  scope: one.userId === null ? `guest:${one.session ?? ''}` : `user:${one.userId}`, operation: 'checkout', key: one.checkoutKey,
  fingerprint: 'f', createdAt: one.createdAt, ...about,
})

export type Opened = { store: OrderStore & Portable; close(): Promise<void> }
export type Open = () => Promise<Opened>

/** A case over a store of its own. */
export const withStore = (open: Open) => (title: string, run: (store: OrderStore & Portable) => Promise<void>) => test(title, async () => {
  const { store, close } = await open()
  try {
    await run(store)
  } finally {
    await close()
  }
})

/** Inserted as `order`, and taken to how it is to stand; answers the row. */
export const standing = async (store: OrderStore, wanted: OrderRecord): Promise<OrderRecord> => {
  const first = order(1, {
    id: wanted.id, userId: wanted.userId, session: wanted.session, email: wanted.email, frozen: wanted.frozen, checkoutKey: wanted.checkoutKey,
    createdAt: wanted.createdAt,
  })
  const inserted = await store.insert(first, keyOf(first), { events: [] })
  if (inserted.is !== 'inserted') throw new Error(`the order could not be inserted: ${inserted.is}`)
  if (!await store.change(first, { after: wanted }, { events: [] })) throw new Error('the order could not be changed')
  return { ...wanted, number: inserted.number }
}
