import { refundable } from './amounts.ts'
import { type Entry, type Move, become, changed } from './move.ts'
import type { OrderRecord, Refusal, Step } from './order.ts'
import { abandoned, declined, outOfStockRefusal } from './refusals.ts'
import { shown } from './shown.ts'

/** What a step's call has answered; `abandoned` where no call is to be made. */
export type Heard =
  | { is: 'held' }
  | { is: 'short'; lines: Refusal['lines'] }
  | { is: 'authorized'; reference: string }
  | { is: 'redirect'; reference: string; url: string }
  | { is: 'refused'; reason: string }
  | { is: 'unknown' }
  | { is: 'unreached' }
  | { is: 'captured' }
  | { is: 'settled' }
  | { is: 'undone' }
  | { is: 'charged' }
  | { is: 'returned' }
  | { is: 'abandoned' }

export interface Moment {
  now: number
  /** When the call was made: an answer to an earlier question does not tell that the time is over. */
  asked: number
  /** The first call of this step by whoever inserted the order: nobody else can have reached the provider before. */
  first: boolean
  leaseMs: number
  pendingMs: number
  /** For a refund row that this change may insert. */
  refundId: string
}

/** Before its call: an order that was cancelled, or that nobody came back for before it was paid, is not carried on. */
export const unasked = (order: OrderRecord, by: 'request' | 'sweeper'): boolean =>
  (order.step === 'new' && by === 'sweeper')
  || (order.cancel !== null && (order.step === 'new' || order.step === 'authorizing' || order.step === 'waiting'))

/**
 * What is stored next, or null where the same call must be repeated. Direction is one-way: `undoing` never goes forward,
 * `capturing` goes back only on the provider's final refusal.
 */
export const next = (order: OrderRecord, heard: Heard, moment: Moment): Move | null => rules[order.step](order, heard, moment)

type Rule = (order: OrderRecord, heard: Heard, moment: Moment) => Move | null

const fresh: Rule = (order, heard, moment) => {
  if (heard.is === 'abandoned') return abandon(order, moment)
  // The refusal is final in the stock's own record, and nothing was asked of the provider: there is nothing to undo.
  if (heard.is === 'short') return close(order, heard.lines, moment)
  if (heard.is !== 'held') return null
  if (order.cancel !== null) return abandon(order, moment)
  if (order.frozen.total.amount === 0) return pay(order, moment)
  return { after: changed(order, { ...held(moment), step: 'authorizing', toVoid: true }) }
}

const authorizing: Rule = (order, heard, moment) => {
  const overdue = moment.asked >= order.createdAt + moment.pendingMs
  switch (heard.is) {
    case 'abandoned': return abandon(order, moment)
    case 'authorized': return order.cancel === null ? capture(order, heard.reference, moment) : abandon(order, moment)
    case 'redirect': return order.cancel === null ? wait(order, heard, moment) : abandon(order, moment)
    case 'refused': return fail(order, heard.reason, moment, { toVoid: false })
    case 'unreached':
    case 'unknown':
      // Later than at the very first attempt, not being reached is an unknown like any other.
      if (heard.is === 'unreached' && moment.first) return unavail(order, moment)
      return overdue ? fail(order, 'The payment provider did not answer in time', moment, { late: true }) : null
    default: return null
  }
}

const waiting: Rule = (order, heard, moment) => {
  const overdue = order.waitingUntil !== null && moment.asked >= order.waitingUntil
  switch (heard.is) {
    case 'abandoned': return abandon(order, moment)
    case 'authorized': return order.cancel === null ? capture(order, heard.reference, moment) : abandon(order, moment)
    case 'refused': return fail(order, heard.reason, moment, { toVoid: false })
    case 'redirect':
      if (order.cancel !== null) return abandon(order, moment)
      return overdue ? fail(order, 'The bank was not answered in time', moment, { late: true }) : wait(order, heard, moment)
    case 'unreached':
    case 'unknown': return overdue ? fail(order, 'The payment provider did not answer in time', moment, { late: true }) : null
    default: return null
  }
}

const capturing: Rule = (order, heard, moment) => {
  if (heard.is === 'captured') return pay(order, moment)
  return heard.is === 'refused' ? fail(order, heard.reason, moment, {}) : null
}

const settling: Rule = (order, heard, moment) => {
  if (heard.is !== 'settled') return null
  return order.cancel === null ? rest(order, moment) : giveBack(order, order.cancel, moment)
}

const undoing: Rule = (order, heard, moment) => {
  if (heard.is === 'undone') return rest(order, moment)
  if (heard.is !== 'charged') return null
  const captured = order.frozen.total.amount
  return refundRest(changed(order, { ...held(moment), captured, toVoid: false }), moment, 'The order was undone', 'system')
}

