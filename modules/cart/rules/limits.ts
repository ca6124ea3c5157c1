import { amountLimit, outOfStock, quantityLimit } from '../contract/faults.ts'
import type { CartLine } from '../store.ts'
import { type Quote, type Quotes, availableOf, offerOf } from './offer.ts'

/** Pieces on one line. */
export const LINE_MOST = 999
/** Lines in one cart. */
export const LINES_MOST = 100
/** What goods in one cart may be worth, in minor units: with taxes of 100 % and the dearest shipping the sum is still a `Money`. */
export const GOODS_MOST = 40_000_000_000
/** The dearest shipping, in minor units. */
export const SHIPPING_MOST = 10_000_000_000
/** Basis points. */
export const TAX_RATE_MOST = 10_000
/** The largest `Money`. */
export const AMOUNT_MOST = 100_000_000_000
/** Merged carts that a user's cart remembers, the newest ones; an order claims one more at most. */
export const ALIASES_MOST = 99

/** The most pieces of this that a line can hold now. */
export const mostOf = (quote: Quote): number => Math.min(LINE_MOST, availableOf(quote) ?? LINE_MOST)

/** A line is only ever set to what can be bought now. What is gone cannot. */
export const refuseQuantity = (quantity: number, quote: Quote | undefined): void => {
  const at = (message: string) => [{ in: 'body', path: '/quantity', message } as const]
  if (quantity > LINE_MOST) throw quantityLimit(`${quantity} on one line; at most ${LINE_MOST}`, { errors: at(`the line would hold more than ${LINE_MOST}`) })
  const available = quote === undefined ? 0 : availableOf(quote)
  if (available !== null && quantity > available) {
    throw outOfStock(`${quantity} wanted, ${available} in stock`, { errors: at(`the line would hold more than the ${available} in stock`), members: { available } })
  }
}

/** With this quantity of this variant the cart's goods may not be worth more than can be charged. */
export const refuseAmount = (lines: readonly CartLine[], variantId: string, quantity: number, quotes: Quotes): void => {
  const price = quotes.get(variantId)?.price.amount ?? 0
  let goods = quantity * price
  for (const line of lines) if (line.variantId !== variantId) goods += line.quantity * offerOf(line, quotes).price
  if (goods > GOODS_MOST) throw amountLimit(undefined, { errors: [{ in: 'body', path: '/quantity', message: `goods in a cart are worth at most ${GOODS_MOST} minor units` }] })
}
