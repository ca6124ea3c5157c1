import { Type } from '@sinclair/typebox'
import { Nullable } from '../../../../src/contract/scalars.ts'
import type { Documents, Pipeline } from '../../../../src/databases/documents.ts'
import type { Facets } from '../../contract/schemas.ts'
import type { Filter } from '../../rules/listing.ts'
import { priceRanges } from '../../rules/price-ranges.ts'
import type { Tree } from '../../rules/tree.ts'
import type { Shelf } from '../../store.ts'
import { products } from './collections.ts'
import { fitting, searchFor } from './filtering.ts'
import type { KeptTree } from './tree.ts'

const Count = Type.Object({ _id: Nullable(Type.String()), count: Type.Integer() })
const Prices = Type.Object({ min: Type.Integer(), max: Type.Integer() })
const mostValues = 50
const counted = (field: string): Pipeline => [{ $group: { _id: `$${field}`, count: { $sum: 1 } } }]
const frequent: Pipeline = [{ $sort: { count: -1, _id: 1 } }, { $limit: mostValues }]

/** Each is counted under all filters but its own. Counts are of products. */
export const facets = (documents: Documents, { now }: KeptTree): Pick<Shelf, 'facets'> => {
  const values = async (pipeline: Pipeline) => (await documents.aggregate(Count, products, pipeline)).flatMap(({ _id: value, count }) => (value === null ? [] : [{ value, label: value, count }]))

  /** A category's count holds its subcategories', as the filter does. */
  const categories = async (found: Filter, tree: Tree) => {
    const sums = new Map<string, number>()
    for (const { value, count } of await values([{ $match: fitting(searchFor(found, tree)) }, ...counted('category')])) {
      for (const slug of tree.byId.get(value)?.path ?? []) sums.set(slug, (sums.get(slug) ?? 0) + count)
    }
    return [...sums].map(([value, count]) => ({ value, label: tree.bySlug.get(value)?.name ?? value, count }))
      .sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1)).slice(0, mostValues)
  }
  const prices = async (found: Filter, tree: Tree): Promise<Facets['price']> => {
    const offered = found.inStock === null ? [] : [{ $match: { 'offers.buyable': found.inStock } }]
    const [all] = await documents.aggregate(Prices, products, [
      { $match: fitting(searchFor(found, tree)) }, { $unwind: '$offers' }, ...offered,
      { $group: { _id: null, min: { $min: '$offers.price' }, max: { $max: '$offers.price' } } },
    ])
    if (!all) return { min: null, max: null, ranges: [] }
    const { min, max } = all
    const { start, step } = priceRanges(min, max)
    const ranges = await Promise.all(Array.from({ length: Math.floor((max - start) / step) + 1 }, async (_, at) => {
      const [from, to] = [start + at * step, start + (at + 1) * step - 1]
      return { from, to, count: await documents.count(products, fitting(searchFor({ ...found, minPrice: from, maxPrice: to }, tree))) }
    }))
    return { min, max, ranges: ranges.filter(({ count }) => count > 0) }
  }

  return {
    async facets(filter) {
      const { tree } = await now()
      const [category, tag, vendor, price, total] = await Promise.all([
        categories({ ...filter, categories: [] }, tree),
        values([{ $match: fitting(searchFor({ ...filter, tags: [] }, tree)) }, { $unwind: '$tags' }, ...counted('tags'), ...frequent]),
        values([{ $match: { $and: [fitting(searchFor({ ...filter, vendors: [] }, tree)), { vendor: { $ne: null } }] } }, ...counted('vendor'), ...frequent]),
        prices({ ...filter, minPrice: null, maxPrice: null }, tree),
        documents.count(products, fitting(searchFor(filter, tree))),
      ])
      return { category, tag, vendor, price, total }
    },
  }
}
