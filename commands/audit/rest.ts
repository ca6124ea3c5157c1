import { type Asked, waits } from './asked.ts'
import { type Check, check } from './check.ts'

/** Nothing is half done: all orders have come to rest (I5). */
export const atRest = ({ facts, at }: Asked): Check => check(3, 'no order, refund or key is half done', ({ saw, expect }) => {
  const { orders, refunds, keys } = facts.order
  for (const order of orders.values()) {
    saw()
    expect(order.settled || waits(order, at), () => `order ${order.id} is ${order.status}, at step ${order.step}`)
    expect(!(order.settled && order.status === 'pending'), () => `order ${order.id} is settled and pending`)
    expect(!(order.settled && order.keepsToken), () => `order ${order.id} is settled and keeps its payment token`)
  }
  for (const { id, orderId, status } of refunds.values()) {
    saw()
    expect(status !== 'pending', () => `refund ${id} of order ${orderId} is pending`)
  }
  for (const { operation, key, scope, orderId } of keys) {
    if (operation !== 'checkout') continue
    saw()
    const order = orders.get(orderId)
    expect(order === undefined || order.answered || !order.settled, () => `key ${key} of ${scope} has no answer, and its order ${orderId} is settled`)
  }
})