const returning: Rule = (order, heard, moment) => (heard.is === 'returned' ? rest(order, moment) : null)

const rules: Record<Step, Rule> = { new: fresh, authorizing, waiting, capturing, settling, undoing, returning, done: () => null }

/** What every step of somebody who works on the order renews. */
const held = ({ now, leaseMs }: Moment) => ({ leaseUntil: now + leaseMs, nextAttempt: now, attempts: 0 })
const atRest = ({ now }: Moment) => ({ leaseUntil: 0, nextAttempt: now, attempts: 0, token: null, step: 'done', settledAt: now } as const)

const rest = (order: OrderRecord, moment: Moment): Move => ({ after: changed(order, atRest(moment)) })

const capture = (order: OrderRecord, reference: string, moment: Moment): Move => ({
  after: changed(order, {
    ...held(moment), step: 'capturing', reference, paymentStatus: 'authorized', token: null, actionUrl: null, updatedAt: moment.now,
  }),
})

const wait = (order: OrderRecord, { reference, url }: { reference: string; url: string }, moment: Moment): Move => {
  const waitingUntil = order.waitingUntil ?? moment.now + moment.pendingMs
  const after = changed(order, {
    step: 'waiting', reference, actionUrl: url, waitingUntil, leaseUntil: 0, attempts: 0,
    nextAttempt: order.woken ? moment.now : waitingUntil, woken: false,
    updatedAt: order.step === 'waiting' ? order.updatedAt : moment.now,
  })
  return { after: answered(after) }
}

const pay = (order: OrderRecord, moment: Moment): Move => {
  const entry: Entry = { status: 'paid', now: moment.now, by: 'system', why: null }
  return {
    after: answered(become(order, entry, {
      ...held(moment), step: 'settling', paymentStatus: 'captured', captured: order.frozen.total.amount, paidAt: moment.now, token: null,
    })),
  }
}

const answered = (order: OrderRecord): OrderRecord =>
  order.answer === null ? { ...order, answer: { is: 'order', body: JSON.stringify(shown(order)) } } : order

interface Undoing { entry: Entry; refusal: Refusal | null; toVoid: boolean }
const undo = (order: OrderRecord, { entry, refusal, toVoid }: Undoing, moment: Moment): Move => ({
  after: become(order, entry, {
    ...held(moment), step: 'undoing', paymentStatus: entry.status === 'payment_failed' ? 'failed' : 'voided', token: null, actionUrl: null, toVoid,
    answer: order.answer ?? (refusal && { is: 'refusal', refusal }),
  }),
  unclaims: true,
})

const abandon = (order: OrderRecord, moment: Moment): Move => undo(order, {
  entry: {
    status: 'cancelled', now: moment.now, by: order.cancel?.by ?? 'system',
    why: order.cancel === null ? 'Interrupted before the payment' : order.cancel.reason,
  },
  refusal: abandoned, toVoid: order.toVoid,
}, moment)

const fail = (order: OrderRecord, why: string, moment: Moment, { toVoid = order.toVoid, late = false }): Move => undo(order, {
  entry: { status: 'payment_failed', now: moment.now, by: 'system', why },
  refusal: late ? abandoned : declined(why), toVoid,
}, moment)

const unavail = (order: OrderRecord, moment: Moment): Move => ({
  ...undo(order, {
    entry: { status: 'payment_failed', now: moment.now, by: 'system', why: 'The payment provider could not be reached' },
    refusal: null, toVoid: false,
  }, moment),
  freesKey: true,
})

const close = (order: OrderRecord, lines: Refusal['lines'], moment: Moment): Move => ({
  after: become(order, { status: 'cancelled', now: moment.now, by: 'system', why: 'Out of stock' }, {
    ...atRest(moment), paymentStatus: 'voided', answer: { is: 'refusal', refusal: outOfStockRefusal(lines) },
  }),
  unclaims: true,
})

/** A paid order on its way back: what is left of the charge, and all of the stock. */
export const giveBack = (order: OrderRecord, { by, reason }: NonNullable<OrderRecord['cancel']>, moment: Moment): Move => {
  const entry: Entry = { status: 'cancelled', now: moment.now, by, why: reason }
  return refundRest(become(order, entry, { ...held(moment), step: 'returning', settledAt: null }), moment, reason ?? 'The order was cancelled', by)
}

const refundRest = (after: OrderRecord, moment: Moment, reason: string, by: Entry['by']): Move => {
  const amount = refundable(after)
  // A total of zero has nothing to pay back, and counts as paid back.
  if (amount === 0) return { after: after.captured === 0 ? { ...after, paymentStatus: 'refunded' } : after }
  return {
    after: { ...after, refundCommitted: after.captured },
    opens: { id: moment.refundId, amount, reason, by, createdAt: moment.now, nextAttempt: moment.now + moment.leaseMs },
  }
}
