import { type Static, Type } from '@sinclair/typebox'
import { Nullable } from '../../../src/contract/scalars.ts'
import { type Sql, sql, type Statement } from '../../../src/databases/sql.ts'
import type { FacetValue, Facets } from '../contract/schemas.ts'
import type { Filter } from '../rules/listing.ts'
import { priceRanges } from '../rules/price-ranges.ts'
import type { Shelf } from '../store.ts'
import { compose, nothing } from './compose.ts'
import { offered, ofStatus, withIds, withOffer } from './conditions.ts'
import { endingsOf, matching, type Search } from './matching.ts'
import type { Tree, treeIn } from './tree.ts'

const Counted = Type.Object({ value: Type.String(), count: Type.Integer() })
const Total = Type.Object({ total: Type.Integer() })
const Extent = Type.Object({ min: Nullable(Type.Integer()), max: Nullable(Type.Integer()) })
const Bucket = Type.Object({ bucket: Type.Integer(), count: Type.Integer() })
const mostValues = 50
const answersKept = 100

/** ` from … where …`: the products `l` that a filter leaves, with whatever is joined to them. */
const left = (search: Search, joined: Statement | string = ''): Statement => {
  const { filter } = search
  const match = matching(search)
  const source = match === null
    ? compose(' from listing l ', joined, ' where ')
    : compose(' from search s cross join listing l on l.num = s.rowid ', joined, sql` where s.search match ${match} and `)
  return compose(source, ofStatus(filter), withOffer(filter), withIds(filter))
}

const frequent = (values: Static<typeof FacetValue>[]): Static<typeof FacetValue>[] =>
  values.sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1)).slice(0, mostValues)

/** Counts are of products; a category's hold its subcategories', as the filter does. */
const rolledUp = (counts: readonly Static<typeof Counted>[], tree: Tree): Static<typeof FacetValue>[] => {
  const sums = new Map<string, number>()
  for (const { value, count } of counts) for (const slug of tree.byId.get(value)?.path ?? []) sums.set(slug, (sums.get(slug) ?? 0) + count)
  return frequent(Array.from(sums, ([value, count]) => ({ value, label: tree.bySlug.get(value)?.name ?? value, count })))
}

export const facets = (db: Sql, { tree: treeNow }: ReturnType<typeof treeIn>): { facets: Shelf['facets']; changed(): void } => {
  const top = async (search: Search, column: string, joined: string): Promise<Static<typeof FacetValue>[]> => {
    const rows = await db.read(Counted, compose(`select ${column} as value, count(*) as count`, left(search, joined),
      ` and ${column} is not null group by ${column} order by 2 desc, 1`, sql` limit ${mostValues}`))
    return rows.map(({ value, count }) => ({ value, label: value, count }))
  }
  const prices = async (search: Search): Promise<Facets['price']> => {
    const every: Filter = { ...search.filter, minPrice: null, maxPrice: null }
    const variants = compose(left({ ...search, filter: { ...every, inStock: null } }, 'join variant v indexed by variant_offer on v.product = l.num'),
      every.inStock === null ? nothing : compose(' and ', offered(every)))
    const [extent] = await db.read(Extent, every.inStock === null
      ? compose('select min(l.price) as min, max(l.price_max) as max', left({ ...search, filter: every }))
      : compose('select min(v.price) as min, max(v.price) as max', variants))
    if (!extent || extent.min === null || extent.max === null) return { min: null, max: null, ranges: [] }
    const { start, step } = priceRanges(extent.min, extent.max)
    const buckets = await db.read(Bucket, compose(sql`select cast((v.price - ${start}) / ${step} as integer) as bucket, count(distinct l.num) as count`,
      variants, ' group by 1 order by 1'))
    return {
      min: extent.min, max: extent.max,
      ranges: buckets.map(({ bucket, count }) => ({ from: start + bucket * step, to: start + (bucket + 1) * step - 1, count })),
    }
  }

  const count = async (filter: Filter): Promise<Facets> => {
    const tree = await treeNow()
    const endings = await endingsOf(db, filter.words?.at(-1))
    const searching = (change: Partial<Filter> = {}): Search => ({ filter: { ...filter, ...change }, tree, endings })
    const [category, tag, vendor, price, total] = await Promise.all([
      db.read(Counted, compose('select l.category as value, count(*) as count', left(searching({ categories: [] })),
        ' and l.category is not null group by l.category')),
      top(searching({ tags: [] }), 't.tag', 'join product_tag t on t.num = l.num'),
      top(searching({ vendors: [] }), 'l.vendor', ''),
      prices(searching()),
      db.read(Total, compose('select count(*) as total', left(searching()))),
    ])
    return { category: rolledUp(category, tree), tag, vendor, price, total: total[0]?.total ?? 0 }
  }

  /** Answers of the catalogue as it stands: each edit forgets all. Stock moves too often for that, so what depends on it is counted anew. */
  const known = new Map<string, Facets>()
  let generation = 0
  return {
    changed() {
      generation++
      known.clear()
    },
    async facets(filter) {
      if (filter.inStock !== null) return await count(filter)
      const key = JSON.stringify(filter)
      const before = known.get(key)
      if (before) return before
      const from = generation
      const counted = await count(filter)
      if (from !== generation) return counted
      const oldest = known.keys().next()
      if (known.size >= answersKept && !oldest.done) known.delete(oldest.value)
      known.set(key, counted)
      return counted
    },
  }
}
