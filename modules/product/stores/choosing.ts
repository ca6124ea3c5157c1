import type { Filter, Position, Sort } from '../rules/listing.ts'
import { type Codes, isBuyable, priceOf, statusCode } from './columns.ts'
import { firsts } from './firsts.ts'
import type { Lent } from './kept-columns.ts'
import { numberOf } from '../rules/order.ts'
import type { Tree } from '../rules/tree.ts'

/** The filters with a facet, a bit each. What any other filter leaves out is `out`. */
export const failing = { category: 1, tag: 2, vendor: 4, price: 8 } as const
export const out = 16

/** By code, 1 where the text is wanted. */
const wantedOf = ({ texts, codes }: Codes, wanted: readonly string[]): Uint8Array => {
  const by = new Uint8Array(texts.length)
  for (const text of wanted) {
    const code = codes.get(text)
    if (code !== undefined) by[code] = 1
  }
  return by
}

/** Which filters a row fails: 0 none, else `out` or bits of `failing`. */
export const judging = ({ columns, found }: Lent, filter: Filter, tree: Tree): ((row: number) => number) => {
  const { num, status, category, vendor, tags, offers, lists } = columns
  const { inStock, minPrice, maxPrice } = filter
  const statuses = new Uint8Array(4)
  for (const one of filter.statuses) statuses[statusCode(one)] = 1
  const ids = filter.ids && new Set(filter.ids.map(numberOf))
  const categories = filter.categories.length > 0 ? wantedOf(columns.categories, filter.categories.flatMap((slug) => tree.within(slug))) : null
  const vendors = filter.vendors.length > 0 ? wantedOf(columns.vendors, filter.vendors) : null
  const everyTag = filter.tags.map((tag) => columns.tagTexts.codes.get(tag) ?? -1)
  const isPriced = minPrice !== null || maxPrice !== null
  const [least, most] = [minPrice ?? 0, maxPrice ?? Number.MAX_SAFE_INTEGER]

  const hasTag = (row: number, tag: number): boolean => {
    const from = tags[row] ?? 0
    for (let at = from + (lists[from] ?? 0); at > from; at--) if (lists[at] === tag) return true
    return false
  }
  const failsOffer = (row: number): number => {
    const from = offers[row] ?? 0
    let fails: number = out
    for (let at = from + (lists[from] ?? 0); at > from; at--) {
      const offer = lists[at] ?? 0
      if (inStock !== null && isBuyable(offer) !== inStock) continue
      const price = priceOf(offer)
      if (price >= least && price <= most) return 0
      fails = failing.price
    }
    return fails
  }
  return (row) => {
    if (statuses[status[row] ?? 0] !== 1 || (found !== null && (found[row] ?? 0) === 0)) return out
    if (ids !== null && !ids.has(num[row] ?? 0)) return out
    let fails = isPriced || inStock !== null ? failsOffer(row) : 0
    if (fails === out) return out
    if (categories !== null && categories[category[row] ?? 0] !== 1) fails |= failing.category
    if (vendors !== null && vendors[vendor[row] ?? 0] !== 1) fails |= failing.vendor
    for (const tag of everyTag) if (!hasTag(row, tag)) return fails | failing.tag
    return fails
  }
}

type Value = Position['value']
/** What a sort goes by, and whether it falls. Ties are by number, rising. */
const keyOf = ({ columns, found }: Lent, sort: Sort): { by: ArrayLike<number> | readonly string[]; falls: boolean } => {
  if (sort === 'relevance') return { by: found ?? new Uint8Array(columns.rows), falls: false }
  if (sort === 'newest') return { by: columns.num, falls: true }
  if (sort === 'name') return { by: columns.name, falls: false }
  if (sort === 'rating') return { by: columns.rating, falls: true }
  return { by: columns.price, falls: sort === '-price' }
}

/** A few rows of everywhere come first: else, where rows happen to stand in the sort's reverse order, each would be the first until the next. */
const stride = 61

/** The numbers and values of the first products behind the last one shown. */
export const chosen = (
  lent: Lent, { filter, tree }: { filter: Filter; tree: Tree }, sort: Sort, { limit, after }: { limit: number; after: Position | null },
): { num: number; value: Value }[] => {
  const { rows, num } = lent.columns
  const fails = judging(lent, filter, tree)
  const { by, falls } = keyOf(lent, sort)
  const value = (row: number): Value => by[row] ?? 0
  const isBefore = (row: number, other: number): boolean => {
    const [one, another] = [value(row), value(other)]
    return one === another ? row < other : falls ? one > another : one < another
  }
  const last = after && { value: sort === 'newest' ? numberOf(after.id) : after.value, num: numberOf(after.id) }
  const isBehind = (row: number): boolean => {
    if (last === null) return true
    const one = value(row)
    return one === last.value ? (num[row] ?? 0) > last.num : falls ? one < last.value : one > last.value
  }
  const first = firsts(limit, isBefore)
  if (sort === 'newest') {
    for (let row = rows - 1, left = limit; row >= 0 && left > 0; row--) if (isBehind(row) && fails(row) === 0 && left-- > 0) first.offer(row)
  } else {
    for (let row = 0; row < rows; row += stride) if (isBehind(row) && fails(row) === 0) first.offer(row)
    for (let row = 0; row < rows; row++) if (row % stride !== 0 && isBehind(row) && fails(row) === 0) first.offer(row)
  }
  return first.inOrder().map((row) => ({ num: num[row] ?? 0, value: value(row) }))
}
