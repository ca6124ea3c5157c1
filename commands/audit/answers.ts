import { type Check, check } from './check.ts'
import type { Asked } from './asked.ts'
import { type AnswerEntry, answersIn, windowsIn } from './journal.ts'
import type { OrderFact } from './order-facts.ts'
import { under } from './rows.ts'

/** What an order may still become, by its status. */
const onward: Readonly<Record<string, readonly string[]>> = {
  pending: ['paid', 'payment_failed', 'cancelled'], paid: ['preparing', 'cancelled', 'refunded'],
  preparing: ['shipped', 'cancelled', 'refunded'], shipped: ['delivered', 'refunded'], delivered: ['refunded'],
}
const reachable = (from: string, to: string): boolean => from === to || (onward[from] ?? []).some((next) => reachable(next, to))

/** How an order stands whose buyer was refused with this code, for good. */
const afterRefusal: Readonly<Record<string, readonly string[]>> = {
  payment_declined: ['payment_failed'], out_of_stock: ['cancelled'], checkout_abandoned: ['cancelled', 'payment_failed'],
}

const quantities = (lines: readonly { variantId: string; quantity: number }[]): string =>
  lines.map(({ variantId, quantity }) => `${variantId} ${quantity}`).sort().join(', ')

/** The first thing about an answered order that is no longer so. */
const broken = (answer: AnswerEntry, order: OrderFact, history: readonly string[]): string | null => {
  if (answer.total !== null && answer.total !== order.total) return `was answered with a total of ${answer.total} and has ${order.total}`
  if (answer.lines.length > 0 && quantities(answer.lines) !== quantities(order.lines)) return 'was answered with other lines than it has'
  if (answer.orderStatus !== null && !reachable(answer.orderStatus, order.status)) return `was answered as ${answer.orderStatus} and is ${order.status}`
  if (answer.orderStatus !== null && !history.includes(answer.orderStatus)) return `was answered as ${answer.orderStatus}, which its history does not know`
  const ended = answer.status >= 400 && answer.operation === 'place' ? afterRefusal[answer.code ?? ''] : undefined
  return ended !== undefined && !ended.includes(order.status) ? `was refused with ${answer.code} and is ${order.status}` : null
}

/** Answers whose order, or refund, is there and says the same (I1). */
export const acknowledged = ({ facts, journal }: Asked): Check => check(1, 'what was answered is there and says the same', ({ saw, expect }) => {
  for (const answer of answersIn(journal)) {
    const { orderId, refundId } = answer
    if (refundId !== null) {
      saw()
      expect(facts.order.refunds.has(refundId), () => `refund ${refundId} was answered and is gone`)
    }
    if (orderId === null) continue
    saw()
    const order = facts.order.orders.get(orderId)
    expect(order !== undefined, () => `order ${orderId} was answered (${answer.status}) and is gone`)
    const wrong = order === undefined ? null : broken(answer, order, facts.order.histories.get(orderId) ?? [])
    expect(wrong === null, () => `order ${orderId} ${wrong}`)
  }
})

const weekMs = 7 * 86_400_000
const isFinal = (answer: AnswerEntry): boolean => answer.key !== null && (answer.operation === 'place' || answer.operation === 'refund')
  && (answer.status === 201 || (answer.status < 500 && answer.orderId !== null))

/** One key, at most one order, and one answer at each replay (I3). */
export const keyed = ({ facts, journal }: Asked): Check => check(2, 'a key has one order and one answer', ({ saw, expect }) => {
  const { keys, orders, refunds } = facts.order
  const known = new Set<string>()
  const orderKeys = new Set<string>()
  for (const { scope, operation, key, orderId, refundId } of keys) {
    saw()
    const name = JSON.stringify([scope, operation, key])
    expect(!known.has(name), () => `key ${key} of ${scope} is kept twice`)
    known.add(name)
    const order = orders.get(orderId)
    expect(order !== undefined, () => `key ${key} of ${scope} names order ${orderId}, which is not there`)
    if (operation === 'checkout') {
      orderKeys.add(orderId)
      const own = order === undefined || (order.checkoutKey === key && order.scope === scope)
      expect(own, () => `key ${key} of ${scope} names order ${orderId}, which was placed under another`)
    } else {
      const refund = refunds.get(refundId ?? '')
      expect(refund?.orderId === orderId, () => `key ${key} of ${scope} names refund ${refundId}, which is not one of order ${orderId}`)
    }
  }
  const placed = new Map<string, OrderFact[]>()
  for (const order of orders.values()) under(placed, JSON.stringify([order.scope, order.checkoutKey]), () => []).push(order)
  for (const group of placed.values()) {
    // One undone as payment_unavailable gave its key back: it has no answer.
    const kept = group.filter((one) => !(one.settled && one.status === 'payment_failed' && !one.answered)).sort((a, b) => a.createdAt - b.createdAt)
    for (const [at, one] of kept.entries()) {
      const before = kept[at - 1]
      // A key is forgotten after a week, and may then be used anew.
      const second = before !== undefined && one.createdAt - before.createdAt < weekMs
      expect(!second, () => `orders ${before?.id} and ${one.id} were placed under one key`)
    }
  }
  const answered = new Map<string, AnswerEntry>()
  for (const answer of answersIn(journal).filter(isFinal)) {
    saw()
    const { caller, operation, key, status, code, orderId, digest } = answer
    const first = under(answered, JSON.stringify([caller, operation, key]), () => answer)
    const same = first.status === status && first.code === code && first.orderId === orderId && (status !== 201 || first.digest === digest)
    expect(same, () => `key ${key} of ${caller} was answered ${first.status} with order ${first.orderId}, then ${status} with ${orderId}, or in other words`)
    if (operation === 'place' && orderId !== null && orders.has(orderId)) {
      expect(orderKeys.has(orderId), () => `order ${orderId} was answered under key ${key}, which is kept no longer`)
    }
  }
})

/** Answers come in time, and a failing shop fails as it may, when it may. */
export const inTime = ({ journal }: Asked): Check => check(11, 'answers come in time; 5xx are 503 or 504 while something is down', ({ saw, expect }) => {
  const windows = windowsIn(journal)
  for (const { operation, at, ms, deadlineMs, status, code, providerFails, orderId } of answersIn(journal)) {
    saw()
    const what = () => `${operation} at ${new Date(at).toISOString()}${orderId === null ? '' : ` (order ${orderId})`}`
    // A connection that breaks tells its client late, and that is not the shop's answer.
    expect(status === 0 || ms <= deadlineMs, () => `${what()} was answered after ${Math.round(ms)} ms, later than ${deadlineMs} ms`)
    const down = providerFails || windows.some(({ from, to }) => at <= to && at + ms >= from)
    const failed = status === 0 || status >= 500
    const asItMay = status === 0 || status === 503 || status === 504
    expect(!failed || (asItMay && down), () => `${what()} was answered ${status === 0 ? 'by a broken connection' : `${status} ${code ?? ''}`} ${down ? '' : 'while nothing was down'}`)
  }
})
