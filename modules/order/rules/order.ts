import type { Static } from '@sinclair/typebox'
import type { Claim } from '../../cart/contract/inner.ts'
import type { Line } from '../../cart/contract/line.ts'
import type { Money } from '../../../src/contract/money.ts'
import type { Address, HistoryEntry, PaymentStatus, Status, Tracking } from '../contract/schemas.ts'

/** The saga's steps: the step is stored before its call is made. */
export const steps = ['new', 'authorizing', 'waiting', 'capturing', 'settling', 'undoing', 'returning', 'done'] as const
export type Step = (typeof steps)[number]

/** What a buyer saw, and never changes after the insert. */
export interface Frozen {
  lines: Line[]
  subtotal: Money
  shipping: Money
  tax: Money
  total: Money
  taxIncluded: boolean
  currency: string
  shippingMethod: string
  shippingAddress: Address
  billingAddress: Address
  /** The generations of the carts that become this order. */
  claims: Static<typeof Claim>[]
}

/** A refusal as it is stored, to be thrown again at each replay. */
export interface Refusal {
  code: string
  detail: string
  lines: { variantId: string; available: number }[]
}
/** What the request with the order's key is answered, now and at each replay: once stored it is never replaced. */
export type Answer = { is: 'order'; body: string } | { is: 'refusal'; refusal: Refusal }

/** One row an order. Times are milliseconds, on the order store's clock. */
export interface OrderRecord {
  readonly id: string
  /** Counts from 1; shown as `M-100001`. */
  readonly number: number
  readonly userId: string | null
  /** SHA-256 of the guest session that placed it. */
  readonly session: string | null
  readonly email: string
  readonly frozen: Frozen
  readonly createdAt: number
  readonly checkoutKey: string

  status: Status
  paymentStatus: PaymentStatus
  provider: string
  step: Step
  /** Raised by each takeover; with the step it fences every write of the saga. */
  epoch: number
  /** Raised by each change. */
  version: number
  leaseUntil: number
  nextAttempt: number
  /** Takeovers and postponements since the step was stored. */
  attempts: number
  cancel: { by: 'customer' | 'staff'; reason: string | null } | null
  /** A wake that came before `waiting` was stored, or while its answer was being asked for. */
  woken: boolean
  /** When a bank that has not answered has taken too long. */
  waitingUntil: number | null
  /** The payment token; erased once nothing is authorized any more. */
  token: string | null
  /** An authorization may stand at the provider, so undoing voids it. */
  toVoid: boolean
  reference: string | null
  actionUrl: string | null
  captured: number
  /** What refunds have taken of `captured`, pending ones too. */
  refundCommitted: number
  refunded: number
  paidAt: number | null
  note: string | null
  tracking: Tracking | null
  history: readonly HistoryEntry[]
  answer: Answer | null
  updatedAt: number
  settledAt: number | null
}

export const iso = (ms: number): string => new Date(ms).toISOString()
/** Ever paid: what is shown in lists without being asked for, and what a refund may take from. */
export const wasPaid = (order: Pick<OrderRecord, 'paidAt'>): boolean => order.paidAt !== null
/** A cancel was asked for and is not done: until then nothing may be shipped or refunded beside it. */
export const cancelling = (order: Pick<OrderRecord, 'cancel' | 'settledAt'>): boolean => order.cancel !== null && order.settledAt === null
