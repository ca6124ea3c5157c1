import type { Refusal } from './order.ts'

/** The refusals that are stored as an order's answer. */
export const abandoned: Refusal = { code: 'checkout_abandoned', detail: 'This order was undone before it was paid', lines: [] }
export const declined = (reason: string): Refusal => ({ code: 'payment_declined', detail: reason, lines: [] })
export const outOfStockRefusal = (lines: Refusal['lines']): Refusal =>
  ({ code: 'out_of_stock', detail: 'Some lines cannot be delivered in that quantity', lines })
