import { type Asked, waits } from './asked.ts'
import { type Check, check } from './check.ts'
import { sumOf } from './ledger-facts.ts'
import { type RefundFact, undone } from './order-facts.ts'
import { addTo, under } from './rows.ts'

/** The provider's ledger and the orders tell of the same charges (I4). */
export const charges = ({ facts, at }: Asked): Check => check(4, 'charges and orders are the same on both sides', ({ saw, expect }) => {
  const { orders } = facts.order
  for (const [orderId, { authorizations, captures }] of facts.ledger) {
    saw()
    const order = orders.get(orderId)
    expect(order !== undefined, () => `the ledger has order ${orderId}, which is not there`)
    expect(captures.length <= 1, () => `order ${orderId} was charged ${captures.length} times`)
    expect(captures.length === 0 || (order?.captured ?? 0) > 0, () => `order ${orderId} was charged and does not know`)
    for (const { key, state } of authorizations) {
      const open = state === 'authorized' || state === 'requires_action'
      expect(!open || (order !== undefined && waits(order, at)), () => `the authorization ${key} of order ${orderId} is still open (${state})`)
    }
  }
  for (const order of orders.values()) {
    saw()
    const charged = (facts.ledger.get(order.id)?.captures.length ?? 0) > 0
    const expected = order.captured > 0 || (order.paid && order.total > 0)
    expect(charged || !expected, () => `order ${order.id} is ${order.status} and was never charged`)
  }
})

/** Lines, charges and refunds agree to the minor unit (I6). */
export const amounts = ({ facts }: Asked): Check => check(5, 'lines, charges and refunds agree to the minor unit', ({ saw, expect }) => {
  const rows = new Map<string, RefundFact[]>()
  for (const refund of facts.order.refunds.values()) {
    expect(facts.order.orders.has(refund.orderId), () => `refund ${refund.id} is of order ${refund.orderId}, which is not there`)
    under(rows, refund.orderId, () => []).push(refund)
  }
  const told = new Map<string, number>()
  for (const { id, amount } of facts.events.refunds) addTo(told, id, amount)
  const toldSince = facts.events.outboxes.get('order')?.oldestAt ?? Infinity

  for (const order of facts.order.orders.values()) {
    saw()
    const { id, total, captured } = order
    expect(order.sum === total, () => `order ${id} costs ${total}, and its lines, shipping and tax make ${order.sum ?? 'no sum'}`)
    expect(captured === 0 || captured === total, () => `order ${id} costs ${total} and captured ${captured}`)
    expect(!order.paid || captured === total, () => `order ${id} is paid, costs ${total} and captured ${captured}`)
    const ledger = facts.ledger.get(id)
    for (const { key, amount } of ledger?.captures ?? []) expect(amount === total, () => `order ${id} costs ${total}, and ${key} charged ${amount}`)

    const own = rows.get(id) ?? []
    const succeeded = own.filter(({ status }) => status === 'succeeded')
    const paidBack = sumOf(succeeded)
    const committed = sumOf(own.filter(({ status }) => status !== 'failed'))
    const inLedger = sumOf(ledger?.refunds ?? [])
    expect(paidBack === order.refunded, () => `order ${id} says ${order.refunded} was refunded, and its refunds make ${paidBack}`)
    expect(committed === order.refundCommitted, () => `order ${id} committed ${order.refundCommitted} to refunds, and they make ${committed}`)
    // A pending refund may have been paid out already.
    expect(inLedger >= paidBack && inLedger <= committed, () => `order ${id} refunded ${paidBack}, and the ledger paid back ${inLedger}`)
    expect(inLedger <= captured, () => `order ${id} captured ${captured}, and the ledger paid back ${inLedger}`)
    for (const { id: refund, amount, endedAt } of succeeded) {
      const expected = told.get(refund)
      const forgotten = expected === undefined && (endedAt ?? 0) < toldSince
      expect(forgotten || expected === amount, () => `refund ${refund} of order ${id} is ${amount}, and payment.refunded told ${expected ?? 'nothing'}`)
    }
    // Whether all was paid back is only known once nothing of it is pending.
    if (committed !== paidBack || !order.settled) continue
    const whole = order.status === 'refunded' || (order.status === 'cancelled' && order.paid)
    const refused = own.some(({ status }) => status === 'failed')
    expect(!whole || paidBack === captured || refused, () => `order ${id} is ${order.status}, and only ${paidBack} of ${captured} was refunded`)
    const says = order.paymentStatus === 'refunded' || order.paymentStatus === 'partially_refunded'
    expect(captured === 0 || says === (paidBack > 0), () => `order ${id} was refunded ${paidBack} and its payment is ${order.paymentStatus}`)
  }
})

/** Who never got anything never paid anything. */
export const unpaid = ({ facts }: Asked): Check => check(6, 'orders that were never paid keep no money', ({ saw, expect }) => {
  for (const order of facts.order.orders.values()) {
    if (!undone(order)) continue
    saw()
    const ledger = facts.ledger.get(order.id)
    const kept = sumOf(ledger?.captures ?? []) - sumOf(ledger?.refunds ?? [])
    expect(!order.settled || (kept === 0 && order.captured === order.refunded), () => `order ${order.id} is ${order.status} and keeps ${Math.max(kept, order.captured - order.refunded)}`)
  }
})
