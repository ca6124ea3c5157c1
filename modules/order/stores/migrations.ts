import { type Dialect, type Migration, type Words, inSchema } from '../../../src/databases/sql.ts'

/**
 * Times are milliseconds on the store's clock. A row is changed by one compare-and-set on (epoch, step, version); what a
 * buyer saw is frozen as JSON, so that neither its lines nor its amounts can change.
 */
const orders = ({ whole, counter, table, keyed }: Words): Migration => ({
  name: 'orders',
  statements: [
    `create table orders (
      number ${counter},
      id text not null unique,
      user_id text,
      session text,
      email text not null,
      frozen text not null,
      total ${whole} not null check (total >= 0),
      created_at ${whole} not null,
      checkout_key text not null,
      status text not null check (status in
        ('pending', 'paid', 'preparing', 'shipped', 'delivered', 'payment_failed', 'cancelled', 'refunded')),
      payment_status text not null check (payment_status in
        ('pending', 'authorized', 'captured', 'partially_refunded', 'refunded', 'failed', 'voided')),
      provider text not null,
      step text not null,
      epoch ${whole} not null check (epoch >= 1),
      version ${whole} not null check (version >= 1),
      lease_until ${whole} not null,
      next_attempt ${whole} not null,
      attempts ${whole} not null check (attempts >= 0),
      cancel_by text check (cancel_by in ('customer', 'staff')),
      cancel_reason text,
      woken ${whole} not null check (woken in (0, 1)),
      waiting_until ${whole},
      token text,
      to_void ${whole} not null check (to_void in (0, 1)),
      reference text,
      action_url text,
      captured ${whole} not null check (captured in (0, total)),
      refund_committed ${whole} not null check (refund_committed between 0 and captured),
      refunded ${whole} not null check (refunded between 0 and refund_committed),
      paid_at ${whole},
      note text,
      tracking text,
      answer_is text check (answer_is in ('order', 'refusal')),
      answer text,
      updated_at ${whole} not null,
      settled_at ${whole},
      check ((step = 'done') = (settled_at is not null)),
      check ((answer_is is null) = (answer is null)),
      check (user_id is not null or session is not null),
      check (paid_at is null or captured = total)
    )${table}`,
    `create index orders_of_user on orders (user_id, number) where user_id is not null`,
    `create index orders_of_session on orders (session, number) where session is not null`,
    `create index orders_of_email on orders (email, number)`,
    `create index orders_unsettled on orders (next_attempt) where settled_at is null`,
    // A cart's generation becomes one order; only undoing deletes its claim.
    `create table order_claims (
      cart_id text not null,
      generation ${whole} not null,
      order_id text not null references orders (id),
      primary key (cart_id, generation)
    )${keyed}`,
    `create table order_refunds (
      id text not null primary key,
      order_id text not null references orders (id),
      amount ${whole} not null check (amount > 0),
      currency text not null,
      reason text,
      requested_by text not null check (requested_by in ('customer', 'staff', 'system')),
      status text not null check (status in ('pending', 'succeeded', 'failed')),
      failure text,
      created_at ${whole} not null,
      ended_at ${whole},
      attempts ${whole} not null,
      next_attempt ${whole} not null,
      check ((status = 'pending') = (ended_at is null))
    )${table}`,
    `create index order_refunds_of_order on order_refunds (order_id, id)`,
    `create index order_refunds_pending on order_refunds (next_attempt) where status = 'pending'`,
    // `scope` is `user:<id>` or `guest:<SHA-256 of the session>`. A checkout's answer is its order's, a refund's its refund.
    `create table order_keys (
      scope text not null,
      operation text not null check (operation in ('checkout', 'refund')),
      key text not null,
      fingerprint text not null,
      order_id text not null references orders (id),
      refund_id text references order_refunds (id),
      created_at ${whole} not null,
      primary key (scope, operation, key),
      check ((operation = 'refund') = (refund_id is not null))
    )${keyed}`,
    `create index order_keys_by_age on order_keys (created_at)`,
    `create table order_history (
      order_id text not null references orders (id),
      n ${whole} not null check (n >= 1),
      status text not null,
      at ${whole} not null,
      actor text not null check (actor in ('customer', 'staff', 'system')),
      note text,
      primary key (order_id, n)
    )${keyed}`,
    // Each event of a payment provider wakes its order once.
    `create table order_webhooks (
      provider text not null,
      event_id text not null,
      order_id text not null references orders (id),
      received_at ${whole} not null,
      primary key (provider, event_id)
    )${keyed}`,
    `create table order_secrets (
      name text not null primary key,
      secret text not null
    )${table}`,
  ],
})

/**
 * An order's row is written again at each step of its saga, these once: what never changes is no part of it. `answer` is left
 * with a refusal's text, and is empty where the answer is an order.
 */
const writtenOnce = ({ table }: Words): Migration => ({
  name: 'what is written once',
  statements: [
    `create table order_frozen (
      order_id text not null primary key references orders (id),
      frozen text not null
    )${table}`,
    `insert into order_frozen (order_id, frozen) select id, frozen from orders`,
    `alter table orders drop column frozen`,
    `create table order_answers (
      order_id text not null primary key references orders (id),
      answer text not null
    )${table}`,
    `insert into order_answers (order_id, answer) select id, answer from orders where answer_is = 'order'`,
    `update orders set answer = '' where answer_is = 'order'`,
  ],
})

/** Room beside each row for its next versions: steps that leave indexed columns alone then touch no index. */
const roomy: Migration = { name: 'room for the next step', statements: [`alter table orders set (fillfactor = 50)`] }

/** Old ones are forgotten by their age. */
const webhooksByAge: Migration = { name: 'webhooks by age', statements: ['create index order_webhooks_by_age on order_webhooks (received_at)'] }

export const migrations = (dialect: Dialect): readonly Migration[] =>
  [orders(inSchema[dialect]), writtenOnce(inSchema[dialect]), ...(dialect === 'postgres' ? [roomy] : []), webhooksByAge]
