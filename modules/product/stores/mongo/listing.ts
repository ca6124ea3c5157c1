import { type Static, Type } from '@sinclair/typebox'
import type { Documents, Filter as Found } from '../../../../src/databases/documents.ts'
import type { Position, Sort } from '../../rules/listing.ts'
import { numberOf } from '../../rules/order.ts'
import { type Tree, treeOf } from '../../rules/tree.ts'
import type { Shelf } from '../../store.ts'
import { products } from './collections.ts'
import { beside, byRank, fitting, type Search, searchFor } from './filtering.ts'
import { rankedOf, rankIn } from './ranking.ts'
import { Shown, shownFields, textOf } from './shelf-text.ts'
import type { KeptTree } from './tree.ts'

const Listed = Type.Composite([Shown, Type.Object({ price: Type.Integer(), name: Type.String(), rating: Type.Number() })])
type Listed = Static<typeof Listed>
const fields = [...shownFields, 'price', 'name', 'rating']
const Ranked = Type.Object({ _id: Type.String(), ranking: Type.Array(Type.String()), category: Type.Union([Type.String(), Type.Null()]) })

/** So many found are ranked one by one, of more the ranks are looked through in turn. */
const fewRanked = 200

const columns = { price: 'price', '-price': 'price', name: 'name', rating: 'rating' } as const
const falling: readonly Sort[] = ['newest', '-price', 'rating']

/** For what asks nothing of the tree. */
const bare = treeOf([])

interface Wanted { limit: number; after: Position | null }
interface Picked { product: Listed; value: Position['value'] }

export const listing = (documents: Documents, { now }: KeptTree): Pick<Shelf, 'page'> => {
  const read = (filter: Found, sort: Readonly<Record<string, 1 | -1>>, limit: number) => documents.read(Listed, products, filter, { sort, limit, fields })

  /** In order of a field, ties by id: along an index, from behind the last one shown. */
  const sorted = async (search: Search, sort: Exclude<Sort, 'relevance'>, { limit, after }: Wanted): Promise<Picked[]> => {
    const [way, further] = falling.includes(sort) ? [-1, '$lt'] as const : [1, '$gt'] as const
    if (sort === 'newest') {
      const found = await read({ $and: [fitting(search), ...after ? [{ _id: { $lt: after.id } }] : []] }, { _id: -1 }, limit)
      return found.map((product) => ({ product, value: numberOf(product._id) }))
    }
    const column = columns[sort]
    const behind = after ? [{ $or: [{ [column]: { [further]: after.value } }, { [column]: after.value, _id: { $gt: after.id } }] }] : []
    const found = await read({ $and: [fitting(search), ...behind] }, { [column]: way, _id: 1 }, limit)
    return found.map((product) => ({ product, value: product[column] }))
  }

  /** Ids in the order they were asked for. */
  const asked = async (search: Search, ids: readonly string[], { limit, after }: Wanted): Promise<Picked[]> => {
    const found = new Map((await read(fitting(search), { _id: 1 }, ids.length)).map((product) => [product._id, product]))
    return ids.flatMap((id, value) => {
      const product = value > Number(after?.value ?? -1) ? found.get(id) : undefined
      return product ? [{ product, value }] : []
    }).slice(0, limit)
  }

  /** The best rank first, by id within each; of few all are ranked, of many rank after rank is asked for until the page is full. */
  const byRelevance = async (search: Search, { limit, after }: Wanted): Promise<Picked[]> => {
    const words = search.filter.words ?? []
    const [from, last] = after ? [Number(after.value), after.id] : [0, '']
    const few = words.length === 0 ? [] : await documents.read(Ranked, products, fitting(search), { limit: fewRanked + 1, fields: ['ranking', 'category'] })
    if (few.length <= fewRanked) {
      const rank = rankIn(search)
      const order = few.map((one) => ({ id: one._id, value: rank(rankedOf(one)) })).sort((one, other) => one.value - other.value || (one.id < other.id ? -1 : 1))
        .filter(({ id, value }) => value > from || (value === from && id > last)).slice(0, limit)
      const found = new Map((await read({ _id: { $in: order.map(({ id }) => id) } }, { _id: 1 }, limit)).map((product) => [product._id, product]))
      return order.flatMap(({ id, value }) => { const product = found.get(id); return product ? [{ product, value }] : [] })
    }
    const picked: Picked[] = []
    for (const [value, match] of byRank(search).entries()) {
      if (value < from || picked.length === limit) continue
      const found = await read({ $and: [...beside(search.filter), match, ...value === from ? [{ _id: { $gt: last } }] : []] }, { _id: 1 }, limit - picked.length)
      picked.push(...found.map((product) => ({ product, value })))
    }
    return picked
  }

  return {
    async page(filter, sort, limit, after) {
      const wanted = { limit: limit + 1, after }
      const find = (tree: Tree): Promise<Picked[]> => {
        const search = searchFor(filter, tree)
        if (filter.ids) return asked(search, filter.ids, wanted)
        return sort === 'relevance' ? byRelevance(search, wanted) : sorted(search, sort, wanted)
      }
      const isOfTree = filter.words !== null || filter.categories.length > 0
      const [{ tree }, picked] = isOfTree ? await now().then(async (grown) => [grown, await find(grown.tree)] as const) : await Promise.all([now(), find(bare)])
      const shown = picked.slice(0, limit)
      const last = picked.length > limit ? shown.at(-1) : undefined
      return { items: shown.map(({ product }) => textOf(product, tree)).join(','), next: last ? { value: last.value, id: last.product._id } : null }
    },
  }
}
