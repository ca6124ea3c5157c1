import { type Asked, waits } from './asked.ts'
import { type Check, check } from './check.ts'
import { type OrderFact, sold, undone } from './order-facts.ts'
import { addTo } from './rows.ts'

interface Levels { held: Map<string, number>; sold: Map<string, number>; ordered: Map<string, number> }

/** What reservations hold and sold, and what the orders bought, by variant; of untracked ones nothing is counted. */
const levels = ({ facts }: Asked): Levels => {
  const found: Levels = { held: new Map(), sold: new Map(), ordered: new Map() }
  for (const { id, state, lines } of facts.product.reservations.values()) {
    const order = facts.order.orders.get(id)
    const ordered = new Map<string, number>()
    if (order !== undefined && sold(order)) for (const line of order.lines) addTo(ordered, line.variantId, line.quantity)
    for (const { variantId, took } of lines) {
      if (state === 'held') addTo(found.held, variantId, took)
      if (state === 'sold') addTo(found.sold, variantId, took)
      if (took > 0) addTo(found.ordered, variantId, ordered.get(variantId) ?? 0)
    }
  }
  return found
}

/** Received = available + reserved + sold, and each of them is what its causes make (I2). */
export const stock = (asked: Asked): Check => check(7, 'a variant\'s stock is what was received, held and sold', ({ saw, expect }) => {
  const { product, order } = asked.facts
  const waiting = new Set([...order.orders.values()].filter((one) => waits(one, asked.at)).map(({ id }) => id))
  const { held, sold: inReservations, ordered } = levels(asked)
  const waited = new Map<string, number>()
  for (const { id, state, lines } of product.reservations.values()) {
    if (state === 'held' && waiting.has(id)) for (const { variantId, took } of lines) addTo(waited, variantId, took)
  }
  for (const [variant, { received, available, reserved, sold: out, moves }] of product.stock) {
    saw()
    const none = { count: 0, last: 0, received: 0, returns: 0 }
    const ledger = product.moves.get(variant) ?? none
    expect(received === available + reserved + out, () => `variant ${variant} received ${received}, which is not ${available} available, ${reserved} reserved and ${out} sold`)
    expect(Math.min(received, available, reserved, out) >= 0, () => `variant ${variant} has less than none: ${available} available, ${reserved} reserved, ${out} sold`)
    expect(reserved === (held.get(variant) ?? 0), () => `variant ${variant} has ${reserved} reserved, and its holds make ${held.get(variant) ?? 0}`)
    expect(reserved === (waited.get(variant) ?? 0), () => `variant ${variant} has ${reserved} reserved by orders that are at rest`)
    expect(out === (inReservations.get(variant) ?? 0), () => `variant ${variant} has ${out} sold, and its reservations make ${inReservations.get(variant) ?? 0}`)
    expect(out === (ordered.get(variant) ?? 0), () => `variant ${variant} has ${out} sold, and paid orders bought ${ordered.get(variant) ?? 0}`)
    expect(received === ledger.received, () => `variant ${variant} received ${received}, and its moves make ${ledger.received}`)
    expect(moves === ledger.count && moves === ledger.last, () => `variant ${variant} counts ${moves} moves, and has ${ledger.count} up to number ${ledger.last}`)
  }
  for (const variant of product.moves.keys()) expect(product.stock.has(variant), () => `variant ${variant} has moves and no stock`)
})

/** Where the reservation of an order at rest has ended. */
const endOf = (order: OrderFact): string => sold(order) ? 'sold' : undone(order) ? 'released' : 'returned'
const wanted = (lines: readonly { variantId: string; quantity: number }[]): string => {
  const sums = new Map<string, number>()
  for (const { variantId, quantity } of lines) addTo(sums, variantId, quantity)
  return [...sums].map(([variantId, quantity]) => `${variantId} ${quantity}`).sort().join(', ')
}

/** Every reservation has ended as its order did. */
export const reservations = ({ facts, at }: Asked): Check => check(8, 'reservations ended as their orders did', ({ saw, expect }) => {
  for (const { id, state, lines } of facts.product.reservations.values()) {
    saw()
    const order = facts.order.orders.get(id)
    expect(order !== undefined, () => `the reservation ${id} (${state}) has no order`)
    if (order === undefined) continue
    if (state === 'held') expect(waits(order, at), () => `the reservation of order ${id} is held, and the order is ${order.status}`)
    else if (order.settled) expect(state === endOf(order), () => `the reservation of order ${id} is ${state}, and the order is ${order.status}`)
    const same = lines.length === 0 ? !order.paid : wanted(lines) === wanted(order.lines)
    expect(same, () => `the reservation of order ${id} has other lines than the order`)
  }
  for (const order of facts.order.orders.values()) {
    if (!order.settled || undone(order)) continue
    expect(facts.product.reservations.has(order.id), () => `order ${order.id} is ${order.status} and reserved nothing`)
  }
})
