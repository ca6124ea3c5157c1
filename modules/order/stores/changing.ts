import { type Change, type Statement, guarded, sql } from '../../../src/databases/sql.ts'
import type { HistoryEntry } from '../contract/schemas.ts'
import { scopeOf } from '../rules/caller.ts'
import type { Move } from '../rules/move.ts'
import type { Answer, OrderRecord } from '../rules/order.ts'
import type { Along, NewKey } from '../store.ts'

/** What stands in the order's row; the text of an order has a row of its own. */
const answerText = (answer: Answer | null): string | null =>
  answer && (answer.is === 'order' ? '' : JSON.stringify(answer.refusal))
const trackingText = (order: OrderRecord): string | null => order.tracking && JSON.stringify(order.tracking)

const entry = (orderId: string, n: number, { status, at, by, note }: HistoryEntry): Statement =>
  sql`insert into order_history (order_id, n, status, at, actor, note) values (${orderId}, ${n}, ${status}, ${Date.parse(at)}, ${by}, ${note})`

const keyed = ({ scope, operation, key, fingerprint, createdAt }: NewKey, orderId: string, refundId: string | null): Statement =>
  guarded(sql`insert into order_keys (scope, operation, key, fingerprint, order_id, refund_id, created_at)
    values (${scope}, ${operation}, ${key}, ${fingerprint}, ${orderId}, ${refundId}, ${createdAt}) on conflict do nothing`)

/** The places of what an insert's caller asks about: the row with its number, and the key. */
export const insertPlaces = { order: 0, key: 1 } as const

export const insertion = (o: OrderRecord, key: NewKey, along: Pick<Along, 'events' | 'trace'>): Change => ({
  statements: [
    sql`insert into orders (id, user_id, session, email, total, created_at, checkout_key, status, payment_status, provider,
        step, epoch, version, lease_until, next_attempt, attempts, woken, token, to_void, captured, refund_committed, refunded, note, updated_at)
      values (${o.id}, ${o.userId}, ${o.session}, ${o.email}, ${o.frozen.total.amount}, ${o.createdAt}, ${o.checkoutKey},
        ${o.status}, ${o.paymentStatus}, ${o.provider}, ${o.step}, ${o.epoch}, ${o.version}, ${o.leaseUntil}, ${o.nextAttempt}, ${o.attempts},
        ${o.woken ? 1 : 0}, ${o.token}, ${o.toVoid ? 1 : 0}, ${o.captured}, ${o.refundCommitted}, ${o.refunded}, ${o.note}, ${o.updatedAt})
      returning number`,
    keyed(key, o.id, null),
    ...o.frozen.claims.map(({ cartId, generation }) => guarded(sql`insert into order_claims (cart_id, generation, order_id)
      values (${cartId}, ${generation}, ${o.id}) on conflict do nothing`)),
    sql`insert into order_frozen (order_id, frozen) values (${o.id}, ${JSON.stringify(o.frozen)})`,
    ...o.history.map((one, at) => entry(o.id, at + 1, one)),
  ],
  ...along,
})

/** The place of the compare-and-set is always 0. */
export const alteration = (before: OrderRecord, move: Move, { events, trace, key, webhook }: Along): Change => {
  const o = move.after
  const answered = before.answer === null ? o.answer : null
  const statements: Statement[] = [
    // An answer that is stored is never replaced.
    guarded(sql`update orders set status = ${o.status}, payment_status = ${o.paymentStatus}, step = ${o.step}, epoch = ${o.epoch},
        version = ${o.version}, lease_until = ${o.leaseUntil}, next_attempt = ${o.nextAttempt}, attempts = ${o.attempts},
        cancel_by = ${o.cancel?.by ?? null}, cancel_reason = ${o.cancel?.reason ?? null}, woken = ${o.woken ? 1 : 0},
        waiting_until = ${o.waitingUntil}, token = ${o.token}, to_void = ${o.toVoid ? 1 : 0}, reference = ${o.reference},
        action_url = ${o.actionUrl}, captured = ${o.captured}, refund_committed = ${o.refundCommitted}, refunded = ${o.refunded},
        paid_at = ${o.paidAt}, note = ${o.note}, tracking = ${trackingText(o)},
        answer_is = coalesce(answer_is, ${answered?.is ?? null}), answer = coalesce(answer, ${answerText(answered)}),
        updated_at = ${o.updatedAt}, settled_at = ${o.settledAt}
      where id = ${before.id} and epoch = ${before.epoch} and step = ${before.step} and version = ${before.version}`),
  ]
  if (answered?.is === 'order') statements.push(sql`insert into order_answers (order_id, answer) values (${o.id}, ${answered.body})`)
  for (const [at, one] of o.history.entries()) if (at >= before.history.length) statements.push(entry(o.id, at + 1, one))
  if (move.unclaims) {
    for (const { cartId, generation } of o.frozen.claims) {
      statements.push(sql`delete from order_claims where cart_id = ${cartId} and generation = ${generation} and order_id = ${o.id}`)
    }
  }
  if (move.freesKey) {
    statements.push(sql`delete from order_keys where scope = ${scopeOf(o)} and operation = 'checkout' and key = ${o.checkoutKey} and order_id = ${o.id}`)
  }
  if (move.opens) {
    const { id, amount, reason, by, createdAt, nextAttempt } = move.opens
    statements.push(sql`insert into order_refunds (id, order_id, amount, currency, reason, requested_by, status, created_at, attempts, next_attempt)
      values (${id}, ${o.id}, ${amount}, ${o.frozen.currency}, ${reason}, ${by}, 'pending', ${createdAt}, 0, ${nextAttempt})`)
  }
  if (move.closes) {
    const { id, status, failure, endedAt } = move.closes
    statements.push(guarded(sql`update order_refunds set status = ${status}, failure = ${failure}, ended_at = ${endedAt}
      where id = ${id} and status = 'pending'`))
  }
  if (key) statements.push(keyed(key, o.id, move.opens?.id ?? null))
  if (webhook) {
    statements.push(guarded(sql`insert into order_webhooks (provider, event_id, order_id, received_at)
      values (${webhook.provider}, ${webhook.event}, ${o.id}, ${webhook.at}) on conflict do nothing`))
  }
  return { statements, events, ...(trace === undefined ? {} : { trace }) }
}
