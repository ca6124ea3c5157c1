import { sql, type Statement } from '../../../src/databases/sql.ts'
import type { Filter } from '../rules/listing.ts'
import { compose, nothing } from './compose.ts'

const highest = Number.MAX_SAFE_INTEGER

/** `l` is the listing's row. One status can be looked up in an index, more cannot. */
export const ofStatus = ({ statuses }: Filter): Statement => {
  const [status = 'active', ...more] = statuses
  return more.length === 0 ? sql`l.status = ${status}` : sql`l.status in (select value from json_each(${JSON.stringify(statuses)}))`
}

export const isOffer = ({ minPrice, maxPrice, inStock }: Filter): boolean => minPrice !== null || maxPrice !== null || inStock !== null

/** One variant of `l` fits the filters of price and stock. */
export const withOffer = (filter: Filter): Statement => isOffer(filter)
  ? compose(sql` and exists (select 1 from variant v indexed by variant_offer where v.product = l.num
      and v.price between ${filter.minPrice ?? 0} and ${filter.maxPrice ?? highest}`, filter.inStock === null ? nothing : sql` and v.buyable = ${Number(filter.inStock)}`, ')')
  : nothing
