import type { Static } from '@sinclair/typebox'
import type { Emitted } from '../../src/contract/event.ts'
import type { Claim } from '../cart/contract/inner.ts'
import type { RefundStatus, Status } from './contract/schemas.ts'
import type { Move } from './rules/move.ts'
import type { OrderRecord, Step } from './rules/order.ts'

export type KeyedOperation = 'checkout' | 'refund'
/** An Idempotency-Key as it is kept: `scope` says whose. */
export interface KeyName { readonly scope: string; readonly operation: KeyedOperation; readonly key: string }
export interface NewKey extends KeyName { readonly fingerprint: string; readonly createdAt: number }
export interface FoundKey { readonly fingerprint: string; readonly order: OrderRecord; readonly refundId: string | null }

export interface RefundRecord {
  readonly id: string
  readonly orderId: string
  readonly amount: number
  readonly currency: string
  readonly reason: string | null
  readonly status: RefundStatus
  readonly attempts: number
  readonly createdAt: number
}

/** All that are given must hold; a list means any of them. Times are milliseconds, inclusive. */
export interface OrderFilter {
  readonly owner?: { readonly userId: string } | { readonly session: string }
  readonly status?: readonly Status[]
  readonly number?: readonly number[]
  readonly userId?: readonly string[]
  readonly email?: readonly string[]
  readonly createdFrom?: number
  readonly createdTo?: number
}

export type Inserted = { is: 'inserted'; number: number } | { is: 'key_taken' } | { is: 'claimed' }
/** What else goes with a change, in the same commit. */
export interface Along {
  readonly events: readonly Emitted[]
  readonly trace?: string
  /** A refund's key; where it is taken nothing is changed. */
  readonly key?: NewKey
  /** A provider's event, once; where it came before nothing is changed. */
  readonly webhook?: { readonly provider: string; readonly event: string; readonly at: number }
}

/** The orders' data. Each write is one atomic change. */
export interface OrderStore {
  /** Order, key, claims and first history entry; the order's own `number` is ignored and given by the store. */
  insert(order: OrderRecord, key: NewKey, along: Pick<Along, 'events' | 'trace'>): Promise<Inserted>
  /**
   * Every change of an order: it holds only where the row still has `before`'s epoch, step and version, which fences a
   * process that slept, and makes every status a compare-and-set. False: somebody else was first, nothing was changed.
   */
  change(before: OrderRecord, move: Move, along: Along): Promise<boolean>

  find(id: string): Promise<OrderRecord | null>
  byKey(key: KeyName): Promise<FoundKey | null>
  /** The order that holds one of these claims. */
  claimant(claims: readonly Static<typeof Claim>[]): Promise<OrderRecord | null>
  /** Unsettled orders that nobody works on, in a step that this version knows, the longest due first. */
  due(now: number, limit: number): Promise<string[]>
  /** Newest first, below this number. Without a status in the filter, only those that were paid or may be. */
  list(filter: OrderFilter, below: number | null, limit: number): Promise<OrderRecord[]>
  /** How many unsettled orders stand at each step. */
  steps(): Promise<{ step: Step; count: number }[]>

  refund(id: string): Promise<RefundRecord | null>
  /** Oldest first, after this id. */
  refundsOf(orderId: string, after: string | null, limit: number): Promise<RefundRecord[]>
  pendingRefundsOf(orderId: string): Promise<RefundRecord[]>
  pendingRefunds(now: number, limit: number): Promise<RefundRecord[]>
  delayRefund(id: string, nextAttempt: number): Promise<void>

  /** Forgets keys and webhooks older than this; never the key of something unfinished. Answers how many keys. */
  forget(before: number, limit: number): Promise<number>
  /** The secret under this name, made of `secret` where there is none yet. */
  secret(name: string, secret: string): Promise<string>
}
