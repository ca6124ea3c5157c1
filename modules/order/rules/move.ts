import type { Actor, Status } from '../contract/schemas.ts'
import { type OrderRecord, iso } from './order.ts'

export interface NewRefund { id: string; amount: number; reason: string | null; by: Actor; createdAt: number; nextAttempt: number }

/** What one atomic change stores: the row as it is afterwards, and what else goes with it. */
export interface Move {
  readonly after: OrderRecord
  /** Deletes the order's claims on carts: they may become another order. */
  readonly unclaims?: boolean
  /** Deletes the order's key: nothing happened under it. */
  readonly freesKey?: boolean
  /** Inserts a refund row; `after` has taken its amount already. */
  readonly opens?: NewRefund
  /** Ends a pending refund; `after` has given back or paid back its amount already. */
  readonly closes?: { id: string; status: 'succeeded' | 'failed'; failure: string | null; endedAt: number }
}

export type Changes = Partial<Omit<OrderRecord, 'id' | 'number' | 'version' | 'history' | 'status'>>

/** The row after a change. Every change raises the version, so that two of them never both hold. */
export const changed = (order: OrderRecord, changes: Changes): OrderRecord => ({ ...order, ...changes, version: order.version + 1 })

export interface Entry { status: Status; now: number; by: Actor; why: string | null }

/** The row under a new status, with its entry in the history. */
export const become = (order: OrderRecord, { status, now, by, why }: Entry, changes: Changes): OrderRecord => ({
  ...changed(order, changes), status, updatedAt: now,
  history: [...order.history, { status, at: iso(now), by, note: why }],
})
