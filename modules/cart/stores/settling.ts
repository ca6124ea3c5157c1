import { type Change, type Statement, guarded, sql } from '../../../src/databases/sql.ts'
import type { Claim } from '../store.ts'

export interface Settled { readonly id: string; readonly claims: readonly Claim[]; readonly lines: readonly { variantId: string; quantity: number }[] }

/** In any case each claimed cart's generation comes after the claimed one, and that of what is left of a merged cart. */
const raised = (claims: readonly Claim[]): Statement[] => claims.flatMap(({ cartId, generation }) => [
  sql`update cart set generation = ${generation + 1} where id = ${cartId} and generation <= ${generation}`,
  sql`update alias set generation = ${generation + 1} where cart_id = ${cartId} and generation <= ${generation}`,
])

/** For an order that is not known yet: the guard finds the cart that its claims lead to, and remembers the order with it. */
export const settling = ({ id, claims, lines }: Settled, now: number): Change => {
  const claimed = JSON.stringify(claims)
  const ordered = JSON.stringify(lines)
  return {
    statements: [
      guarded(sql`insert into settled (order_id, cart_id, pending)
        select ${id}, target, 0 from (
          select id as target from cart where id in (select value ->> 'cartId' from json_each(${claimed}))
          union all
          select into_id as target from alias where cart_id in (select value ->> 'cartId' from json_each(${claimed}))
        ) where true limit 1
        on conflict (order_id) do nothing`),
      // Lines ordered whole go first; what then is left of an ordered line is more than was ordered.
      sql`delete from line where cart_id = (select cart_id from settled where order_id = ${id})
        and quantity <= (select value ->> 'quantity' from json_each(${ordered}) where value ->> 'variantId' = line.variant_id)`,
      sql`update line set quantity = line.quantity - ordered.quantity
        from (select value ->> 'variantId' as variant_id, value ->> 'quantity' as quantity from json_each(${ordered})) as ordered
        where cart_id = (select cart_id from settled where order_id = ${id})
        and line.variant_id = ordered.variant_id and line.quantity > ordered.quantity`,
      sql`update cart set version = version + 1, notices = '[]', updated_at = ${now}
        where id = (select cart_id from settled where order_id = ${id})`,
      ...raised(claims),
    ],
    events: [],
  }
}

/** For one that was settled before, or whose carts are gone. */
export const settledBefore = ({ claims }: Settled): Change => ({ statements: raised(claims), events: [] })
