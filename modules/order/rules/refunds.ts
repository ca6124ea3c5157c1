import { refundable } from './amounts.ts'
import { type Move, type NewRefund, become, changed } from './move.ts'
import { type OrderRecord, cancelling, wasPaid } from './order.ts'

export type Opened = { is: 'opened'; move: Move } | { is: 'exceeds' } | { is: 'cancelling' }

/** A refund of `amount`, of all that is left where it is null. */
export const openRefund = (order: OrderRecord, amount: number | null, refund: Omit<NewRefund, 'amount'>): Opened => {
  const left = refundable(order)
  const taken = amount ?? left
  if (!wasPaid(order) || taken < 1 || taken > left) return { is: 'exceeds' }
  if (cancelling(order)) return { is: 'cancelling' }
  return { is: 'opened', move: { after: changed(order, { refundCommitted: order.refundCommitted + taken }), opens: { ...refund, amount: taken } } }
}

/** What the provider has said for good about a pending refund. */
export const endRefund = (
  order: OrderRecord, refund: { id: string; amount: number; reason: string | null },
  said: { is: 'refunded' } | { is: 'refused'; reason: string }, now: number,
): Move => {
  if (said.is === 'refused') {
    return {
      after: changed(order, { refundCommitted: order.refundCommitted - refund.amount }),
      closes: { id: refund.id, status: 'failed', failure: said.reason, endedAt: now },
    }
  }
  const refunded = order.refunded + refund.amount
  const inFull = refunded === order.captured
  const changes = { refunded, paymentStatus: inFull ? 'refunded' : 'partially_refunded', updatedAt: now } as const
  const closes = { id: refund.id, status: 'succeeded', failure: null, endedAt: now } as const
  if (!inFull || order.status === 'cancelled' || order.status === 'payment_failed') return { after: changed(order, changes), closes }
  return { after: become(order, { status: 'refunded', now, by: 'staff', why: refund.reason }, changes), closes }
}
