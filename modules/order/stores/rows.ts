import { type Static, Type } from '@sinclair/typebox'
import { type Actor, type HistoryEntry, type PaymentStatus, type RefundStatus, type Status, actors, statuses } from '../contract/schemas.ts'
import { type Answer, type Frozen, type OrderRecord, type Step, iso } from '../rules/order.ts'
import type { RefundRecord } from '../store.ts'

const text = Type.String()
const whole = Type.Integer()
const maybeText = Type.Union([text, Type.Null()])
const maybeWhole = Type.Union([whole, Type.Null()])

export const OrderRow = Type.Object({
  number: whole, id: text, user_id: maybeText, session: maybeText, email: text, frozen: text, created_at: whole, checkout_key: text,
  status: Type.Unsafe<Status>(text), payment_status: Type.Unsafe<PaymentStatus>(text), provider: text, step: Type.Unsafe<Step>(text),
  epoch: whole, version: whole, lease_until: whole, next_attempt: whole, attempts: whole,
  cancel_by: Type.Union([Type.Literal('customer'), Type.Literal('staff'), Type.Null()]), cancel_reason: maybeText,
  woken: whole, waiting_until: maybeWhole, token: maybeText, to_void: whole, reference: maybeText, action_url: maybeText,
  captured: whole, refund_committed: whole, refunded: whole, paid_at: maybeWhole, note: maybeText, tracking: maybeText,
  answer_is: Type.Union([Type.Literal('order'), Type.Literal('refusal'), Type.Null()]), answer: maybeText,
  updated_at: whole, settled_at: maybeWhole, history: maybeText,
})
type OrderRow = Static<typeof OrderRow>
export const KeyedRow = Type.Object({ ...OrderRow.properties, fingerprint: text, refund_id: maybeText })

/** No person's text holds these, so that a history travels as one text beside its order. */
export const unit = '\u001f'
export const record = '\u001e'

const one = <T extends string>(values: readonly T[], value: string | undefined, otherwise: T): T =>
  values.find((known) => known === value) ?? otherwise
const history = (packed: string | null): HistoryEntry[] => (packed === null ? [] : packed.split(record).map((entry) => {
  const [status, at, by, note] = entry.split(unit)
  return { status: one<Status>(statuses, status, 'pending'), at: iso(Number(at)), by: one<Actor>(actors, by, 'system'), note: note ? note : null }
}))

const answer = (is: OrderRow['answer_is'], body: string | null): Answer | null => {
  if (is === null || body === null) return null
  return is === 'order' ? { is, body } : { is, refusal: JSON.parse(body) }
}

const frozenOf = (json: string): Frozen => JSON.parse(json)

export const orderOf = (row: OrderRow): OrderRecord => ({
  id: row.id, number: row.number, userId: row.user_id, session: row.session, email: row.email, frozen: frozenOf(row.frozen),
  createdAt: row.created_at, checkoutKey: row.checkout_key, status: row.status, paymentStatus: row.payment_status,
  provider: row.provider, step: row.step, epoch: row.epoch, version: row.version, leaseUntil: row.lease_until,
  nextAttempt: row.next_attempt, attempts: row.attempts,
  cancel: row.cancel_by === null ? null : { by: row.cancel_by, reason: row.cancel_reason },
  woken: row.woken === 1, waitingUntil: row.waiting_until, token: row.token, toVoid: row.to_void === 1,
  reference: row.reference, actionUrl: row.action_url, captured: row.captured, refundCommitted: row.refund_committed,
  refunded: row.refunded, paidAt: row.paid_at, note: row.note, tracking: row.tracking === null ? null : JSON.parse(row.tracking),
  history: history(row.history), answer: answer(row.answer_is, row.answer), updatedAt: row.updated_at, settledAt: row.settled_at,
})

export const RefundRow = Type.Object({
  id: text, order_id: text, amount: whole, currency: text, reason: maybeText,
  status: Type.Unsafe<RefundStatus>(text), attempts: whole, created_at: whole,
})
export const refundOf = (row: Static<typeof RefundRow>): RefundRecord => ({
  id: row.id, orderId: row.order_id, amount: row.amount, currency: row.currency, reason: row.reason,
  status: row.status, attempts: row.attempts, createdAt: row.created_at,
})

export const IdRow = Type.Object({ id: text })
export const StepRow = Type.Object({ step: Type.Unsafe<Step>(text), count: whole })
export const SecretRow = Type.Object({ secret: text })
