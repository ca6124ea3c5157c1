import type { CartLine } from '../store.ts'
import type { Quote, Quotes } from '../rules/offer.ts'
import type { Pricing } from '../rules/total.ts'

/** Lines, quotes and prices for the tests of the rules. Whatever is not said is simple: untracked, free of tax and shipping. */
export const line = (variantId: string, quantity: number, { price = 0, addedAt = 1 }: { price?: number; addedAt?: number } = {}): CartLine => ({
  variantId, quantity, position: 1, addedAt,
  seen: JSON.stringify({ productId: 'p', slug: 's', name: `${variantId}, seen`, options: {}, sku: null, image: null, price, categories: [] }),
})

export const quotesOf = (about: Readonly<Record<string, Partial<Omit<Quote, 'price'>> & { price?: number }>>): Quotes =>
  new Map(Object.entries(about).map(([variantId, { price = 0, ...rest }]) => [variantId, {
    variantId, productId: 'p', slug: variantId, name: variantId, options: {}, sku: null, image: null, price: { amount: price, currency: 'EUR' },
    categories: [], sellable: true, available: null, weightGrams: null, ...rest,
  }]))

export const pricing = (about: Partial<Pricing> = {}): Pricing =>
  ({ currency: 'EUR', taxRates: {}, taxCountry: null, pricesIncludeTax: false, methods: [{ id: 'standard', name: 'Standard', price: 0, freeFrom: null, countries: null }], ...about })
