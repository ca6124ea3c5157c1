import assert from 'node:assert/strict'
import type { Filter, Position, Sort } from '../../rules/listing.ts'
import type { ProductStore } from '../../store.ts'
import { edited, filter, made, type Open, paged, productId, record, variant, variantId, withStore, words } from '../products.ts'

const sorts: readonly Sort[] = ['newest', 'price', '-price', 'name', 'rating']
const page = async (store: ProductStore, about: Partial<Filter>, sort: Sort, limit = 50, after: Position | null = null) => {
  const { items, next } = await store.page(filter(about), sort, limit, after)
  const numbers: number[] = JSON.parse(`[${items}]`).map(({ slug }: { slug: string }) => Number(slug.slice('product-'.length)))
  return { numbers, next }
}
const list = async (store: ProductStore, about: Partial<Filter> = {}, sort: Sort = 'newest') => (await page(store, about, sort)).numbers
/** The same list, a few at a time. */
const byPages = (store: ProductStore, about: Partial<Filter>, sort: Sort, limit: number): Promise<number[]> => paged(async (after: Position | null) => {
  const { numbers, next } = await page(store, about, sort, limit, after)
  assert.ok(numbers.length === limit || next === null)
  return { items: numbers, next }
})

const prices = [300, 100, 200, 100, 100, 300]
/** Six with prices that tie, the last a draft; named Product 1 … 6. */
const six = async (store: ProductStore) => {
  await store.save(prices.map((price, at) => made(record(at + 1, {
    status: at === 5 ? 'draft' : 'active', variants: [variant(at + 1, { price })], tags: at % 2 === 0 ? ['even', 'Shared'] : ['Shared'], vendor: at < 3 ? 'Acme' : 'Other',
  }), at)))
}

export default (open: Open): void => {
  const promise = withStore(open)

  promise('each sort has its order, and ties are by id', async (store) => {
    await six(store)
    assert.deepEqual(await list(store, {}, 'newest'), [5, 4, 3, 2, 1])
    assert.deepEqual(await list(store, {}, 'price'), [2, 4, 5, 3, 1])
    assert.deepEqual(await list(store, {}, '-price'), [1, 3, 2, 4, 5])
    assert.deepEqual(await list(store, {}, 'name'), [1, 2, 3, 4, 5])
    assert.deepEqual(await list(store, {}, 'rating'), [1, 2, 3, 4, 5])
  })

  promise('pages of any size are the whole list, with and without filters and words', async (store) => {
    await six(store)
    for (const about of [{}, { tags: ['Shared'] }, words('product'), { minPrice: 100, maxPrice: 250 }, { statuses: ['active', 'draft'] as const }]) {
      for (const sort of sorts) {
        const whole = await list(store, about, sort)
        assert.ok(whole.length >= 4)
        for (const limit of [1, 2, 3]) assert.deepEqual(await byPages(store, about, sort, limit), whole, `${sort} ${JSON.stringify(about)} ${limit}`)
      }
    }
  })

  promise('a page goes on behind the last one although products came and went', async (store) => {
    await six(store)
    const one = await page(store, {}, 'price', 2)
    assert.deepEqual(one.numbers, [2, 4])
    await store.remove(productId(4), 1)
    await store.save([made(record(7, { variants: [variant(7, { price: 50 })] })), made(record(8, { variants: [variant(8, { price: 100 })] }))])
    assert.deepEqual((await page(store, {}, 'price', 50, one.next)).numbers, [5, 8, 3, 1])
  })

  promise('any of several values fits, but all tags must', async (store) => {
    await six(store)
    assert.deepEqual(await list(store, { vendors: ['Acme', 'Other'] }), [5, 4, 3, 2, 1])
    assert.deepEqual(await list(store, { vendors: ['Acme'], tags: ['even', 'Shared'] }), [3, 1])
    assert.deepEqual(await list(store, { tags: ['shared'] }), [])
    assert.deepEqual(await list(store, { statuses: ['draft'] }), [6])
  })

  promise('one variant must fit all filters of price and stock', async (store) => {
    await store.save([made(record(1, { variants: [variant(1, { price: 100 }), variant(2, { price: 500 })] }), 0)])
    await store.move({ productId: productId(1), variantId: variantId(2), effect: 'x', reason: null, to: { available: 1 }, answerAs: null, at: 1 })
    assert.deepEqual(await list(store, { minPrice: 400, inStock: true }), [1])
    assert.deepEqual(await list(store, { maxPrice: 400, inStock: true }), [])
    assert.deepEqual(await list(store, { minPrice: 200, maxPrice: 400 }), [])
    assert.deepEqual(await list(store, { maxPrice: 100 }), [1])
    await store.hold(productId(5), [{ variantId: variantId(2), quantity: 1 }], 1)
    for (const sort of sorts) assert.deepEqual(await list(store, { inStock: true }, sort), [])
  })

  promise('ids are answered in their order, as far as they are there and fit', async (store) => {
    await six(store)
    const ids = [5, 9, 6, 1, 3].map(productId)
    assert.deepEqual(await list(store, { ids }), [5, 1, 3])
    assert.deepEqual(await list(store, { ids, tags: ['even'], ...words('product') }), [5, 1, 3])
    assert.deepEqual(await list(store, { ids, vendors: ['Acme'] }), [1, 3])
    assert.deepEqual(await byPages(store, { ids }, 'newest', 1), [5, 1, 3])
  })

  promise('an SKU finds its products, exactly', async (store) => {
    await store.save([made(record(1, { variants: [variant(1, { sku: 'A 1/x' })] })), made(record(2, { variants: [variant(2, { sku: 'A 1/X' })] }))])
    assert.deepEqual(await list(store, { skus: ['A 1/x'] }), [1])
    assert.deepEqual(await list(store, { skus: ['A 1/x', 'A 1/X'] }, 'price'), [1, 2])
  })

  promise('an edit is found by what it says now, and no more by what it said', async (store) => {
    await six(store)
    await store.save([edited(record(1, { variants: [variant(1)] }), { name: 'Lamp', tags: ['new'], vendor: null, variants: [variant(1, { price: 999 })] })])
    assert.deepEqual(await list(store, { tags: ['even'] }), [5, 3])
    assert.deepEqual(await list(store, { tags: ['new'], minPrice: 999, ...words('lamp') }), [1])
    assert.deepEqual(await list(store, words('product 1')), [])
    assert.deepEqual((await list(store, {}, 'price')).at(-1), 1)
  })

  promise('facets are each counted under all filters but their own', async (store) => {
    await six(store)
    const all = await store.facets(filter({ vendors: ['Acme'], maxPrice: 200 }))
    assert.deepEqual(all.vendor, [{ value: 'Acme', label: 'Acme', count: 2 }, { value: 'Other', label: 'Other', count: 2 }])
    assert.deepEqual(all.tag, [{ value: 'Shared', label: 'Shared', count: 2 }, { value: 'even', label: 'even', count: 1 }])
    assert.deepEqual([all.price.min, all.price.max, all.total], [100, 300, 2])
    assert.deepEqual(all.price.ranges.map(({ count }) => count).reduce((sum, count) => sum + count, 0), 3)
    await store.save([made(record(7, { vendor: 'Acme', variants: [variant(7, { price: 1 })] }))])
    assert.equal((await store.facets(filter({ vendors: ['Acme'], maxPrice: 200 }))).total, 3)
  })
}
