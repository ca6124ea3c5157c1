import assert from 'node:assert/strict'
import type { ProductStore } from '../../store.ts'
import { category, edited, filter, made, type Open, productId, record, withStore, words } from '../products.ts'

const slugs = async (store: ProductStore, about: Parameters<typeof filter>[0]): Promise<string[]> =>
  JSON.parse(`[${(await store.page(filter(about), 'newest', 50, null)).items}]`).map((one: { slug: string }) => one.slug)
const paths = async (store: ProductStore) => Object.fromEntries((await store.categories()).map(({ slug, path }) => [slug, path.join('<')]))

/** 1 ← 2 ← 3, and 4 beside. */
const tree = async (store: ProductStore) => {
  for (const n of [1, 2, 3, 4]) assert.equal(await store.addCategory(category(n, { parent: n === 1 || n === 4 ? null : category(n - 1).id })), 'added')
}

export default (open: Open): void => {
  const promise = withStore(open)

  promise('a category is found by its slug, its name, or what its name becomes', async (store) => {
    await store.addCategory(category(1, { slug: 'womens-shoes', name: 'Women\'s Shoes' }))
    for (const text of ['womens-shoes', 'Women\'s Shoes', 'Womens shoes']) assert.equal((await store.category(text))?.id, category(1).id, text)
    assert.equal(await store.category('Shoes'), null)
  })

  promise('each knows its way up, also after a move', async (store) => {
    await tree(store)
    assert.deepEqual(await paths(store), {
      'category-1': 'category-1', 'category-2': 'category-2<category-1', 'category-3': 'category-3<category-2<category-1', 'category-4': 'category-4',
    })
    assert.equal(await store.changeCategory(category(2, { parent: category(4).id })), 'changed')
    assert.equal((await paths(store))['category-3'], 'category-3<category-2<category-4')
  })

  promise('none becomes its own ancestor, even where two move at once', async (store) => {
    await tree(store)
    assert.equal(await store.changeCategory(category(1, { parent: category(3).id })), 'cycle')
    assert.equal(await store.changeCategory(category(1, { parent: category(1).id })), 'cycle')
    const both = await Promise.all([
      store.changeCategory(category(1, { parent: category(4).id })), store.changeCategory(category(4, { parent: category(3).id })),
    ])
    assert.deepEqual(both.toSorted(), ['changed', 'cycle'])
  })

  promise('what is taken, missing or not empty is refused', async (store) => {
    await tree(store)
    assert.equal(await store.addCategory(category(5, { slug: 'category-1' })), 'slug_taken')
    assert.equal(await store.addCategory(category(5, { parent: category(9).id })), 'no_parent')
    assert.equal(await store.changeCategory(category(9)), 'unknown')
    assert.equal(await store.removeCategory(category(2).id), 'not_empty')
    assert.equal(await store.removeCategory(category(9).id), 'unknown')
  })

  promise('a filter by category holds its subcategories', async (store) => {
    await tree(store)
    for (const n of [1, 3, 4]) await store.save([made(record(n, { category: category(n).id }))])
    assert.deepEqual(await slugs(store, { categories: ['category-1'] }), ['product-3', 'product-1'])
    assert.deepEqual(await slugs(store, { categories: ['category-2', 'category-4'] }), ['product-4', 'product-3'])
    assert.deepEqual(await slugs(store, { categories: ['nothing'] }), [])
    assert.deepEqual((await store.categories()).map(({ products }) => products), [1, 0, 1, 1])
  })

  promise('a renamed one is shown and found by its new name, and its products\' validator changes', async (store) => {
    await tree(store)
    await store.save([made(record(1, { category: category(1).id }))])
    const before = await store.detail(productId(1))
    await store.changeCategory(category(1, { name: 'Lamps' }))
    const after = await store.detail(productId(1))
    assert.ok(before && after && after.n > before.n)
    assert.deepEqual(JSON.parse(after.text).category, { slug: 'category-1', name: 'Lamps' })
    assert.deepEqual(await slugs(store, words('lamp')), ['product-1'])
    assert.deepEqual(await slugs(store, words('category')), [])
  })

  promise('the products of a deleted one have none, and their validator never goes back', async (store) => {
    await store.addCategory(category(1))
    await store.save([made(record(1, { category: category(1).id }))])
    await store.changeCategory(category(1, { name: 'Lamps' }))
    const before = await store.detail(productId(1))
    assert.equal(await store.removeCategory(category(1).id), 'removed')
    const after = await store.detail(productId(1))
    assert.ok(before && after && after.n > before.n)
    assert.equal(JSON.parse(after.text).category, null)
    assert.deepEqual(await slugs(store, words('lamp')), [])
    assert.equal((await store.save([edited(record(1), { name: 'Still editable' })])).is, 'saved')
  })
}
