import assert from 'node:assert/strict'
import type { Static } from '@sinclair/typebox'
import fc from 'fast-check'
import type { FacetValue, Facets } from '../../contract/schemas.ts'
import type { Filter, Position, Sort } from '../../rules/listing.ts'
import { priceRanges } from '../../rules/price-ranges.ts'
import type { ProductRecord, ProductStore } from '../../store.ts'
import { category, edited, filter, made, type Open, orderId, paged, record, variant, withStore, words } from '../products.ts'

/** A product as the test remembers it: with what is in stock of each variant. */
interface Remembered { record: ProductRecord; stock: (number | null)[] }
const tree = [category(1), category(2, { parent: 'category-1' }), category(3, { parent: 'category-2' }), category(4)]
  .map((one, _, all) => ({ ...one, parent: all.find(({ slug }) => slug === one.parent)?.id ?? null }))
const within = (slug: string): string[] => {
  const top = tree.filter((one) => one.slug === slug)
  return top.flatMap(({ id }) => [id, ...tree.filter(({ parent }) => parent === id).flatMap((child) => within(child.slug))])
}
const tags = ['new', 'New', 'sale', 'old']
const vendors = ['Acme', 'Boot & Sons', 'zeta']
const said = ['red lamp', 'red chair', 'lamp', 'blue']

const stock = fc.constantFrom(0, 0, 1, 7, null)
const about = fc.record({
  name: fc.constantFrom(...said), description: fc.option(fc.constantFrom(...said)), vendor: fc.option(fc.constantFrom(...vendors)),
  category: fc.option(fc.constantFrom(...tree.map(({ id }) => id))), tags: fc.array(fc.constantFrom(...tags), { maxLength: 3 }),
  status: fc.constantFrom('active' as const, 'active' as const, 'active' as const, 'draft' as const),
  offers: fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }).map((n) => n * 50), stock), { minLength: 1, maxLength: 3 }),
})
const narrow = fc.record({
  words: fc.option(fc.constantFrom('red', 'lamp', 'red lamp', 'cha', 'lamp re', 'none')), categories: fc.subarray(tree.map(({ slug }) => slug), { maxLength: 2 }),
  tags: fc.subarray(tags, { maxLength: 2 }), vendors: fc.subarray(vendors, { maxLength: 2 }), inStock: fc.option(fc.boolean()),
  minPrice: fc.option(fc.integer({ min: 0, max: 600 }), { freq: 2 }), maxPrice: fc.option(fc.integer({ min: 0, max: 600 }), { freq: 2 }),
  statuses: fc.constantFrom<Filter['statuses'][]>(['active'], ['active'], ['draft', 'active']),
}).map(({ words: q, ...rest }) => filter({ ...rest, ...(q === null ? {} : words(q)) }))
const sort = fc.constantFrom<Sort[]>('relevance', 'newest', 'price', '-price', 'name', 'rating')
const change = fc.oneof(
  { weight: 4, arbitrary: fc.record({ is: fc.constant('make' as const), about }) },
  fc.record({ is: fc.constant('edit' as const), which: fc.nat(), about }),
  fc.record({ is: fc.constant('remove' as const), which: fc.nat() }),
  { weight: 2, arbitrary: fc.record({ is: fc.constant('move' as const), which: fc.nat(), available: stock }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('order' as const), which: fc.nat(), end: fc.constantFrom('commit' as const, 'release' as const, 'giveBack' as const) }) },
)
type Valued<A extends fc.Arbitrary<unknown>> = ReturnType<A['generate']>['value']
type Change = Valued<typeof change>

const isBuyable = (available: number | null | undefined) => available === null || (available ?? 0) > 0
const offersOf = ({ record: { variants }, stock: levels }: Remembered, { inStock }: Filter) =>
  variants.filter((_, at) => inStock === null || isBuyable(levels[at]) === inStock).map(({ price }) => price)
/** The best place of a word: 0 in the name, 3 in the description. */
const placeOf = ({ name, description }: ProductRecord, word: string, isLast: boolean): number | null => {
  const has = (text: string | null) => (text ?? '').split(' ').some((one) => one === word || (isLast && one.startsWith(word)))
  return has(name) ? 0 : has(description) ? 3 : null
}
const rankOf = ({ record: of }: Remembered, { words: sought }: Filter): number | null => {
  const places = (sought ?? []).map(({ word }, at, all) => placeOf(of, word, at === all.length - 1))
  return places.includes(null) ? null : Math.max(0, ...places.map(Number)) * 10 + Math.min(9, ...places.map(Number))
}
const fits = (one: Remembered, by: Filter): boolean => by.statuses.includes(one.record.status) && rankOf(one, by) !== null
  && (by.categories.length === 0 || by.categories.some((slug) => within(slug).includes(one.record.category ?? '')))
  && by.tags.every((tag) => one.record.tags.includes(tag)) && (by.vendors.length === 0 || by.vendors.includes(one.record.vendor ?? ''))
  && offersOf(one, by).some((price) => price >= (by.minPrice ?? 0) && price <= (by.maxPrice ?? Infinity))

const counts = (values: readonly string[], label = (value: string) => value): Static<typeof FacetValue>[] =>
  [...new Set(values)].map((value) => ({ value, label: label(value), count: values.filter((one) => one === value).length }))
    .sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1))
