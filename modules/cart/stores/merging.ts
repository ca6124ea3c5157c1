import { type Statement, guarded, sql } from '../../../src/databases/sql.ts'
import type { Merge } from '../store.ts'

/** The user's cart at the version that was looked at, or a new one where there was none. */
const taken = ({ user, notices, destination, at }: Merge): Statement[] => user.version === null
  ? [
      sql`delete from cart where owner = ${user.owner} and expires_at <= ${at.now}`,
      guarded(sql`
        insert into cart (id, owner, version, generation, country, region, postal_code, shipping_method, notices, created_at, updated_at, expires_at)
        values (${user.id}, ${user.owner}, 1, 0, ${destination.country}, ${destination.region}, ${destination.postalCode},
          ${destination.shippingMethod}, ${JSON.stringify(notices)}, ${at.now}, ${at.now}, ${at.expiresAt})
        on conflict (owner) do nothing`),
    ]
  : [guarded(sql`
      update cart set country = ${destination.country}, region = ${destination.region}, postal_code = ${destination.postalCode},
        shipping_method = ${destination.shippingMethod}, notices = ${JSON.stringify(notices)},
        updated_at = ${at.now}, expires_at = ${at.expiresAt}
      where id = ${user.id} and version = ${user.version} and expires_at > ${at.now}`)]

/** What must not be forgotten with the guest's cart: its generation, and the orders that were taken out of it. */
const kept = ({ guest, user }: Merge, aliases: number): Statement[] => [
  sql`insert into alias (cart_id, into_id, merged_generation, generation)
    select id, ${user.id}, generation, generation from cart where id = ${guest.id}`,
  sql`delete from alias where into_id = ${user.id}
    and cart_id not in (select cart_id from alias where into_id = ${user.id} order by cart_id desc limit ${aliases})`,
  sql`update settled set cart_id = ${user.id} where cart_id = ${guest.id}`,
]

/** One change; its guards are the two versions. Positions below the new version leave room for the next line's. */
export const mergeStatements = (merge: Merge, aliases: number): Statement[] => {
  const { guest, user, lines } = merge
  return [
    ...taken(merge),
    ...merge.alias ? kept(merge, aliases) : [],
    sql`update cart set version = version + ${guest.version} where id = ${user.id}`,
    guarded(sql`delete from cart where id = ${guest.id} and version = ${guest.version}`),
    sql`delete from line where cart_id = ${user.id}`,
    sql`insert into line (cart_id, variant_id, quantity, position, added_at, seen)
      select ${user.id}, json_extract(value, '$.variantId'), json_extract(value, '$.quantity'), json_extract(value, '$.position'),
        json_extract(value, '$.addedAt'), json_extract(value, '$.seen')
      from json_each(${JSON.stringify(lines)})`,
  ]
}
