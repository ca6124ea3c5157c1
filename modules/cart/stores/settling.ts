import { type Statement, sql } from '../../../src/databases/sql.ts'
import type { Claim } from '../store.ts'

/**
 * One change. The order is remembered first, as pending where it was not known before; what follows acts on a pending one
 * alone, so that a repeat finds nothing to take. Generations are raised in any case.
 */
export const settleStatements = (
  { id, claims, lines }: { id: string; claims: readonly Claim[]; lines: readonly { variantId: string; quantity: number }[] }, now: number,
): Statement[] => {
  const claimed = JSON.stringify(claims)
  const ordered = JSON.stringify(lines)
  return [
    sql`insert into settled (order_id, cart_id, pending)
      select ${id}, target, 1 from (
        select id as target from cart where id in (select json_extract(value, '$.cartId') from json_each(${claimed}))
        union all
        select into_id as target from alias where cart_id in (select json_extract(value, '$.cartId') from json_each(${claimed}))
      ) where true limit 1
      on conflict (order_id) do nothing`,
    // Lines ordered whole go first; what then is left of an ordered line is more than was ordered.
    sql`delete from line where cart_id = (select cart_id from settled where order_id = ${id} and pending = 1)
      and quantity <= (select json_extract(value, '$.quantity') from json_each(${ordered})
        where json_extract(value, '$.variantId') = line.variant_id)`,
    sql`update line set quantity = line.quantity - ordered.quantity
      from (select json_extract(value, '$.variantId') as variant_id, json_extract(value, '$.quantity') as quantity
        from json_each(${ordered})) as ordered
      where cart_id = (select cart_id from settled where order_id = ${id} and pending = 1)
      and line.variant_id = ordered.variant_id and line.quantity > ordered.quantity`,
    sql`update cart set version = version + 1, notices = '[]', updated_at = ${now}
      where id = (select cart_id from settled where order_id = ${id} and pending = 1)`,
    sql`update settled set pending = 0 where order_id = ${id} and pending = 1`,
    sql`update cart set generation = claimed.generation + 1
      from (select json_extract(value, '$.cartId') as cart_id, json_extract(value, '$.generation') as generation
        from json_each(${claimed})) as claimed
      where cart.id = claimed.cart_id and cart.generation <= claimed.generation`,
    sql`update alias set generation = claimed.generation + 1
      from (select json_extract(value, '$.cartId') as cart_id, json_extract(value, '$.generation') as generation
        from json_each(${claimed})) as claimed
      where alias.cart_id = claimed.cart_id and alias.generation <= claimed.generation`,
  ]
}
