import { type Dialect, type Migration, type Words, inSchema } from '../../../src/databases/sql.ts'

/** What the test provider knows: it is outside the shop, so its ledger names orders only as the merchant's references. */
const ledger = ({ whole, table }: Words): Migration => ({
  name: 'ledger',
  statements: [
    // A void of an authorization that was never seen leaves one without a reference: it refuses what comes later.
    `create table authorizations (
      key text not null primary key,
      order_id text not null,
      reference text unique,
      token text,
      amount ${whole},
      currency text,
      return_url text,
      state text not null check (state in ('requires_action', 'authorized', 'refused', 'captured', 'voided')),
      reason text,
      created_at ${whole} not null,
      updated_at ${whole} not null,
      check (reference is not null or state = 'voided')
    )${table}`,
    `create index authorizations_of_order on authorizations (order_id)`,
    // A refusal is final under its key, so it is a row too.
    `create table captures (
      key text not null primary key,
      reference text not null unique references authorizations (reference),
      order_id text not null,
      amount ${whole} not null,
      outcome text not null check (outcome in ('captured', 'refused')),
      created_at ${whole} not null
    )${table}`,
    `create table refunds (
      key text not null primary key,
      reference text not null references authorizations (reference),
      order_id text not null,
      amount ${whole} not null check (amount > 0),
      outcome text not null check (outcome in ('refunded', 'refused')),
      created_at ${whole} not null
    )${table}`,
    `create index refunds_of_reference on refunds (reference)`,
    `create table webhooks (
      id text not null primary key,
      order_id text not null,
      created_at ${whole} not null,
      attempts ${whole} not null,
      next_attempt ${whole} not null,
      taken_at ${whole}
    )${table}`,
    `create index webhooks_untaken on webhooks (next_attempt) where taken_at is null`,
    `create table secrets (
      name text not null primary key,
      secret text not null
    )${table}`,
  ],
})

export const ledgerMigrations = (dialect: Dialect): readonly Migration[] => [ledger(inSchema[dialect])]
