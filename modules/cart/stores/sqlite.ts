import { type Sql, type Statement, guarded, sql } from '../../../src/databases/sql.ts'
import { ALIASES_MOST, LINES_MOST } from '../rules/limits.ts'
import type { CartStore, Destination, Moment, Owner } from '../store.ts'
import { mergeStatements } from './merging.ts'
import { CartRow, IdRow, SnapshotRow, cartOf, cartWritten, claimsOf } from './rows.ts'
import { settledBefore, settling } from './settling.ts'

const whole = (owner: Owner, now: number): Statement => sql`
  select cart.id, cart.version, cart.generation, country, region, postal_code, shipping_method, notices, updated_at, expires_at,
    variant_id, quantity, position, added_at, seen
  from cart left join line on line.cart_id = cart.id where owner = ${owner} and expires_at > ${now}`

const claimed = (owner: Owner, now: number): Statement => sql`
  select cart.id, cart.version, cart.generation, country, region, postal_code, shipping_method, notices, updated_at, expires_at,
    variant_id, quantity, position, added_at, seen,
    (select json_group_array(json_object('cartId', alias.cart_id, 'generation', alias.generation))
      from alias where into_id = cart.id and alias.generation = merged_generation) as merged
  from cart left join line on line.cart_id = cart.id where owner = ${owner} and expires_at > ${now}`

/** Every change goes through here: the owner's live cart, renewed. */
const renewed = (owner: Owner, at: Moment): Statement => guarded(sql`
  update cart set version = version + 1, notices = '[]', updated_at = ${at.now}, expires_at = ${at.expiresAt}
  where owner = ${owner} and expires_at > ${at.now}`)

/** As `renewed`, with a cart of this id where the owner has none; an expired one goes first. */
const started = (owner: Owner, at: Moment, id: string): Statement[] => [
  sql`delete from cart where owner = ${owner} and expires_at <= ${at.now}`,
  guarded(sql`
    insert into cart (id, owner, version, generation, notices, created_at, updated_at, expires_at)
    values (${id}, ${owner}, 1, 0, '[]', ${at.now}, ${at.now}, ${at.expiresAt})
    on conflict (owner) do update set
      version = version + 1, notices = '[]', updated_at = excluded.updated_at, expires_at = excluded.expires_at`),
]

const destined = (owner: Owner, { country, region, postalCode, shippingMethod }: Partial<Destination>): Statement => sql`
  update cart set
    country = case when ${country === undefined ? 0 : 1} then ${country ?? null} else country end,
    region = case when ${region === undefined ? 0 : 1} then ${region ?? null} else region end,
    postal_code = case when ${postalCode === undefined ? 0 : 1} then ${postalCode ?? null} else postal_code end,
    shipping_method = case when ${shippingMethod === undefined ? 0 : 1} then ${shippingMethod ?? null} else shipping_method end
  where owner = ${owner}`

/** Carts in one SQLite file. The owner's cart is found by its unique index, its lines stand together behind the cart's id. */
export const openSqlite = (db: Sql): CartStore & Pick<Sql, 'dump' | 'load'> => {
  const change = async (statements: readonly Statement[], owner: Owner, at: Moment) => {
    const written = await db.write({ statements: [...statements, whole(owner, at.now)], events: [] })
    return written.ok ? cartWritten(written.rows.at(-1) ?? []) : null
  }
  const begun = (owner: Owner, at: Moment, fresh: string | null) => fresh === null ? [renewed(owner, at)] : started(owner, at, fresh)

  return {
    find: async (owner, now) => cartOf(await db.read(CartRow, whole(owner, now))),

    add: (owner, { variantId, quantity, most, seen }, at, fresh) => change([
      ...begun(owner, at, fresh),
      guarded(sql`
        insert into line (cart_id, variant_id, quantity, position, added_at, seen)
        select id, ${variantId}, ${quantity}, version, ${at.now}, ${seen} from cart
        where owner = ${owner} and ${quantity} <= ${most} and (
          exists (select 1 from line where cart_id = cart.id and variant_id = ${variantId})
          or (select count(*) from line where cart_id = cart.id) < ${LINES_MOST})
        on conflict (cart_id, variant_id) do update set quantity = line.quantity + excluded.quantity, seen = excluded.seen
        where line.quantity + excluded.quantity <= ${most}`),
    ], owner, at),

    set: (owner, { variantId, quantity, seen }, at) => change([
      renewed(owner, at),
      guarded(sql`
        update line set quantity = ${quantity}, seen = ${seen}
        where cart_id = (select id from cart where owner = ${owner}) and variant_id = ${variantId}`),
    ], owner, at),

    remove: (owner, variantId, at) => change([
      renewed(owner, at),
      guarded(sql`delete from line where cart_id = (select id from cart where owner = ${owner}) and variant_id = ${variantId}`),
    ], owner, at),

    clear: (owner, at) => change([
      renewed(owner, at), sql`delete from line where cart_id = (select id from cart where owner = ${owner})`,
    ], owner, at),

    setDestination: (owner, patch, at, fresh) => change([...begun(owner, at, fresh), destined(owner, patch)], owner, at),

    async snapshot(owner, now) {
      const rows = await db.read(SnapshotRow, claimed(owner, now))
      const cart = cartOf(rows)
      return cart === null ? null : { cart, claims: claimsOf(cart, rows[0]?.merged ?? '[]') }
    },

    async settle(order, now) {
      // A repeat takes nothing more out of the cart.
      const { ok } = await db.write(settling(order, now))
      if (!ok) await db.write(settledBefore(order))
    },

    merge: async (merge) => (await db.write({ statements: mergeStatements(merge, ALIASES_MOST), events: [] })).ok,

    heard: (cause) => db.apply(cause, { statements: [], events: [] }),

    async sweep(after, limit, now) {
      const [bound] = await db.read(IdRow, sql`select id from cart where id > ${after} order by id limit 1 offset ${limit - 1}`)
      // The last page is open at its end: `{` comes after every character of an id.
      const last = bound?.id ?? '{'
      const found = await db.read(IdRow, sql`select id from cart where id > ${after} and id <= ${last} and expires_at <= ${now} limit 1`)
      if (found.length > 0) {
        await db.write({ statements: [sql`delete from cart where id > ${after} and id <= ${last} and expires_at <= ${now}`], events: [] })
      }
      return { next: bound?.id ?? null }
    },
    dump: () => db.dump(),
    load: (rows) => db.load(rows),
  }
}
