import { sql, type Statement } from '../../../src/databases/sql.ts'
import { compose } from './compose.ts'

/**
 * Writes the copies of stock that clients and filters see, in the change that moved it: `variant.buyable` and the product's
 * JSON. `products` selects the products' numbers; `shown` raises n, as every change but the product's own edit does.
 */
export const showStock = (products: Statement, raise = 1): Statement[] => [
  compose(
    `update variant set buyable = 1 - buyable where product in (`, products,
    `) and buyable <> (select s.tracked = 0 or s.available > 0 from stock s where s.variant = variant.id) returning product as moved`,
  ),
  compose(sql`update live set n = n + ${raise}, tail = ',"variants":[' || (
      select group_concat(v.json || case s.tracked when 1 then '{"available":' || s.available || ',"tracked":true}}'
        else '{"available":null,"tracked":false}}' end, ',' order by v.position)
      from variant v join stock s on s.variant = v.id where v.product = live.num
    ) || '],"rating":{"average":' || coalesce(rating_average, 'null') || ',"count":' || rating_count || '}}'
    where num in (`, products, `)`),
]
