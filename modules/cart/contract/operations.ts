import { Type } from '@sinclair/typebox'
import { nothing } from '../../../src/contract/contract.ts'
import { operation } from '../../../src/contract/operation.ts'
import { Page } from '../../../src/contract/page.ts'
import { Closed, Id, Nullable, PathId, Text } from '../../../src/contract/scalars.ts'
import { Cart, ShippingMethod } from './cart.ts'
import { amountLimit, cartFull, lineNotFound, outOfStock, quantityLimit, variantNotFound } from './faults.ts'

/** Far above what a line holds, so that too many are answered as `quantity_limit`, not as malformed. */
const Quantity = (minimum: number) => Type.Integer({ minimum, maximum: 1_000_000 })
const Country = Type.String({ pattern: '^[A-Z]{2}$', maxLength: 2, description: 'ISO 3166-1 alpha-2' })

export const read = operation('GET /cart', {
  access: 'visitor', summary: 'The caller\'s cart, with prices and stock of now', takes: nothing, returns: Cart,
})
export const addItem = operation('POST /cart/items', {
  access: 'visitor', summary: 'Add a quantity of a variant; starts a guest session where there is none',
  takes: Closed({ variantId: Id, quantity: Quantity(1) }),
  returns: Cart, faults: [variantNotFound, outOfStock, quantityLimit, cartFull, amountLimit],
})
export const setItem = operation('PATCH /cart/items/{variantId}', {
  access: 'visitor', summary: 'Set a line\'s quantity; 0 removes it',
  takes: Closed({ variantId: PathId, quantity: Quantity(0) }),
  returns: Cart, faults: [lineNotFound, outOfStock, quantityLimit, amountLimit],
})
export const removeItem = operation('DELETE /cart/items/{variantId}', {
  access: 'visitor', summary: 'Remove a line', takes: Closed({ variantId: PathId }), returns: Cart, faults: [lineNotFound],
})
export const clear = operation('DELETE /cart', {
  access: 'visitor', summary: 'Remove all lines', takes: nothing, returns: Cart,
})
export const setDestination = operation('PATCH /cart', {
  access: 'visitor', summary: 'Where it would go, for tax and shipping before there is an address',
  takes: Closed({
    country: Type.Optional(Nullable(Country)),
    region: Type.Optional(Nullable(Text(100))),
    postalCode: Type.Optional(Nullable(Text(20))),
    shippingMethod: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 64 }))),
  }),
  returns: Cart,
})
export const shippingMethods = operation('GET /shipping-methods', {
  access: 'public', summary: 'Ways of shipping, to one country where it is given',
  takes: Closed({ country: Type.Optional(Country) }),
  returns: Page(ShippingMethod),
})
