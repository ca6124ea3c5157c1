import { Type } from '@sinclair/typebox'
import type { Row } from '../../src/databases/sql.ts'
import { orNull, reader, text, under, whole } from './rows.ts'

export interface Line { readonly variantId: string; readonly quantity: number }
export interface Claim { readonly cartId: string; readonly generation: number }

/** What the audit keeps of an order's row: 100,000 of them must fit. */
export interface OrderFact {
  readonly id: string
  /** Whose keys: as in `order_keys.scope`. */
  readonly scope: string
  readonly checkoutKey: string
  readonly createdAt: number
  readonly lines: readonly Line[]
  readonly claims: readonly Claim[]
  readonly total: number
  /** Lines × prices + shipping (+ tax where prices exclude it); null where the frozen sums contradict each other. */
  readonly sum: number | null
  readonly status: string
  readonly paymentStatus: string
  readonly step: string
  readonly settled: boolean
  readonly waitingUntil: number | null
  readonly keepsToken: boolean
  readonly captured: number
  readonly refundCommitted: number
  readonly refunded: number
  readonly paid: boolean
  readonly answered: boolean
}
export interface KeyFact { scope: string; operation: string; key: string; orderId: string; refundId: string | null }
export interface RefundFact { id: string; orderId: string; amount: number; status: string; endedAt: number | null }

export interface OrderFacts {
  readonly orders: Map<string, OrderFact>
  readonly keys: KeyFact[]
  readonly claims: { cartId: string; generation: number; orderId: string }[]
  readonly refunds: Map<string, RefundFact>
  /** Statuses an order has had, as its history tells. */
  readonly histories: Map<string, string[]>
  /** The sum of all orders' versions: while it stays, no order has changed. */
  versions: number
}
export const orderFacts = (): OrderFacts => ({ orders: new Map(), keys: [], claims: [], refunds: new Map(), histories: new Map(), versions: 0 })

const OrderRow = reader('orders', Type.Object({
  id: text, user_id: orNull(text), session: orNull(text), checkout_key: text, created_at: whole, total: whole, status: text,
  payment_status: text, step: text, settled_at: orNull(whole), waiting_until: orNull(whole), token: orNull(text), captured: whole,
  refund_committed: whole, refunded: whole, paid_at: orNull(whole), answer_is: orNull(text), version: whole,
}))
const FrozenRow = reader('order_frozen', Type.Object({ order_id: text, frozen: text }))
const KeyRow = reader('order_keys', Type.Object({ scope: text, operation: text, key: text, order_id: text, refund_id: orNull(text) }))
const ClaimRow = reader('order_claims', Type.Object({ cart_id: text, generation: whole, order_id: text }))
const RefundRow = reader('order_refunds', Type.Object({ id: text, order_id: text, amount: whole, status: text, ended_at: orNull(whole) }))
const HistoryRow = reader('order_history', Type.Object({ order_id: text, status: text }))

const Money = Type.Object({ amount: whole, currency: text })
const Frozen = reader('order_frozen.frozen', Type.Object({
  lines: Type.Array(Type.Object({ variantId: text, quantity: whole, unitPrice: Money, subtotal: Money, tax: Money })),
  subtotal: Money, shipping: Money, tax: Money, total: Money, taxIncluded: Type.Boolean(),
  claims: Type.Array(Type.Object({ cartId: text, generation: whole })),
}))

const sumOf = ({ lines, subtotal, shipping, tax, total, taxIncluded }: ReturnType<typeof Frozen>): number | null => {
  const inLines = lines.reduce((sum, line) => sum + line.unitPrice.amount * line.quantity, 0)
  const taxed = lines.reduce((sum, line) => sum + line.tax.amount, 0)
  const monies = [subtotal, shipping, tax, total, ...lines.flatMap((line) => [line.unitPrice, line.subtotal, line.tax])]
  const agree = lines.every((line) => line.subtotal.amount === line.unitPrice.amount * line.quantity)
    && subtotal.amount === inLines && tax.amount === taxed && monies.every(({ currency }) => currency === total.currency)
  return agree ? inLines + shipping.amount + (taxIncluded ? 0 : taxed) : null
}

/** Keeps what the audit needs of one row of the order store. */
export const foldOrder = (facts: OrderFacts, { table, row }: Row): void => {
  if (table === 'orders') {
    const o = OrderRow(row)
    facts.versions += o.version
    facts.orders.set(o.id, {
      id: o.id, scope: o.user_id !== null ? `user:${o.user_id}` : `guest:${o.session ?? ''}`, checkoutKey: o.checkout_key, createdAt: o.created_at,
      lines: [], claims: [], total: o.total, sum: null,
      status: o.status, paymentStatus: o.payment_status, step: o.step, settled: o.settled_at !== null, waitingUntil: o.waiting_until,
      keepsToken: o.token !== null, captured: o.captured, refundCommitted: o.refund_committed, refunded: o.refunded,
      paid: o.paid_at !== null, answered: o.answer_is !== null,
    })
  } else if (table === 'order_frozen') {
    // Every dump has an order's row before those that refer to it.
    const { order_id, frozen: text } = FrozenRow(row)
    const order = facts.orders.get(order_id)
    const frozen = Frozen(JSON.parse(text))
    if (order !== undefined) {
      facts.orders.set(order_id, {
        ...order, lines: frozen.lines.map(({ variantId, quantity }) => ({ variantId, quantity })), claims: frozen.claims,
        sum: frozen.total.amount === order.total ? sumOf(frozen) : null,
      })
    }
  } else if (table === 'order_keys') {
    const { scope, operation, key, order_id, refund_id } = KeyRow(row)
    facts.keys.push({ scope, operation, key, orderId: order_id, refundId: refund_id })
  } else if (table === 'order_claims') {
    const { cart_id, generation, order_id } = ClaimRow(row)
    facts.claims.push({ cartId: cart_id, generation, orderId: order_id })
  } else if (table === 'order_refunds') {
    const { id, order_id, amount, status, ended_at } = RefundRow(row)
    facts.refunds.set(id, { id, orderId: order_id, amount, status, endedAt: ended_at })
  } else if (table === 'order_history') {
    const { order_id, status } = HistoryRow(row)
    under(facts.histories, order_id, () => []).push(status)
  }
}

/** It was never paid, and never will be. */
export const undone = (order: OrderFact): boolean =>
  order.status === 'payment_failed' || (order.status === 'cancelled' && !order.paid)
/** Its goods are the buyer's. */
export const sold = (order: OrderFact): boolean => order.paid && order.status !== 'cancelled'
