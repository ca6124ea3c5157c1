import type { Migration } from '../../../src/databases/sql.ts'

/**
 * `expires_at` has no index on purpose: every change renews it, and the sweeper may walk the primary key.
 * `settled.pending` is always 0: it once marked the change that settles.
 */
export const migrations: readonly Migration[] = [{
  name: 'carts',
  statements: [
    `create table cart (
      id text primary key,
      owner text not null unique check (owner glob 'user:*' or owner glob 'session:*'),
      version integer not null check (version > 0),
      generation integer not null check (generation >= 0),
      country text, region text, postal_code text, shipping_method text,
      notices text not null check (json_valid(notices)),
      created_at integer not null,
      updated_at integer not null,
      expires_at integer not null
    ) strict, without rowid`,
    `create table line (
      cart_id text not null references cart (id) on delete cascade,
      variant_id text not null,
      quantity integer not null check (quantity between 1 and 999),
      position integer not null,
      added_at integer not null,
      seen text not null check (json_valid(seen)),
      primary key (cart_id, variant_id)
    ) strict, without rowid`,
    `create table alias (
      cart_id text primary key,
      into_id text not null references cart (id) on delete cascade,
      merged_generation integer not null,
      generation integer not null check (generation >= merged_generation)
    ) strict, without rowid`,
    'create index alias_into on alias (into_id)',
    `create table settled (
      order_id text primary key,
      cart_id text not null references cart (id) on delete cascade,
      pending integer not null check (pending in (0, 1))
    ) strict, without rowid`,
    'create index settled_cart on settled (cart_id)',
  ],
}]
