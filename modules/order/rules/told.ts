import type { Emitted } from '../../../src/contract/event.ts'
import * as events from '../contract/events.ts'
import { shownNumber } from './number.ts'
import type { OrderRecord } from './order.ts'

const subject = (order: OrderRecord) => ({ orderId: order.id, userId: order.userId, version: order.version })
const bought = (order: OrderRecord) => ({
  ...subject(order), total: order.frozen.total,
  lines: order.frozen.lines.map(({ productId, variantId, quantity }) => ({ productId, variantId, quantity })),
})

const digitsOf = new Map<string, number>()
/** How many digits a currency's minor units take. Making a formatter costs more than all the rest of a mail. */
const digitsIn = (currency: string): number => {
  let digits = digitsOf.get(currency)
  if (digits === undefined) {
    digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
    digitsOf.set(currency, digits)
  }
  return digits
}

/** Minor units as people write them, with the currency's code: `19.99 EUR`, `500 JPY`. */
export const written = ({ amount, currency }: { amount: number; currency: string }): string => {
  const digits = digitsIn(currency)
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`
}

const mail = (order: OrderRecord, template: string, values: Record<string, string> = {}): Emitted => events.emailRequested({
  to: order.email, template,
  values: { orderId: order.id, number: shownNumber(order.number), total: written(order.frozen.total), ...values },
})

export const placed = (order: OrderRecord): Emitted[] => [events.orderPlaced(bought(order))]

/** What the change of a row tells the others; nothing where its status stays. */
export const told = (before: OrderRecord, after: OrderRecord): Emitted[] => {
  if (before.status === after.status) return []
  switch (after.status) {
    case 'paid': return [events.orderPaid(bought(after)), mail(after, 'order_confirmed')]
    case 'payment_failed': return [events.orderPaymentFailed(subject(after))]
    case 'cancelled': {
      // One who was answered with a refusal knows already.
      const known = before.answer?.is === 'order' || before.cancel !== null
      return known ? [events.orderCancelled(subject(after)), mail(after, 'order_cancelled')] : [events.orderCancelled(subject(after))]
    }
    default: return [events.orderStatusChanged({ ...subject(after), status: after.status })]
  }
}

export const toldOfRefund = (after: OrderRecord, refund: { id: string; amount: number }): Emitted[] => {
  const amount = { amount: refund.amount, currency: after.frozen.currency }
  return [
    events.paymentRefunded({ ...subject(after), refundId: refund.id, amount }),
    mail(after, 'order_refunded', { amount: written(amount) }),
  ]
}
