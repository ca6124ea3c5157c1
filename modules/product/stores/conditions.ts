import { sql, type Statement } from '../../../src/databases/sql.ts'
import { numberOf } from '../rules/order.ts'
import type { Filter } from '../rules/listing.ts'
import { compose, nothing } from './compose.ts'

const highest = Number.MAX_SAFE_INTEGER

/** `l` is the listing's row. One status can be looked up in an index, more cannot. */
export const ofStatus = ({ statuses }: Filter): Statement => {
  const [status = 'active', ...more] = statuses
  return more.length === 0 ? sql`l.status = ${status}` : sql`l.status in (select value from json_each(${JSON.stringify(statuses)}))`
}

/** The variant `v` costs that, and can or cannot be bought now. */
export const offered = ({ minPrice, maxPrice, inStock }: Filter): Statement => inStock === null
  ? sql`v.price between ${minPrice ?? 0} and ${maxPrice ?? highest}`
  : sql`v.price between ${minPrice ?? 0} and ${maxPrice ?? highest} and v.buyable = ${Number(inStock)}`
export const isOffer = ({ minPrice, maxPrice, inStock }: Filter): boolean => minPrice !== null || maxPrice !== null || inStock !== null

/** One variant of `l` fits the filters of price and stock. */
export const withOffer = (filter: Filter): Statement => isOffer(filter)
  ? compose(' and exists (select 1 from variant v where v.product = l.num and ', offered(filter), ')')
  : nothing

/** `l` is one of the ids asked for. */
export const withIds = ({ ids }: Filter): Statement => ids
  ? sql` and l.num in (select value from json_each(${JSON.stringify(ids.map(numberOf))}))`
  : nothing
