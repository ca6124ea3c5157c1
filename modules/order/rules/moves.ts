import { refundable } from './amounts.ts'
import type { Moment } from './moment.ts'
import { type Entry, type Move, become, changed } from './move.ts'
import type { OrderRecord, Refusal } from './order.ts'
import { abandoned, declined, outOfStockRefusal } from './refusals.ts'
import { shown } from './shown.ts'

/** What every step of somebody who works on the order renews. A next attempt that is due stays: stores have an index of them. */
export const held = ({ nextAttempt }: OrderRecord, { now, leaseMs }: Moment) =>
  ({ leaseUntil: now + leaseMs, nextAttempt: Math.min(nextAttempt, now), attempts: 0 })
const atRest = ({ now }: Moment) => ({ leaseUntil: 0, attempts: 0, token: null, step: 'done', settledAt: now } as const)

export const rest = (order: OrderRecord, moment: Moment): Move => ({ after: changed(order, atRest(moment)) })

export const capture = (order: OrderRecord, reference: string, moment: Moment): Move => ({
  after: changed(order, {
    ...held(order, moment), step: 'capturing', reference, paymentStatus: 'authorized', token: null, actionUrl: null, updatedAt: moment.now,
  }),
})

export const wait = (order: OrderRecord, { reference, url }: { reference: string; url: string }, moment: Moment): Move => {
  const waitingUntil = order.waitingUntil ?? moment.now + moment.pendingMs
  const after = changed(order, {
    step: 'waiting', reference, actionUrl: url, waitingUntil, leaseUntil: 0, attempts: 0,
    nextAttempt: order.woken ? moment.now : waitingUntil, woken: false,
    updatedAt: order.step === 'waiting' ? order.updatedAt : moment.now,
  })
  return { after: answered(after) }
}

export const pay = (order: OrderRecord, moment: Moment): Move => {
  const entry: Entry = { status: 'paid', now: moment.now, by: 'system', why: null }
  return {
    after: answered(become(order, entry, {
      ...held(order, moment), step: 'settling', paymentStatus: 'captured', captured: order.frozen.total.amount, paidAt: moment.now, token: null,
    })),
  }
}

const answered = (order: OrderRecord): OrderRecord =>
  order.answer === null ? { ...order, answer: { is: 'order', body: JSON.stringify(shown(order)) } } : order

interface Undoing { entry: Entry; refusal: Refusal | null; toVoid: boolean }
const undo = (order: OrderRecord, { entry, refusal, toVoid }: Undoing, moment: Moment): Move => ({
  after: become(order, entry, {
    ...held(order, moment), step: 'undoing', paymentStatus: entry.status === 'payment_failed' ? 'failed' : 'voided', token: null, actionUrl: null, toVoid,
    answer: order.answer ?? (refusal && { is: 'refusal', refusal }),
  }),
  unclaims: true,
})

export const abandon = (order: OrderRecord, moment: Moment): Move => undo(order, {
  entry: {
    status: 'cancelled', now: moment.now, by: order.cancel?.by ?? 'system',
    why: order.cancel === null ? 'Interrupted before the payment' : order.cancel.reason,
  },
  refusal: abandoned, toVoid: order.toVoid,
}, moment)

export const fail = (order: OrderRecord, why: string, moment: Moment, { toVoid = order.toVoid, late = false }): Move => undo(order, {
  entry: { status: 'payment_failed', now: moment.now, by: 'system', why },
  refusal: late ? abandoned : declined(why), toVoid,
}, moment)

export const unreachable = (order: OrderRecord, moment: Moment): Move => ({
  ...undo(order, {
    entry: { status: 'payment_failed', now: moment.now, by: 'system', why: 'The payment provider could not be reached' },
    refusal: null, toVoid: false,
  }, moment),
  freesKey: true,
})

export const closeShort = (order: OrderRecord, lines: Refusal['lines'], moment: Moment): Move => ({
  after: become(order, { status: 'cancelled', now: moment.now, by: 'system', why: 'Out of stock' }, {
    ...atRest(moment), paymentStatus: 'voided', answer: { is: 'refusal', refusal: outOfStockRefusal(lines) },
  }),
  unclaims: true,
})

/** A paid order on its way back: what is left of the charge, and all of the stock. */
export const giveBack = (order: OrderRecord, { by, reason }: NonNullable<OrderRecord['cancel']>, moment: Moment): Move => {
  const entry: Entry = { status: 'cancelled', now: moment.now, by, why: reason }
  return refundRest(become(order, entry, { ...held(order, moment), step: 'returning', settledAt: null }), moment, reason ?? 'The order was cancelled', by)
}

export const refundRest = (after: OrderRecord, moment: Moment, reason: string, by: Entry['by']): Move => {
  const amount = refundable(after)
  // A total of zero has nothing to pay back, and counts as paid back.
  if (amount === 0) return { after: after.captured === 0 ? { ...after, paymentStatus: 'refunded' } : after }
  return {
    after: { ...after, refundCommitted: after.captured },
    opens: { id: moment.refundId, amount, reason, by, createdAt: moment.now, nextAttempt: moment.now + moment.leaseMs },
  }
}
