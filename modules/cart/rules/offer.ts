import type { Static } from '@sinclair/typebox'
import type { Quote as QuoteSchema } from '../../product/contract/inner.ts'
import type { CartLine } from '../store.ts'

export type Quote = Static<typeof QuoteSchema>
export type Quotes = ReadonlyMap<string, Quote>

/** What a line needs to know of its product to be shown and priced. */
export interface Offer {
  productId: string; slug: string; name: string; options: Record<string, string>; sku: string | null; image: string | null
  /** Minor units. */
  price: number
  /** The category's slug and its ancestors', nearest first. */
  categories: readonly string[]
  /** What can be bought now; null where stock is not counted. */
  available: number | null
}
/** An offer as it was when it went into the cart. */
export type Seen = Omit<Offer, 'available'>

/** How many can be bought; null where stock is not counted. Nothing of what is not for sale. */
export const availableOf = ({ sellable, available }: Pick<Quote, 'sellable' | 'available'>): number | null =>
  !sellable ? 0 : available === null ? null : Math.max(0, available)

const seenIn = ({ productId, slug, name, options, sku, image, price, categories }: Quote): Seen =>
  ({ productId, slug, name, options, sku, image, price: price.amount, categories })

/** What a line keeps of a quote, so that it can be shown when the product is gone. */
export const seen = (quote: Quote): string => JSON.stringify(seenIn(quote))

/** What a line offers now: today's quote, or what was seen last of a product that is gone, of which nothing is available. */
export const offerOf = (line: CartLine, quotes: Quotes): Offer => {
  const quote = quotes.get(line.variantId)
  if (quote !== undefined) return { ...seenIn(quote), available: availableOf(quote) }
  const last: Seen = JSON.parse(line.seen)
  return { ...last, available: 0 }
}
