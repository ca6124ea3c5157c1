import type { Order } from '../contract/schemas.ts'
import { shownNumber } from './number.ts'
import { type OrderRecord, iso } from './order.ts'

/** An order as clients see it. */
export const shown = (order: OrderRecord): Order => {
  const { lines, claims: _claims, shippingMethod, shippingAddress, billingAddress, ...sums } = order.frozen
  return {
    id: order.id, number: shownNumber(order.number), status: order.status, userId: order.userId, email: order.email,
    items: lines, ...sums, shippingMethod, shippingAddress, billingAddress,
    payment: {
      provider: order.provider, status: order.paymentStatus, amount: sums.total,
      refunded: { amount: order.refunded, currency: sums.currency },
      nextAction: order.step === 'waiting' && order.actionUrl !== null ? { type: 'redirect', url: order.actionUrl } : null,
    },
    tracking: order.tracking, note: order.note, history: [...order.history],
    createdAt: iso(order.createdAt), updatedAt: iso(order.updatedAt),
  }
}
