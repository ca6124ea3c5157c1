import { createHash } from 'node:crypto'
import type { Caller } from '../../../src/module/context.ts'

/** How a guest is known outside cart. */
export const sessionHash = (session: string): string => createHash('sha256').update(session).digest('hex')

/** Whose Idempotency-Keys these are; null for one who is nobody. */
export const keyScope = (caller: Caller): string | null => {
  if (caller.is === 'user') return `user:${caller.id}`
  return caller.is === 'guest' ? `guest:${sessionHash(caller.session)}` : null
}

/** The scope under which an order's key is kept. */
export const scopeOf = (order: { userId: string | null; session: string | null }): string =>
  order.userId !== null ? `user:${order.userId}` : `guest:${order.session ?? ''}`
