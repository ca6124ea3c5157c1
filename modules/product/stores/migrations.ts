import type { Migration } from '../../../src/databases/sql.ts'
import { sampleMigration } from './importing.ts'

/**
 * `product` is what is edited, `live` what moves (variants with their stock, rating), both as JSON text ready to be sent.
 * `listing` is narrow and indexed, for filters and sorts; `search` holds the analyser's tokens and nothing else.
 */
const catalogue: Migration = {
  name: 'catalogue',
  statements: [
    `create table category (
      id text not null primary key,
      slug text not null unique,
      name text not null,
      parent text references category (id),
      -- {"slug":…,"name":…}, as products show it
      json text not null,
      -- the category's slug and its ancestors', nearest first, as a JSON array
      path text not null,
      -- raised with each change that products show
      n integer not null default 0
    ) strict`,
    `create index category_parent on category (parent)`,
    `create table product (
      -- the id as a number, in the ids' order (rules/order.ts)
      num integer primary key,
      id text not null unique,
      slug text not null unique,
      name text not null,
      status text not null check (status in ('active', 'draft', 'archived')),
      category text references category (id),
      vendor text,
      image text,
      version integer not null check (version > 0),
      created_at integer not null,
      updated_at integer not null,
      currency text not null,
      -- {"id":…,"category":  where category.json and live.tail go on
      head text not null
    ) strict`,
    `create index product_category on product (category)`,
    `create table variant (
      id text not null primary key,
      product integer not null references product (num) on delete cascade,
      position integer not null,
      sku text,
      options text not null,
      price integer not null check (price >= 0),
      weight_grams integer,
      -- the variant's JSON without its stock and its closing brace
      json text not null,
      -- a copy of the stock for filters: untracked, or more than none available
      buyable integer not null default 0 check (buyable in (0, 1))
    ) strict, without rowid`,
    `create index variant_offer on variant (product, price, buyable)`,
    `create index variant_price on variant (buyable, price, product)`,
    `create table live (
      num integer primary key references product (num) on delete cascade,
      -- raised with each change of stock or rating
      n integer not null default 0,
      rating_average real,
      rating_count integer not null default 0,
      -- ,"variants":[…],"rating":{…}}
      tail text not null default ''
    ) strict`,
    `create table listing (
      num integer primary key references product (num) on delete cascade,
      status text not null,
      -- its lowest and its highest
      price integer not null,
      price_max integer not null,
      -- folded
      name text not null,
      rating real not null default 0,
      vendor text,
      category text
    ) strict`,
    // Each goes on by num, ascending: ties are by id.
    `create index listing_newest on listing (status)`,
    `create index listing_price on listing (status, price, num, price_max)`,
    `create index listing_price_falling on listing (status, price desc, num, price_max)`,
    `create index listing_name on listing (status, name)`,
    `create index listing_rating on listing (status, rating desc)`,
    `create index listing_vendor on listing (status, vendor)`,
    `create index listing_category on listing (status, category)`,
    `create table product_tag (
      num integer not null references product (num) on delete cascade,
      tag text not null,
      primary key (num, tag)
    ) strict, without rowid`,
    `create index product_tag_tag on product_tag (tag)`,
    // The tokens with a class of field, between blanks: to rank the few that a search of several words finds.
    `create table ranked (
      num integer primary key references product (num) on delete cascade,
      tokens text not null
    ) strict`,
    // Every word that a product was ever found by, to complete the last word of a search.
    `create table word (word text not null primary key) strict, without rowid`,
    `create virtual table search using fts5 (tokens, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii')`,
  ],
}

/** Apart from the catalogue, which never writes here but for the copy `variant.buyable` and `live.tail`. Rows are never deleted. */
const stock: Migration = {
  name: 'stock',
  statements: [
    `create table stock (
      variant text not null primary key,
      product text not null,
      sellable integer not null default 1 check (sellable in (0, 1)),
      tracked integer not null check (tracked in (0, 1)),
      received integer not null default 0 check (received >= 0),
      available integer not null default 0 check (available >= 0),
      reserved integer not null default 0 check (reserved >= 0),
      sold integer not null default 0 check (sold >= 0),
      version integer not null default 0,
      -- the version that inventory.updated last told
      published integer not null default 0,
      -- the number of the last move
      moves integer not null default 0,
      check (received = available + reserved + sold)
    ) strict, without rowid`,
    `create index stock_unpublished on stock (variant) where version > published`,
    // What a move changed: received = the sum over a variant's moves; a return moves sold back to available.
    `create table move (
      variant text not null references stock (variant),
      n integer not null,
      effect text not null,
      kind text not null check (kind in ('set', 'change', 'return')),
      -- of kind set: the number asked for, null for untracked
      target integer,
      received integer not null,
      available integer not null,
      reason text,
      at integer not null,
      primary key (variant, n),
      unique (variant, effect)
    ) strict, without rowid`,
    `create table reservation (
      id text not null primary key,
      state text not null check (state in ('held', 'released', 'sold', 'returned')),
      -- why it was refused: [{"variantId","available"}]
      short text not null default '[]',
      at integer not null
    ) strict, without rowid`,
    `create table reservation_line (
      reservation text not null references reservation (id),
      variant text not null references stock (variant),
      quantity integer not null check (quantity > 0),
      -- what was taken from the stock: the quantity, or 0 of an untracked variant
      took integer not null check (took = 0 or took = quantity),
      primary key (reservation, variant)
    ) strict, without rowid`,
    `create index reservation_line_variant on reservation_line (variant)`,
    // Answers of keyed changes of stock, for a week.
    `create table answered (
      scope text not null primary key,
      fingerprint text not null,
      status integer not null,
      answer text not null,
      at integer not null
    ) strict, without rowid`,
    `create index answered_at on answered (at)`,
  ],
}

/** Filters by vendor and price are answered from columns in memory. */
const withoutIndexes: Migration = { name: 'fewer indexes', statements: ['drop index variant_price', 'drop index listing_vendor'] }

export const migrations: readonly Migration[] = [catalogue, stock, sampleMigration, withoutIndexes]
