import { Type } from '@sinclair/typebox'
import { forbidden } from '../../../src/contract/faults.ts'
import { Money } from '../../../src/contract/money.ts'
import { operation } from '../../../src/contract/operation.ts'
import { Page, paging } from '../../../src/contract/page.ts'
import { Closed, Email, Id, Nullable, PathId, Text, Time } from '../../../src/contract/scalars.ts'
import * as faults from './faults.ts'
import { AddressInput, Order, PlacedOrder, Refund, Status, WebUrl } from './schemas.ts'

/** Whatever is no token of ours opens nothing. */
const ofOneOrder = { orderToken: Type.Optional(Type.String({ maxLength: 16_384 })) }
const tokenHeader = { orderToken: 'X-Order-Token' }
const Positive = Closed({
  amount: Type.Integer({ minimum: 1, maximum: 100_000_000_000, description: 'minor units' }), currency: Money.properties.currency,
})
/** A filter given twice means any of them. */
const anyOf = <T extends Parameters<typeof Type.Array>[0]>(item: T) => Type.Optional(Type.Array(item, { minItems: 1, maxItems: 8 }))

export const place = operation('POST /orders', {
  access: 'visitor', status: 201, keyed: 'required', deadlineMs: 15_000,
  summary: 'Turn the caller\'s cart into an order and charge it',
  takes: Closed({
    shippingAddress: AddressInput,
    billingAddress: Type.Optional(Nullable(AddressInput)),
    shippingMethod: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 64 }))),
    payment: Closed({ token: Type.String({ minLength: 1, maxLength: 200 }) }),
    email: Type.Optional(Nullable(Email)),
    note: Type.Optional(Nullable(Text(1000))),
    expectedTotal: Type.Optional(Nullable(Money)),
  }),
  returns: PlacedOrder,
  faults: [
    faults.paymentDeclined, faults.cartEmpty, faults.outOfStock, faults.totalChanged, faults.checkoutInProgress,
    faults.checkoutAbandoned, faults.paymentUnavailable,
  ],
})

export const list = operation('GET /orders', {
  access: 'visitor', summary: 'The caller\'s orders, newest first; with orders:read everyone\'s',
  takes: Closed({
    ...paging, status: anyOf(Status), number: anyOf(Type.String({ minLength: 1, maxLength: 32 })),
    userId: anyOf(Id), email: anyOf(Email),
    createdFrom: Type.Optional(Time), createdTo: Type.Optional(Time),
  }),
  returns: Page(Order), faults: [forbidden],
})

export const read = operation('GET /orders/{id}', {
  access: 'visitor', summary: 'One order', headers: tokenHeader,
  takes: Closed({ id: PathId, ...ofOneOrder }), returns: Order, faults: [faults.orderNotFound],
})

export const cancel = operation('POST /orders/{id}/cancel', {
  access: 'visitor', summary: 'Cancel before shipping: refunds and restocks', headers: tokenHeader, deadlineMs: 15_000,
  takes: Closed({ id: PathId, ...ofOneOrder, reason: Type.Optional(Nullable(Text(500))) }),
  returns: Order, faults: [faults.orderNotFound, faults.illegalTransition],
})

export const update = operation('PATCH /orders/{id}', {
  access: 'orders:write', summary: 'Take an order one step further, set its tracking or note',
  takes: Closed({
    id: PathId,
    status: Type.Optional(Status),
    tracking: Type.Optional(Nullable(Closed({
      carrier: Type.Optional(Nullable(Text(100))), number: Type.Optional(Nullable(Text(100))), url: Type.Optional(Nullable(WebUrl)),
    }))),
    note: Type.Optional(Nullable(Text(1000))),
  }),
  returns: Order, faults: [faults.orderNotFound, faults.illegalTransition],
})

export const refunds = operation('GET /orders/{id}/refunds', {
  access: 'orders:write', summary: 'An order\'s refunds, oldest first',
  takes: Closed({ id: PathId, ...paging }), returns: Page(Refund), faults: [faults.orderNotFound],
})

export const refund = operation('POST /orders/{id}/refunds', {
  access: 'orders:write', status: 201, keyed: 'required', deadlineMs: 15_000,
  summary: 'Pay back a part, or what is left; does not restock',
  takes: Closed({ id: PathId, amount: Type.Optional(Nullable(Positive)), reason: Type.Optional(Nullable(Text(500))) }),
  returns: Refund, faults: [faults.orderNotFound, faults.refundExceedsCharge, faults.illegalTransition],
})
