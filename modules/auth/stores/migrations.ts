import { type Dialect, type Migration, type Words, inSchema } from '../../../src/databases/sql.ts'

/** Times are ms since 1970. Tokens are kept as their SHA-256 in hex, passwords as PHC strings. */
export const migrations = (dialect: Dialect): readonly Migration[] => [accounts(inSchema[dialect]), spentTokens]

/** The sweeper finds them by their age. */
const spentTokens: Migration = { name: 'spent tokens by age', statements: ['create index refresh_token_spent on refresh_token (spent_at) where spent_at is not null'] }

const accounts = ({ whole, table, keyed }: Words): Migration => ({
  name: 'accounts, sessions, keys',
  statements: [
    `create table account (
      id text primary key,
      email text not null unique check (email = lower(email)),
      name text not null,
      email_verified ${whole} not null default 0 check (email_verified in (0, 1)),
      search text not null,
      created_at ${whole} not null
    )${table}`,
    `create table account_role (
      account_id text not null references account (id) on delete cascade,
      role text not null check (role in ('customer', 'staff', 'admin')),
      primary key (account_id, role)
    )${keyed}`,
    'create index account_role_by_role on account_role (role, account_id)',
    // Every change of admins takes this row first, so that two of them happen one after the other on every engine.
    `create table admin_change (one integer primary key check (one = 1), count ${whole} not null)${table}`,
    `create table credential (
      account_id text primary key references account (id) on delete cascade,
      hash text not null
    )${keyed}`,
    `create table session (
      id text primary key,
      account_id text not null references account (id) on delete cascade,
      device text,
      address text,
      created_at ${whole} not null,
      last_used_at ${whole} not null,
      expires_at ${whole} not null check (expires_at > created_at)
    )${table}`,
    'create index session_by_account on session (account_id, id)',
    'create index session_by_expiry on session (expires_at)',
    `create table refresh_token (
      hash text primary key check (length(hash) = 64),
      session_id text not null references session (id) on delete cascade,
      spent_at ${whole}
    )${keyed}`,
    // At most one token of a family can be exchanged.
    'create unique index refresh_token_unspent on refresh_token (session_id) where spent_at is null',
    'create index refresh_token_by_session on refresh_token (session_id)',
    `create table one_time_token (
      hash text primary key check (length(hash) = 64),
      account_id text not null references account (id) on delete cascade,
      purpose text not null check (purpose in ('verify_email', 'reset_password')),
      expires_at ${whole} not null,
      unique (account_id, purpose)
    )${keyed}`,
    'create index one_time_token_by_expiry on one_time_token (expires_at)',
    `create table login_attempt (
      subject text primary key,
      failures ${whole} not null check (failures > 0),
      last_at ${whole} not null
    )${keyed}`,
    'create index login_attempt_by_time on login_attempt (last_at)',
    `create table signing_key (
      kid text primary key,
      generation ${whole} not null unique check (generation > 0),
      private_jwk text not null,
      public_jwk text not null,
      created_at ${whole} not null,
      signs_from ${whole} not null
    )${keyed}`,
  ],
})
