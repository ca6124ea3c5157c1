import type { Migration } from '../../../src/databases/sql.ts'

/**
 * Times are milliseconds on the store's clock. A row is changed by one compare-and-set on (epoch, step, version); what a
 * buyer saw is frozen as JSON in it, so that neither its lines nor its amounts can change.
 */
const orders: Migration = {
  name: 'orders',
  statements: [
    `create table orders (
      number integer primary key,
      id text not null unique,
      user_id text,
      session text,
      email text not null,
      frozen text not null,
      total integer not null check (total >= 0),
      created_at integer not null,
      checkout_key text not null,
      status text not null check (status in
        ('pending', 'paid', 'preparing', 'shipped', 'delivered', 'payment_failed', 'cancelled', 'refunded')),
      payment_status text not null check (payment_status in
        ('pending', 'authorized', 'captured', 'partially_refunded', 'refunded', 'failed', 'voided')),
      provider text not null,
      step text not null,
      epoch integer not null check (epoch >= 1),
      version integer not null check (version >= 1),
      lease_until integer not null,
      next_attempt integer not null,
      attempts integer not null check (attempts >= 0),
      cancel_by text check (cancel_by in ('customer', 'staff')),
      cancel_reason text,
      woken integer not null check (woken in (0, 1)),
      waiting_until integer,
      token text,
      to_void integer not null check (to_void in (0, 1)),
      reference text,
      action_url text,
      captured integer not null check (captured in (0, total)),
      refund_committed integer not null check (refund_committed between 0 and captured),
      refunded integer not null check (refunded between 0 and refund_committed),
      paid_at integer,
      note text,
      tracking text,
      answer_is text check (answer_is in ('order', 'refusal')),
      answer text,
      updated_at integer not null,
      settled_at integer,
      check ((step = 'done') = (settled_at is not null)),
      check ((answer_is is null) = (answer is null)),
      check (user_id is not null or session is not null),
      check (paid_at is null or captured = total)
    ) strict`,
    `create index orders_of_user on orders (user_id, number) where user_id is not null`,
    `create index orders_of_session on orders (session, number) where session is not null`,
    `create index orders_of_email on orders (email, number)`,
    `create index orders_unsettled on orders (next_attempt) where settled_at is null`,
    // A cart's generation becomes one order; only undoing deletes its claim.
    `create table order_claims (
      cart_id text not null,
      generation integer not null,
      order_id text not null references orders (id),
      primary key (cart_id, generation)
    ) strict, without rowid`,
    `create table order_refunds (
      id text not null primary key,
      order_id text not null references orders (id),
      amount integer not null check (amount > 0),
      currency text not null,
      reason text,
      requested_by text not null check (requested_by in ('customer', 'staff', 'system')),
      status text not null check (status in ('pending', 'succeeded', 'failed')),
      failure text,
      created_at integer not null,
      ended_at integer,
      attempts integer not null,
      next_attempt integer not null,
      check ((status = 'pending') = (ended_at is null))
    ) strict`,
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
      created_at integer not null,
      primary key (scope, operation, key),
      check ((operation = 'refund') = (refund_id is not null))
    ) strict, without rowid`,
    `create index order_keys_by_age on order_keys (created_at)`,
    `create table order_history (
      order_id text not null references orders (id),
      n integer not null check (n >= 1),
      status text not null,
      at integer not null,
      actor text not null check (actor in ('customer', 'staff', 'system')),
      note text,
      primary key (order_id, n)
    ) strict, without rowid`,
    // Each event of a payment provider wakes its order once.
    `create table order_webhooks (
      provider text not null,
      event_id text not null,
      order_id text not null references orders (id),
      received_at integer not null,
      primary key (provider, event_id)
    ) strict, without rowid`,
    `create table order_secrets (
      name text not null primary key,
      secret text not null
    ) strict`,
  ],
}

export const migrations: readonly Migration[] = [orders]