const counted = (all: readonly Remembered[], by: Filter): Facets => {
  const left = (without: Partial<Filter>) => all.filter((one) => fits(one, { ...by, ...without }))
  const priced = left({ minPrice: null, maxPrice: null }).map((one) => offersOf(one, by))
  const [min, max] = [Math.min(...priced.flat()), Math.max(...priced.flat())]
  const { start, step } = priceRanges(min, max)
  const ranges = Array.from({ length: 8 }, (_, at) => ({ from: start + at * step, to: start + (at + 1) * step - 1 }))
    .map(({ from, to }) => ({ from, to, count: priced.filter((prices) => prices.some((price) => price >= from && price <= to)).length }))
  return {
    category: counts(left({ categories: [] }).flatMap(({ record: of }) => tree.filter(({ slug }) => within(slug).includes(of.category ?? '')).map(({ slug }) => slug)),
      (slug) => tree.find((one) => one.slug === slug)?.name ?? ''),
    tag: counts(left({ tags: [] }).flatMap(({ record: of }) => [...new Set(of.tags)])),
    vendor: counts(left({ vendors: [] }).flatMap(({ record: of }) => of.vendor ?? [])),
    price: priced.length === 0 ? { min: null, max: null, ranges: [] } : { min, max, ranges: ranges.filter(({ count }) => count > 0) },
    total: left({}).length,
  }
}
const listed = (all: readonly Remembered[], by: Filter, order: Sort): string[] => {
  const key = (one: Remembered): number | string => {
    const prices = one.record.variants.map(({ price }) => price)
    return order === 'relevance' ? rankOf(one, by) ?? 0 : order === 'newest' ? -one.record.createdAt : order === 'name' ? one.record.name
      : order === 'price' ? Math.min(...prices) : order === '-price' ? -Math.min(...prices) : 0
  }
  return all.filter((one) => fits(one, by)).toSorted((one, other) => {
    const [first, second] = [key(one), key(other)]
    return first < second ? -1 : first > second ? 1 : one.record.createdAt - other.record.createdAt
  }).map(({ record: { slug } }) => slug)
}

/** Does it to the store and to what the test remembers. */
const changed = async (store: ProductStore, all: Remembered[], step: Change, n: number): Promise<void> => {
  const recordOf = (number: number, { offers, ...rest }: Valued<typeof about>, was?: ProductRecord): ProductRecord => record(number, {
    ...rest, ...(was && { version: was.version }), variants: offers.map(([price], at) => variant(number * 10 + at, { price })),
  })
  if (step.is === 'make') {
    // Not in the order of their ids: one that was begun first may be stored last.
    const [of, levels] = [recordOf((n * 7) % 41, step.about), step.about.offers.map(([, level]) => level)]
    const first = made(of)
    await store.save([{ ...first, stock: first.stock.map((one, at) => ({ ...one, available: levels[at] ?? null })) }])
    all.push({ record: of, stock: levels })
    return
  }
  const one = all[step.which % Math.max(all.length, 1)]
  const [only] = one?.record.variants ?? []
  if (!one || !only) return
  const { id, version } = one.record
  const at = { order: orderId(n), now: n }
  if (step.is === 'edit') {
    // A variant that was left out once cannot come back.
    const offers = step.about.offers.slice(0, one.record.variants.length)
    const next = recordOf(one.record.createdAt, { ...step.about, offers }, one.record)
    await store.save([edited(one.record, next)])
    one.record = { ...next, version: version + 1 }
  } else if (step.is === 'remove') {
    await store.remove(id, version)
    all.splice(all.indexOf(one), 1)
  } else if (step.is === 'move') {
    await store.move({ productId: id, variantId: only.id, effect: `move ${n}`, reason: null, to: { available: step.available }, answerAs: null, at: n })
    one.stock[0] = step.available
  } else {
    const level = one.stock[0] ?? null
    if (level === 0 || one.record.status !== 'active') return
    await store.hold(at.order, [{ variantId: only.id, quantity: level ?? 1 }], at.now)
    await store[step.end](at.order, at.now)
    if (step.end === 'commit' && level !== null) one.stock[0] = 0
  }
}

export default (open: Open): void => {
  withStore(open)('lists and facets of any filter are those of a naive count, whatever was made, edited, sold and deleted', async () => {
    const begun = fc.array(fc.record({ is: fc.constant('make' as const), about }), { minLength: 4, maxLength: 10 })
    const more = fc.array(fc.oneof({ weight: 3, arbitrary: change }, fc.record({ is: fc.constant('ask' as const), by: narrow, sort, limit: fc.integer({ min: 1, max: 4 }) })),
      { minLength: 8, maxLength: 30 })
    await fc.assert(fc.asyncProperty(begun, more, async (first, then) => {
      const { store, close } = await open()
      try {
        for (const one of tree) await store.addCategory(one)
        const known: Remembered[] = []
        for (const [at, step] of [...first, ...then].entries()) {
          if (step.is !== 'ask') await changed(store, known, step, at + 1)
          else await agrees(store, known, step)
        }
        await agrees(store, known, { by: filter(), sort: 'price', limit: 3 })
      } finally {
        await close()
      }
    }), { numRuns: 60 })
  })
}

const agrees = async (store: ProductStore, known: readonly Remembered[], { by, sort: asked, limit }: { by: Filter; sort: Sort; limit: number }) => {
  assert.deepEqual(await store.facets(by), counted(known, by), JSON.stringify(by))
  const order = asked === 'relevance' && by.words === null ? 'newest' : asked
  const slugs = await paged(async (after: Position | null) => {
    const { items, next } = await store.page(by, order, limit, after)
    return { items: JSON.parse(`[${items}]`).map(({ slug }: { slug: string }) => slug), next }
  })
  assert.deepEqual(slugs, listed(known, by, order), order)
}
