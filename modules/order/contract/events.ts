import { Type } from '@sinclair/typebox'
import { event } from '../../../src/contract/event.ts'
import { Money } from '../../../src/contract/money.ts'
import { Id, Nullable } from '../../../src/contract/scalars.ts'

export { emailRequested } from '../../../src/contract/email.ts'
const subject = { orderId: Id, userId: Nullable(Id), version: Type.Integer() }
const lines = Type.Array(Type.Object({ productId: Id, variantId: Id, quantity: Type.Integer() }))
export const orderPlaced = event('order.placed.v1', Type.Object({ ...subject, total: Money, lines }))
export const orderPaid = event('order.paid.v1', Type.Object({ ...subject, total: Money, lines }))
export const orderPaymentFailed = event('order.payment_failed.v1', Type.Object(subject))
export const orderCancelled = event('order.cancelled.v1', Type.Object(subject))
export const orderStatusChanged = event('order.status_changed.v1', Type.Object({ ...subject, status: Type.String() }))
export const paymentRefunded = event('payment.refunded.v1', Type.Object({ ...subject, refundId: Id, amount: Money }))
