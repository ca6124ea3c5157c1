import { type Static, Type } from '@sinclair/typebox'
import { Money } from '../../../src/contract/money.ts'
import { Closed, Email, Id, Nullable, Text, Time } from '../../../src/contract/scalars.ts'
import { Line } from '../../cart/contract/line.ts'

const absent = (maxLength: number) => Type.Optional(Nullable(Text(maxLength)))
const Country = Type.String({ pattern: '^[A-Z]{2}$', maxLength: 2, description: 'ISO 3166-1 alpha-2' })
export const WebUrl = Type.String({ format: 'uri', pattern: '^https?://', maxLength: 2048 })

/** As it is given. */
export const AddressInput = Closed({
  recipient: Text(200), line1: Text(200), line2: absent(200), city: Text(100),
  region: absent(100), postalCode: absent(20), country: Country, phone: absent(40),
}, 'AddressInput')
export type AddressInput = Static<typeof AddressInput>

const Filled = Nullable(Type.String())
/** As it is frozen: every field is there. */
export const Address = Closed({
  recipient: Type.String(), line1: Type.String(), line2: Filled, city: Type.String(),
  region: Filled, postalCode: Filled, country: Type.String(), phone: Filled,
}, 'Address')
export type Address = Static<typeof Address>

const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>({ ...Type.Union(values.map((value) => Type.Literal(value))), type: 'string' })
export const statuses = ['pending', 'paid', 'preparing', 'shipped', 'delivered', 'payment_failed', 'cancelled', 'refunded'] as const
export const Status = literals(statuses)
export type Status = (typeof statuses)[number]
const paymentStatuses = ['pending', 'authorized', 'captured', 'partially_refunded', 'refunded', 'failed', 'voided'] as const
export const PaymentStatus = literals(paymentStatuses)
export type PaymentStatus = (typeof paymentStatuses)[number]
export const actors = ['customer', 'staff', 'system'] as const
export type Actor = (typeof actors)[number]

export const Tracking = Closed({ carrier: Filled, number: Filled, url: Filled }, 'Tracking')
export type Tracking = Static<typeof Tracking>
export const HistoryEntry = Closed({ status: Status, at: Time, by: literals(actors), note: Filled }, 'HistoryEntry')
export type HistoryEntry = Static<typeof HistoryEntry>

const order = {
  id: Id, number: Type.String(), status: Status, userId: Nullable(Id), email: Email,
  items: Type.Array(Line),
  subtotal: Money, shipping: Money, tax: Money, total: Money, taxIncluded: Type.Boolean(), currency: Type.String(),
  shippingMethod: Type.String(), shippingAddress: Address, billingAddress: Address,
  payment: Closed({
    provider: Type.String(), status: PaymentStatus, amount: Money, refunded: Money,
    nextAction: Nullable(Closed({ type: Type.Literal('redirect'), url: Type.String() })),
  }),
  tracking: Nullable(Tracking), note: Filled, history: Type.Array(HistoryEntry), createdAt: Time, updatedAt: Time,
}
export const Order = Closed(order, 'Order')
export type Order = Static<typeof Order>
/** What a guest may open the order with; null for a user, who has an account. */
export const PlacedOrder = Closed({ ...order, access: Nullable(Closed({ token: Type.String(), url: Type.String() })) }, 'PlacedOrder')
export type PlacedOrder = Static<typeof PlacedOrder>

const refundStatuses = ['pending', 'succeeded', 'failed'] as const
export type RefundStatus = (typeof refundStatuses)[number]
export const Refund = Closed({ id: Id, orderId: Id, amount: Money, reason: Filled, status: literals(refundStatuses), createdAt: Time }, 'Refund')
export type Refund = Static<typeof Refund>
