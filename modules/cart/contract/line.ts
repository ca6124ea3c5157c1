import { type Static, Type } from '@sinclair/typebox'
import { Money } from '../../../src/contract/money.ts'
import { Closed, Id, Nullable } from '../../../src/contract/scalars.ts'

/** A line of a cart, of a snapshot and of an order: one shape, made by cart alone. */
export const Line = Closed({
  variantId: Id, productId: Id, slug: Type.String(), name: Type.String(),
  options: Type.Record(Type.String(), Type.String()),
  sku: Nullable(Type.String()), image: Nullable(Type.String()),
  quantity: Type.Integer({ minimum: 1, maximum: 999 }),
  unitPrice: Money, subtotal: Money, tax: Money,
  taxRate: Type.Integer({ minimum: 0, description: 'basis points: 1900 is 19 %' }),
}, 'Line')
export type Line = Static<typeof Line>

/** The sums of some lines, shipped somewhere: what GET /cart shows and checkout freezes. */
export const totals = { subtotal: Money, shipping: Money, tax: Money, total: Money, taxIncluded: Type.Boolean(), currency: Type.String() }
export const Destination = Closed({
  country: Nullable(Type.String()), region: Nullable(Type.String()), postalCode: Nullable(Type.String()), shippingMethod: Nullable(Type.String()),
}, 'Destination')
