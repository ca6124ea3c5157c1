import type { Static } from '@sinclair/typebox'
import type { Money } from '../../../src/contract/money.ts'
import type { CartItem } from '../contract/cart.ts'
import type { totals } from '../contract/line.ts'
import type { CartLine } from '../store.ts'
import { AMOUNT_MOST, GOODS_MOST } from './limits.ts'
import { type Quotes, offerOf } from './offer.ts'
import { type Method, methodFor, shippingOf } from './shipping.ts'
import { type TaxRates, taxOn, taxRateFor } from './tax.ts'

/** What the shop has settled about prices. */
export interface Pricing {
  currency: string
  taxRates: TaxRates
  /** Whose taxes hold where the destination's country is not known. */
  taxCountry: string | null
  pricesIncludeTax: boolean
  methods: readonly Method[]
}

/** Where to, and how: `asked` must ship there, `chosen` is dropped where it does not. */
export interface Shipment { country: string | null; asked: string | null; chosen: string | null }

type Totals = { -readonly [K in keyof typeof totals]: Static<(typeof totals)[K]> }
export interface Priced {
  items: CartItem[]
  totals: Totals
  /** null where none ships there, or the asked one does not. */
  shippingMethod: string | null
  /** The goods are worth more than can be charged at once: amounts are shown as the largest there are. */
  tooMuch: boolean
}

/**
 * The one sum behind GET /cart and the snapshot that checkout freezes, so that what was seen is what is charged. Taxes
 * are rounded a line; shipping is not taxed. Whole numbers below 2^53 throughout: a line is cut at the largest `Money`.
 */
export const total = (lines: readonly CartLine[], quotes: Quotes, shipment: Shipment, pricing: Pricing): Priced => {
  const { currency, pricesIncludeTax } = pricing
  const money = (amount: number): Money => ({ amount: Math.min(amount, AMOUNT_MOST), currency })
  const country = shipment.country ?? pricing.taxCountry
  let goods = 0, taxes = 0
  const items = lines.map((line): CartItem => {
    const offer = offerOf(line, quotes)
    const subtotal = money(offer.price * line.quantity)
    const taxRate = taxRateFor(pricing.taxRates, country, offer.categories)
    const tax = money(taxOn(subtotal.amount, taxRate, pricesIncludeTax))
    goods += subtotal.amount
    taxes += tax.amount
    return {
      variantId: line.variantId, productId: offer.productId, slug: offer.slug, name: offer.name, options: offer.options,
      sku: offer.sku, image: offer.image, quantity: line.quantity,
      unitPrice: money(offer.price), subtotal, tax, taxRate, available: offer.available,
    }
  })
  const method = methodFor(pricing.methods, country, shipment)
  const shipping = shippingOf(method, goods, lines.length)
  return {
    items, shippingMethod: method?.id ?? null, tooMuch: goods > GOODS_MOST,
    totals: {
      subtotal: money(goods), shipping: money(shipping), tax: money(taxes),
      total: money(goods + shipping + (pricesIncludeTax ? 0 : taxes)), taxIncluded: pricesIncludeTax, currency,
    },
  }
}

/** Lines that cannot be bought as they are. Where the sum is too much, the dearest line is one of them. */
export const shortOf = ({ items, tooMuch }: Priced): { variantId: string; available: number }[] => {
  const short = items.filter(({ available, quantity }) => available !== null && available < quantity)
    .map(({ variantId, available }) => ({ variantId, available: available ?? 0 }))
  if (!tooMuch || short.length > 0) return short
  const dearest = items.reduce((most, item) => item.subtotal.amount > most.subtotal.amount ? item : most)
  return [{ variantId: dearest.variantId, available: 0 }]
}
