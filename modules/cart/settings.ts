import { Type } from '@sinclair/typebox'
import { Money } from '../../src/contract/money.ts'
import { Nullable } from '../../src/contract/scalars.ts'
import type { Given, SettingRefused } from '../../src/module/module.ts'
import { type Settings, currency } from '../../src/module/setting.ts'
import type { product } from '../product/contract/index.ts'
import { SHIPPING_MOST, TAX_RATE_MOST } from './rules/limits.ts'
import type { Pricing } from './rules/total.ts'
import type { CartStore } from './store.ts'

const country = '^[A-Z]{2}$'
const minorUnits = Type.Integer({ minimum: 0, maximum: SHIPPING_MOST })
/** Minor units, bare or as `{amount, currency}`. */
const Amount = Type.Union([minorUnits, Type.Object({ amount: minorUnits, currency: Money.properties.currency }, { additionalProperties: false })])

export const settings = Type.Object({
  currency,
  taxRates: Type.Record(Type.String({ pattern: country }), Type.Record(Type.String(), Type.Integer({ minimum: 0, maximum: TAX_RATE_MOST })), {
    default: {}, additionalProperties: false,
    description: 'Taxes: country → category slug or `*` → basis points, as in `{"DE": {"*": 1900, "books": 700}}`',
  }),
  taxCountry: Type.Optional(Type.String({ pattern: country, description: 'Whose taxes hold where the destination\'s country is not known' })),
  pricesIncludeTax: Type.Boolean({ default: false, description: 'Prices contain their tax; `off` adds it' }),
  shippingMethods: Type.Array(Type.Object({
    id: Type.String({ minLength: 1, maxLength: 64 }),
    name: Type.String({ minLength: 1, maxLength: 100 }),
    price: Amount,
    freeFrom: Type.Optional(Nullable(Amount)),
    countries: Type.Optional(Nullable(Type.Array(Type.String({ pattern: country })))),
  }, { additionalProperties: false }), {
    minItems: 1, default: [{ id: 'standard', name: 'Standard', price: 0 }],
    description: 'Ways of shipping, the first that ships there being the default: `[{"id", "name", "price", "freeFrom", "countries"}]`, amounts in minor units',
  }),
  guestCartDays: Type.Integer({ minimum: 1, maximum: 3650, default: 7, description: 'How long a guest\'s cart lives after its last change, in days' }),
  userCartDays: Type.Integer({ minimum: 1, maximum: 3650, default: 90, description: 'How long a user\'s cart lives after its last change, in days' }),
})

export type CartSettings = Settings<typeof settings>
export type CartGiven = Given<{ product: typeof product }, CartStore, typeof settings>

/** Shipping methods that contradict the shop's currency or each other. */
export const refusedMethods = ({ currency, shippingMethods }: Pick<CartSettings, 'currency' | 'shippingMethods'>): SettingRefused[] => {
  const refused = (message: string): SettingRefused => ({ name: 'SHIPPING_METHODS', message })
  const amounts = shippingMethods.flatMap(({ price, freeFrom }) => [price, freeFrom])
  const foreign = amounts.flatMap((amount) => (typeof amount === 'object' && amount !== null && amount.currency !== currency ? [amount.currency] : []))
  const ids = shippingMethods.map(({ id }) => id)
  const twice = ids.filter((id, at) => ids.indexOf(id) < at)
  return [
    ...[...new Set(foreign)].map((other) => refused(`has amounts in ${other}; the shop's currency is ${currency}`)),
    ...[...new Set(twice)].map((id) => refused(`has the id ${id} twice`)),
  ]
}

const minor = (amount: number | Money): number => (typeof amount === 'number' ? amount : amount.amount)

/** What the settings say about prices. */
export const pricingOf = ({ currency, taxRates, taxCountry, pricesIncludeTax, shippingMethods }: CartSettings): Pricing => {
  const methods = shippingMethods.map(({ id, name, price, freeFrom, countries }) =>
    ({ id, name, price: minor(price), freeFrom: freeFrom == null ? null : minor(freeFrom), countries: countries ?? null }))
  return { currency, taxRates, taxCountry: taxCountry ?? null, pricesIncludeTax, methods }
}
