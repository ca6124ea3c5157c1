import { type Static, Type } from '@sinclair/typebox'
import { Money } from '../../../src/contract/money.ts'
import { Closed, Id, Nullable, Time } from '../../../src/contract/scalars.ts'
import { Destination, Line, totals } from './line.ts'

/** A line as a buyer sees it: `available` is what can be bought now, null where stock is not counted. */
export const CartItem = Closed({ ...Line.properties, available: Nullable(Type.Integer({ minimum: 0 })) }, 'CartItem')
export type CartItem = Static<typeof CartItem>

/** What a merge did to a line: the code of the limit it met. Shown until the cart's next change. */
export const Notice = Closed({
  code: Type.Union([Type.Literal('out_of_stock'), Type.Literal('quantity_limit'), Type.Literal('cart_full')]),
  variantId: Id,
}, 'Notice')
export type Notice = Static<typeof Notice>

export const Cart = Closed({
  id: Nullable(Id),
  items: Type.Array(CartItem),
  itemCount: Type.Integer({ minimum: 0, description: 'the sum of quantities' }),
  ...totals,
  destination: Destination,
  notices: Type.Array(Notice),
  updatedAt: Nullable(Time),
  expiresAt: Nullable(Time),
}, 'Cart')
export type Cart = Static<typeof Cart>

export const ShippingMethod = Closed({
  id: Type.String(), name: Type.String(), price: Money,
  freeFrom: Nullable(Money),
}, 'ShippingMethod')
export type ShippingMethod = Static<typeof ShippingMethod>
