import type { Asked } from './asked.ts'
import { type Check, check } from './check.ts'
import { cartsIn } from './journal.ts'
import { undone } from './order-facts.ts'
import { addTo, under } from './rows.ts'

/** A cart's generation becomes at most one order, which is then taken out of it once. */
export const carts = ({ facts, journal }: Asked): Check => check(9, 'a cart becomes one order, and is what was put in less what was sold', ({ saw, expect }) => {
  const { orders, claims } = facts.order
  const { carts, aliases, settled } = facts.cart
  const name = (cartId: string, generation: number) => `${cartId} generation ${generation}`
  const kept = new Map(claims.map(({ cartId, generation, orderId }) => [name(cartId, generation), orderId]))
  const owners = new Map<string, string>()
  const soldFrom = new Map<string, Map<string, number>>()

  for (const order of orders.values()) {
    if (undone(order)) continue
    for (const { cartId, generation } of order.claims) {
      saw()
      const claim = name(cartId, generation)
      const other = owners.get(claim)
      expect(other === undefined, () => `cart ${claim} became order ${other} and order ${order.id}`)
      owners.set(claim, order.id)
      expect(kept.get(claim) === order.id, () => `cart ${claim} became order ${order.id}, and its claim is ${kept.has(claim) ? `order ${kept.get(claim)}'s` : 'gone'}`)
      const now = carts.get(cartId)?.generation ?? aliases.get(cartId)
      expect(!order.settled || now === undefined || now > generation, () => `cart ${claim} became order ${order.id}, and is at generation ${now} still`)
    }
    const taken = settled.get(order.id)
    const there = order.claims.some((claim) => carts.has(claim.cartId) || aliases.has(claim.cartId))
    expect(!order.settled || taken !== undefined || !there, () => `order ${order.id} was never taken out of its cart`)
    // A cart that was sold empty and then merged is gone, and what it remembered with it.
    const cartId = taken?.cartId ?? (order.paid ? order.claims[0]?.cartId : undefined)
    if (cartId === undefined) continue
    const sums = under(soldFrom, cartId, () => new Map())
    for (const { variantId, quantity } of order.lines) addTo(sums, variantId, quantity)
  }
  for (const { cartId, generation, orderId } of claims) {
    const order = orders.get(orderId)
    expect(order !== undefined && !(undone(order) && order.settled), () => `cart ${name(cartId, generation)} is claimed by order ${orderId}, which was undone or is not there`)
  }
  for (const [orderId, { cartId, pending }] of settled) {
    saw()
    expect(!pending, () => `order ${orderId} is half taken out of cart ${cartId}`)
    const order = orders.get(orderId)
    expect(order?.paid === true, () => `order ${orderId} was taken out of cart ${cartId}, and was never paid`)
  }

  const changes = new Map<string, Map<string, { least: number; most: number }>>()
  for (const { cartId, variantId, change, acknowledged } of cartsIn(journal)) {
    const range = under(under(changes, cartId, () => new Map<string, { least: number; most: number }>()), variantId, () => ({ least: 0, most: 0 }))
    if (acknowledged || change < 0) range.least += change
    if (acknowledged || change > 0) range.most += change
  }
  for (const [cartId, variants] of changes) {
    const cart = carts.get(cartId)
    // One that was merged goes on as another.
    if (cart === undefined && aliases.has(cartId)) continue
    for (const [variantId, { least, most }] of variants) {
      saw()
      const out = soldFrom.get(cartId)?.get(variantId) ?? 0
      const has = cart?.lines.get(variantId) ?? 0
      expect(has >= least - out && has <= Math.max(0, most - out), () => `cart ${cartId} has ${has} of ${variantId}: between ${least} and ${most} were put in, ${out} sold`)
    }
  }
})
