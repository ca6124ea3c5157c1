import { sql, type Statement } from '../../../src/databases/sql.ts'
import { numberOf } from '../rules/order.ts'
import type { Filter } from '../rules/listing.ts'
import { compose, nothing } from './compose.ts'
import type { Tree } from './tree.ts'

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

/** One variant of `l` fits the filters of price and stock. What its lowest and highest price say comes first (`+`: without choosing the index). */
export const withOffer = (filter: Filter): Statement => isOffer(filter)
  ? compose(sql` and +l.price <= ${filter.maxPrice ?? highest} and l.price_max >= ${filter.minPrice ?? 0}
      and exists (select 1 from variant v indexed by variant_offer where v.product = l.num and `, offered(filter), ')')
  : nothing

/** `l` is one of the ids asked for. */
export const withIds = ({ ids }: Filter): Statement => ids
  ? sql` and l.num in (select value from json_each(${JSON.stringify(ids.map(numberOf))}))`
  : nothing

/** The tokens' filters as columns, for walks along an index that is no index of tokens. */
export const withColumns = ({ categories, vendors, tags, skus }: Filter, tree: Tree): Statement => compose(
  ...(categories.length === 0 ? [] : [sql` and l.category in (select value from json_each(${JSON.stringify(categories.flatMap((slug) => tree.within(slug)))}))`]),
  ...(vendors.length === 0 ? [] : [sql` and l.vendor in (select value from json_each(${JSON.stringify(vendors)}))`]),
  ...tags.map((tag) => sql` and exists (select 1 from product_tag t where t.num = l.num and t.tag = ${tag})`),
  ...(skus.length === 0 ? [] : [sql` and exists (select 1 from variant v indexed by variant_offer
    where v.product = l.num and v.sku in (select value from json_each(${JSON.stringify(skus)})))`]),
)
