import { forbidden, invalidInput, unauthenticated } from '../../../src/contract/faults.ts'
import { isId } from '../../../src/contract/scalars.ts'
import type { In } from '../../../src/contract/contract.ts'
import { may, type Caller } from '../../../src/module/context.ts'
import { decodeCursor, encodeCursor } from '../../../src/module/cursor.ts'
import type { Operations } from '../../../src/module/module.ts'
import { asJson, Reply } from '../../../src/module/reply.ts'
import { productNotFound } from '../contract/faults.ts'
import type { product } from '../contract/index.ts'
import type { listProducts } from '../contract/operations.ts'
import { wordsSought } from '../rules/analyser.ts'
import { etagOf } from '../rules/etag.ts'
import type { Filter, Position, Sort } from '../rules/listing.ts'
import type { ProductGiven } from '../settings.ts'

type Asked = In<typeof listProducts>
const wrong = (name: string, message: string) => invalidInput(undefined, { errors: [{ in: 'query', path: `/${name}`, message }] })

const mostIds = 100
const idsIn = (lists: readonly string[] | undefined): readonly string[] | null => {
  if (lists === undefined) return null
  const ids = [...new Set(lists.join(',').split(',').filter((id) => id !== '').map((id) => id.toLowerCase()))]
  if (ids.length > mostIds) throw wrong('ids', `names ${ids.length} products; at most ${mostIds} are answered`)
  const malformed = ids.find((id) => !isId(id))
  if (malformed !== undefined) throw wrong('ids', `${JSON.stringify(malformed.slice(0, 50))} is no UUID`)
  return ids
}
const none: readonly string[] = []
const onlyActive = ['active'] as const

const filterOf = (asked: Asked): Filter => ({
  words: asked.q ? wordsSought(asked.q) : null,
  ids: idsIn(asked.ids),
  skus: asked.sku ?? none, categories: asked.category ?? none, tags: asked.tag ?? none, vendors: asked.vendor ?? none,
  statuses: asked.status ?? onlyActive,
  minPrice: asked.minPrice ?? null, maxPrice: asked.maxPrice ?? null, inStock: asked.inStock ?? null,
})
const isSort = (text: string): text is Sort => ['relevance', 'newest', 'price', '-price', 'name', 'rating'].includes(text)
const sortOf = ({ sort, q }: Asked): Sort => {
  if (sort === undefined) return q ? 'relevance' : 'newest'
  if (sort === 'relevance' && !q) throw wrong('sort', 'relevance needs q')
  if (!isSort(sort)) throw wrong('sort', 'is no sort of this list')
  return sort
}
const positionOf = (binding: string, cursor: string): Position => {
  const [value, id] = decodeCursor(binding, cursor)
  if (value === null || value === undefined || typeof id !== 'string') throw wrong('cursor', 'is not a cursor of this list')
  return { value, id }
}
const mayEdit = (caller: Caller) => may(caller, 'products:write')
const defaultLimit = 20

export const reading = ({ store }: ProductGiven): Pick<Operations<typeof product>, 'listProducts' | 'showProduct'> => ({
  async listProducts(asked, { caller }) {
    if (asked.status && !mayEdit(caller)) throw caller.is === 'user' ? forbidden() : unauthenticated('status needs products:write')
    const filter = filterOf(asked)
    const sort = sortOf(asked)
    const limit = asked.limit ?? (filter.ids ? Math.max(filter.ids.length, 1) : defaultLimit)
    const binding = () => JSON.stringify(['products', sort, filter])
    const [{ items, next }, facets] = await Promise.all([
      store.page(filter, sort, limit, asked.cursor === undefined ? null : positionOf(binding(), asked.cursor)),
      asked.facets ? store.facets(filter) : undefined,
    ])
    const nextCursor = next === null ? 'null' : JSON.stringify(encodeCursor(binding(), [next.value, next.id]))
    return new Reply(asJson(`{"items":[${items}],"nextCursor":${nextCursor}${facets ? `,"facets":${JSON.stringify(facets)}` : ''}}`))
  },

  async showProduct({ idOrSlug }, { caller }) {
    const found = await store.detail(idOrSlug)
    if (!found || (found.status !== 'active' && !mayEdit(caller))) throw productNotFound()
    return new Reply(asJson(found.text), { headers: { etag: etagOf(found.version, found.n) } })
  },
})
