import type { In } from '../../../src/contract/contract.ts'
import { invalidCursor, invalidInput, keyRequired, keyReused, unavailable } from '../../../src/contract/faults.ts'
import { isId } from '../../../src/contract/scalars.ts'
import type { Context } from '../../../src/module/context.ts'
import { decodeCursor, encodeCursor } from '../../../src/module/cursor.ts'
import { Reply } from '../../../src/module/reply.ts'
import type { World } from '../../../src/module/world.ts'
import { illegalTransition, orderNotFound, refundExceedsCharge } from '../contract/faults.ts'
import type * as operations from '../contract/operations.ts'
import type { Refund } from '../contract/schemas.ts'
import { keyScope } from '../rules/caller.ts'
import { fingerprint } from '../rules/fingerprint.ts'
import { type OrderRecord, iso } from '../rules/order.ts'
import { openRefund } from '../rules/refunds.ts'
import type { Refunding } from '../saga/refunding.ts'
import type { KeyName, OrderStore, RefundRecord } from '../store.ts'
import type { Gate } from '../saga/gate.ts'

export interface RefundsOptions {
  store: OrderStore
  refunding: Refunding
  gate: Gate
  world: World
  settings: { currency: string; orderLeaseMs: number }
}

const shownRefund = ({ id, orderId, amount, currency, reason, status, createdAt }: RefundRecord): Refund =>
  ({ id, orderId, amount: { amount, currency }, reason, status, createdAt: iso(createdAt) })

/** GET and POST /orders/{id}/refunds */
export const refunds = ({ store, refunding, gate, world, settings }: RefundsOptions) => {
  const orderOf = async (id: string): Promise<OrderRecord> => {
    const order = isId(id) ? await store.find(id.toLowerCase()) : null
    if (order === null) throw orderNotFound()
    return order
  }

  const answer = async (refund: RefundRecord, context: Context, replayed: boolean): Promise<Reply<Refund>> => {
    const ended = await refunding.end(refund, context.trace)
    if (ended.status === 'pending') {
      throw unavailable('The payment provider has not answered yet; the refund is kept and will be repeated', { headers: { 'retry-after': '1' } })
    }
    const headers = { location: `/orders/${ended.orderId}/refunds`, ...(replayed ? { 'idempotency-replayed': 'true' } : {}) }
    return new Reply(shownRefund(ended), { headers })
  }

  return {
    async list({ id, limit = 20, cursor }: In<typeof operations.refunds>) {
      const order = await orderOf(id)
      const binding = `refunds ${order.id}`
      const [after = null] = cursor === undefined ? [] : decodeCursor(binding, cursor)
      if (typeof after === 'number') throw invalidCursor()
      const found = await store.refundsOf(order.id, after, limit + 1)
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return { items: page.map(shownRefund), nextCursor: found.length > limit && last ? encodeCursor(binding, [last.id]) : null }
    },

    async refund(input: In<typeof operations.refund>, context: Context): Promise<Reply<Refund>> {
      const scope = keyScope(context.caller)
      if (scope === null || context.key === undefined) throw keyRequired()
      if (input.amount && input.amount.currency !== settings.currency) {
        throw invalidInput(undefined, { errors: [{ in: 'body', path: '/amount/currency', message: `must be ${settings.currency}` }] })
      }
      const key: KeyName = { scope, operation: 'refund', key: context.key }
      const print = fingerprint(input)
      const replay = async (): Promise<Reply<Refund> | null> => {
        const found = await store.byKey(key)
        if (found === null) return null
        if (found.fingerprint !== print) throw keyReused()
        const kept = found.refundId === null ? null : await store.refund(found.refundId)
        return kept && answer(kept, context, true)
      }
      for (;;) {
        const before = await replay()
        if (before !== null) return before
        const order = await orderOf(input.id)
        const now = world.now()
        const opened = openRefund(order, input.amount?.amount ?? null, {
          id: world.id(), reason: input.reason ?? null, by: 'staff', createdAt: now, nextAttempt: now + settings.orderLeaseMs,
        })
        if (opened.is !== 'opened') {
          const meanwhile = await replay()
          if (meanwhile !== null) return meanwhile
          throw opened.is === 'exceeds' ? refundExceedsCharge() : illegalTransition('The order is being cancelled')
        }
        const { move } = opened
        const stored = await gate.pass(() => store.change(order, move, {
          events: [], trace: context.trace, key: { ...key, fingerprint: print, createdAt: now },
        }))
        const refund = stored && move.opens ? await store.refund(move.opens.id) : null
        if (refund !== null) return answer(refund, context, false)
      }
    },
  }
}
