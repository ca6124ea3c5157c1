import { Type } from '@sinclair/typebox'
import { Money } from '../../src/contract/money.ts'
import { Nullable } from '../../src/contract/scalars.ts'
import type { Given } from '../../src/module/module.ts'
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
    default: [{ id: 'standard', name: 'Standard', price: 0 }],
    description: 'Ways of shipping, the first that ships there being the default: `[{"id", "name", "price", "freeFrom", "countries"}]`, amounts in minor units',
  }),
  guestCartDays: Type.Integer({ minimum: 1, maximum: 3650, default: 7, description: 'How long a guest\'s cart lives after its last change, in days' }),
  userCartDays: Type.Integer({ minimum: 1, maximum: 3650, default: 90, description: 'How long a user\'s cart lives after its last change, in days' }),
})

export type CartSettings = Settings<typeof settings>
export type CartGiven = Given<{ product: typeof product }, CartStore, typeof settings>

/** What the settings say about prices; refuses ones that contradict each other. */
export const pricingOf = ({ currency, taxRates, taxCountry, pricesIncludeTax, shippingMethods }: CartSettings): Pricing => {
  const minor = (amount: number | Money): number => {
    if (typeof amount === 'number') return amount
    if (amount.currency !== currency) throw new RangeError(`SHIPPING_METHODS has amounts in ${amount.currency}; the shop's currency is ${currency}`)
    return amount.amount
  }
  const methods = shippingMethods.map(({ id, name, price, freeFrom, countries }) =>
    ({ id, name, price: minor(price), freeFrom: freeFrom == null ? null : minor(freeFrom), countries: countries ?? null }))
  const twice = methods.find(({ id }, at) => methods.findIndex((other) => other.id === id) < at)
  if (twice !== undefined) throw new RangeError(`SHIPPING_METHODS has the id ${twice.id} twice`)
  return { currency, taxRates, taxCountry: taxCountry ?? null, pricesIncludeTax, methods }
}
