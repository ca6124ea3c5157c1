import { type Static, Type } from '@sinclair/typebox'
import type { EventType, Heard } from '../../../../src/contract/event.ts'
import { Nullable } from '../../../../src/contract/scalars.ts'
import type { Documents, Step } from '../../../../src/databases/documents.ts'
import type { Row } from '../../../../src/databases/sql.ts'
import { Status } from '../../contract/schemas.ts'
import { treeOf } from '../../rules/tree.ts'
import { onlyTree, Piece, ProductDocument, products, samples, trees } from './collections.ts'
import { columns } from './dumped.ts'
import { writtenOf } from './product-document.ts'
import { keptIn } from './shelf-text.ts'
import { type Level, offersOf, shownOf } from './shown.ts'
import { type Leaf, placed } from './tree.ts'

const text = Type.String()
const whole = Type.Integer()
const CategoryRow = Type.Object({ id: text, slug: text, name: text, parent: Nullable(text), n: whole })
const ProductRow = Type.Object({
  num: whole, id: text, slug: text, status: Status, category: Nullable(text), vendor: Nullable(text), image: Nullable(text), version: whole,
  created_at: whole, updated_at: whole, currency: text, head: text,
})
const VariantRow = Type.Object({ id: text, product: whole, position: whole, price: whole, json: text })
const LiveRow = Type.Object({ num: whole, n: whole, rating_average: Nullable(Type.Number()), rating_count: whole })
const ListingRow = Type.Object({ num: whole, rating: Type.Number() })
const SampleRow = Type.Object({ decided_at: whole })
const EventRow = Type.Object({ id: text, type: Type.Unsafe<EventType>(text), time: text, trace: text, published_at: Nullable(whole), data: text })
/** They follow from the product, and are made again. */
const following = new Set(['product_tag', 'ranked', 'word'])

/** A variant that was loaded, not yet in its place. */
const Loaded = Type.Composite([Type.Omit(ProductDocument, ['variants']), Type.Object({ variants: Type.Array(Type.Composite([Piece, Type.Object({ position: whole })])) })])
/** What is not known before all rows are there. */
const unknown = { variants: [], stock: {}, n: 0, tags: [], name: '', price: 0, priceMax: 0, rating: 0, ratingAverage: null, ratingCount: 0, offers: [], tokens: [], ranking: [] }
const atOnce = 500
const finishedAtOnce = 100

/** The catalogue's rows of a dump into an empty store, in the order of a dump; `end` makes what follows from them. */
export const catalogueLoading = (documents: Documents) => {
  const categories: Leaf[] = []
  const idsByNumber = new Map<number, string>()
  let events: Heard[] = []
  let waiting: Step[] = []
  const write = async (): Promise<void> => {
    const steps = waiting
    waiting = []
    await documents.steps(products, steps)
  }
  const add = async (...steps: Step[]): Promise<void> => {
    waiting.push(...steps)
    if (waiting.length >= atOnce) await write()
  }
  const keep = async (): Promise<void> => {
    const some = events
    events = []
    await documents.keep(some)
  }
  const change = async (num: number, update: Readonly<Record<string, unknown>>): Promise<void> => {
    const id = idsByNumber.get(num)
    if (id === undefined) throw new Error(`The dump has rows of a product ${num} that is not in it`)
    await add({ filter: { _id: id }, update })
  }

  const takers: Readonly<Record<string, (row: Row) => Promise<void>>> = {
    async category(row) {
      const { id, slug, name, parent, n } = columns(CategoryRow, row)
      categories.push({ id, slug, name, parent, n })
    },
    async product(row) {
      const { num, id, slug, status, category, vendor, image, version, created_at: createdAt, updated_at: updatedAt, currency, head } = columns(ProductRow, row)
      idsByNumber.set(num, id)
      await add({ insert: { ...unknown, _id: id, slug, status, category, vendor, image, version, createdAt, updatedAt, currency, head } })
    },
    async variant(row) {
      const { id, product, position, price, json } = columns(VariantRow, row)
      await change(product, { $push: { variants: { id, price, json, position } } })
    },
    async live(row) {
      const { num, n, rating_average: ratingAverage, rating_count: ratingCount } = columns(LiveRow, row)
      await change(num, { $set: { n, ratingAverage, ratingCount } })
    },
    async listing(row) {
      const { num, rating } = columns(ListingRow, row)
      await change(num, { $set: { rating } })
    },
    async sample(row) {
      await documents.insert(samples, [{ _id: 'sample', decidedAt: columns(SampleRow, row).decided_at }])
    },
    async outbox(row) {
      const { published_at: published, data, ...event } = columns(EventRow, row)
      if (published === null && events.push({ ...event, data: JSON.parse(data) }) >= atOnce) await keep()
    },
  }

  return {
    /** Whether the row was the catalogue's. */
    async take(row: Row): Promise<boolean> {
      const taker = takers[row.table]
      if (taker) await taker(row)
      return taker !== undefined || following.has(row.table)
    },
    async end(levelsOf: (variants: readonly string[]) => Promise<readonly Level[]>): Promise<void> {
      await write()
      await keep()
      if (categories.length > 0) await documents.insert(trees, [{ _id: onlyTree, version: 1, n: 0, categories }])
      const tree = treeOf(placed(categories))
      const ownN = new Map(categories.map(({ id, n }) => [id, n]))

      const finish = async (some: readonly Static<typeof Loaded>[]): Promise<void> => {
        const levels = new Map((await levelsOf(some.flatMap(({ variants }) => variants.map(({ id }) => id)))).map((level) => [level.variantId, shownOf(level)]))
        await documents.steps(products, some.map((product) => {
          const variants = product.variants.toSorted((one, other) => one.position - other.position).map(({ id, price, json }) => ({ id, price, json }))
          const stock = Object.fromEntries(variants.flatMap(({ id }) => { const shown = levels.get(id); return shown ? [[id, shown] as const] : [] }))
          const { record } = keptIn({ ...product, variants, stock }, tree)
          // An ETag goes on: what clients were told is the sum of the product's and its category's.
          const n = product.n + (ownN.get(product.category ?? '') ?? 0)
          return { filter: { _id: product._id }, update: { $set: { ...writtenOf(record), head: product.head, variants, stock, offers: offersOf(variants, stock), n } } }
        }), { anyOrder: true })
      }
      let some: Static<typeof Loaded>[] = []
      for await (const product of documents.walk(Loaded, products)) {
        if (some.push(product) < finishedAtOnce) continue
        await finish(some)
        some = []
      }
      await finish(some)
    },
  }
}
