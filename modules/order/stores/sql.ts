import { type Portable, type Sql, type Statement, sql } from '../../../src/databases/sql.ts'
import { steps } from '../rules/order.ts'
import type { OrderFilter, OrderStore } from '../store.ts'
import { alteration, insertPlaces, insertion } from './changing.ts'
import { composed } from './compose.ts'
import { IdRow, KeyedRow, OrderRow, RefundRow, SecretRow, StepRow, orderOf, record, refundOf, unit } from './rows.ts'

const knownSteps = steps.join(' ')

/** An order with its history as one text, in its order. */
const columns = () => sql`select o.number, o.id, o.user_id, o.session, o.email, o.created_at, o.checkout_key, o.status, o.payment_status,
  o.provider, o.step, o.epoch, o.version, o.lease_until, o.next_attempt, o.attempts, o.cancel_by, o.cancel_reason, o.woken, o.waiting_until,
  o.token, o.to_void, o.reference, o.action_url, o.captured, o.refund_committed, o.refunded, o.paid_at, o.note, o.tracking,
  o.answer_is, o.updated_at, o.settled_at,
  (select f.frozen from order_frozen f where f.order_id = o.id) as frozen,
  case when o.answer_is = 'order' then (select a.answer from order_answers a where a.order_id = o.id) else o.answer end as answer,
  (select string_agg(h.status || ${unit} || h.at || ${unit} || h.actor || ${unit} || coalesce(h.note, ''), ${record} order by h.n)
    from order_history h where h.order_id = o.id) as history`

/** At most eight values, padded, so that lists of one to eight have two shapes together. */
const anyOf = (start: Statement, values: readonly (string | number)[]): Statement[] => {
  const [a = ''] = values
  if (values.length === 1) return [start, sql` in (${a})`]
  const at = (place: number) => values[place] ?? a
  return [start, sql` in (${at(0)}, ${at(1)}, ${at(2)}, ${at(3)}, ${at(4)}, ${at(5)}, ${at(6)}, ${at(7)})`]
}

const conditions = ({ owner, status, number, userId, email, createdFrom, createdTo }: OrderFilter): Statement[] => [
  ...(owner === undefined ? [] : ['userId' in owner ? sql` and o.user_id = ${owner.userId}` : sql` and o.session = ${owner.session}`]),
  // Those that never were paid are shown only where they are asked for.
  ...(status === undefined ? [sql` and (o.paid_at is not null or o.status = 'pending')`] : anyOf(sql` and o.status`, status)),
  ...(number === undefined ? [] : anyOf(sql` and o.number`, number)),
  ...(userId === undefined ? [] : anyOf(sql` and o.user_id`, userId)),
  ...(email === undefined ? [] : anyOf(sql` and o.email`, email)),
  ...(createdFrom === undefined ? [] : [sql` and o.created_at >= ${createdFrom}`]),
  ...(createdTo === undefined ? [] : [sql` and o.created_at <= ${createdTo}`]),
]

export const openOrders = (db: Sql): OrderStore & Portable => ({
  async insert(order, key, along) {
    const written = await db.write(insertion(order, key, along))
    if (!written.ok) return written.at === insertPlaces.key ? { is: 'key_taken' } : { is: 'claimed' }
    return { is: 'inserted', number: Number(written.rows[insertPlaces.order]?.[0]?.['number']) }
  },
  async change(before, move, along) {
    return (await db.write(alteration(before, move, along))).ok
  },

  async find(id) {
    const [row] = await db.read(OrderRow, composed([columns(), sql` from orders o where o.id = ${id}`]))
    return row ? orderOf(row) : null
  },
  async byKey({ scope, operation, key }) {
    const [row] = await db.read(KeyedRow, composed([columns(), sql`, k.fingerprint, k.refund_id from order_keys k join orders o on o.id = k.order_id
      where k.scope = ${scope} and k.operation = ${operation} and k.key = ${key}`]))
    return row ? { fingerprint: row.fingerprint, order: orderOf(row), refundId: row.refund_id } : null
  },
  async claimant(claims) {
    for (const { cartId, generation } of claims) {
      const [row] = await db.read(OrderRow, composed([columns(), sql` from order_claims c join orders o on o.id = c.order_id
        where c.cart_id = ${cartId} and c.generation = ${generation}`]))
      if (row) return orderOf(row)
    }
    return null
  },
  async due(now, limit) {
    const rows = await db.read(IdRow, sql`select id from orders where settled_at is null and next_attempt <= ${now} and lease_until <= ${now}
      and ' ' || ${knownSteps} || ' ' like '% ' || step || ' %' order by next_attempt limit ${limit}`)
    return rows.map(({ id }) => id)
  },
  async list(filter, below, limit) {
    const rows = await db.read(OrderRow, composed([
      columns(), sql` from orders o where o.number < ${below ?? Number.MAX_SAFE_INTEGER}`, ...conditions(filter),
      sql` order by o.number desc limit ${limit}`,
    ]))
    return rows.map(orderOf)
  },
  async steps() {
    const rows = await db.read(StepRow, sql`select step, count(*) as count from orders where settled_at is null group by step`)
    return rows.map(({ step, count }) => ({ step, count }))
  },

  async refund(id) {
    const [row] = await db.read(RefundRow, sql`select id, order_id, amount, currency, reason, status, attempts, created_at
      from order_refunds where id = ${id}`)
    return row ? refundOf(row) : null
  },
  async refundsOf(orderId, after, limit) {
    const rows = await db.read(RefundRow, sql`select id, order_id, amount, currency, reason, status, attempts, created_at
      from order_refunds where order_id = ${orderId} and id > ${after ?? ''} order by id limit ${limit}`)
    return rows.map(refundOf)
  },
  async pendingRefundsOf(orderId) {
    const rows = await db.read(RefundRow, sql`select id, order_id, amount, currency, reason, status, attempts, created_at
      from order_refunds where order_id = ${orderId} and status = 'pending' order by id`)
    return rows.map(refundOf)
  },
  async pendingRefunds(now, limit) {
    const rows = await db.read(RefundRow, sql`select id, order_id, amount, currency, reason, status, attempts, created_at
      from order_refunds where status = 'pending' and next_attempt <= ${now} order by next_attempt limit ${limit}`)
    return rows.map(refundOf)
  },
  async delayRefund(id, nextAttempt) {
    await db.write({
      statements: [sql`update order_refunds set attempts = attempts + 1, next_attempt = ${nextAttempt} where id = ${id} and status = 'pending'`],
      events: [],
    })
  },

  async forget(before, limit) {
    const written = await db.write({
      statements: [
        sql`delete from order_keys where (scope, operation, key) in (select k.scope, k.operation, k.key from order_keys k
          join orders o on o.id = k.order_id left join order_refunds r on r.id = k.refund_id
          where k.created_at < ${before} and o.settled_at is not null and coalesce(r.status, 'none') <> 'pending'
          order by k.created_at limit ${limit}) returning key`,
        sql`delete from order_webhooks where (provider, event_id) in (select provider, event_id from order_webhooks
          where received_at < ${before} order by received_at limit ${10 * limit})`,
      ],
      events: [],
    })
    return written.ok ? written.rows[0]?.length ?? 0 : 0
  },
  async secret(name, secret) {
    await db.write({ statements: [sql`insert into order_secrets (name, secret) values (${name}, ${secret}) on conflict (name) do nothing`], events: [] })
    const [row] = await db.read(SecretRow, sql`select secret from order_secrets where name = ${name}`)
    return row?.secret ?? secret
  },
  dump: () => db.dump(),
  load: (rows) => db.load(rows),
})
