import type { Moment } from './moment.ts'
import { type Move, changed } from './move.ts'
import { abandon, capture, closeShort, fail, giveBack, held, pay, refundRest, rest, unreachable, wait } from './moves.ts'
import type { OrderRecord, Refusal, Step } from './order.ts'

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
  if (heard.is === 'short') return closeShort(order, heard.lines, moment)
  if (heard.is !== 'held') return null
  if (order.cancel !== null) return abandon(order, moment)
  if (order.frozen.total.amount === 0) return pay(order, moment)
  return { after: changed(order, { ...held(order, moment), step: 'authorizing', toVoid: true }) }
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
      if (heard.is === 'unreached' && moment.first) return unreachable(order, moment)
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
  return refundRest(changed(order, { ...held(order, moment), captured, toVoid: false }), moment, 'The order was undone', 'system')
}

const returning: Rule = (order, heard, moment) => (heard.is === 'returned' ? rest(order, moment) : null)

const rules: Record<Step, Rule> = { new: fresh, authorizing, waiting, capturing, settling, undoing, returning, done: () => null }
