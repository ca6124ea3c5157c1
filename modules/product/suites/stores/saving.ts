import assert from 'node:assert/strict'
import { available, category, edited, made, type Open, orderId, productId, record, variant, variantId, withStore } from '../products.ts'

export default (open: Open): void => {
  const promise = withStore(open)

  promise('what was saved is read back whole, by id and by slug', async (store) => {
    const all = record(1, {
      description: '<p>"Fine"\n</p>', vendor: 'Acme', tags: ['Red', 'red', 'Ähre'], status: 'draft', attributes: { care: { wash: [30, null] } },
      category: category(1).id, options: [{ name: 'Size', values: ['S', 'M'] }],
      images: [{ id: productId(9), url: 'https://example.com/a.jpg', alt: null, width: 3, height: null, renditions: [] }],
      variants: [variant(1, { sku: 'A-1', options: { Size: 'S' }, price: 5, compareAtPrice: 7, weightGrams: 3 }), variant(2, { name: 'M', options: { Size: 'M' } })],
    })
    assert.deepEqual(await store.save([made(all, 3, category(1))]), { is: 'saved' })
    const kept = await store.byId(all.id)
    assert.deepEqual(kept, { record: all, available: { [variantId(1)]: 3, [variantId(2)]: 3 }, categoryName: 'Category 1', categorySlug: 'category-1' })
    assert.deepEqual(await store.bySlugs(['product-1', 'nothing']), [kept])
    const shown = await store.detail('product-1')
    assert.ok(shown)
    assert.deepEqual([shown.status, shown.version], ['draft', 1])
    assert.deepEqual(JSON.parse(shown.text).priceRange, { min: { amount: 5, currency: 'EUR' }, max: { amount: 1000, currency: 'EUR' } })
    assert.equal((await store.detail(all.id.toUpperCase()))?.text, shown.text)
  })

  promise('an id that only begins like another names nothing', async (store) => {
    await store.save([made(record(1))])
    assert.equal(await store.detail(`${productId(1).slice(0, -1)}f`), null)
    assert.equal(await store.byId(`${productId(1).slice(0, -1)}f`), null)
  })

  promise('a taken slug is refused, and with it everything saved at once', async (store) => {
    await store.save([made(record(1))])
    assert.deepEqual(await store.save([made(record(2)), made(record(3, { slug: 'product-1' }))]), { is: 'slug_taken', index: 1 })
    assert.deepEqual(await store.save([made(record(2)), made(record(3, { slug: 'product-2' }))]), { is: 'slug_taken', index: 1 })
    assert.equal(await store.byId(productId(2)), null)
    assert.deepEqual(await store.slugsLike('product'), new Set(['product-1']))
  })

  promise('of two edits of one version the second is refused', async (store) => {
    await store.save([made(record(1))])
    const names = ['One', 'Two']
    const both = await Promise.all(names.map((name) => store.save([edited(record(1), { name })])))
    const won = both.findIndex(({ is }) => is === 'saved')
    assert.deepEqual(both.toSpliced(won, 1), [{ is: 'version', index: 0 }])
    assert.equal((await store.byId(productId(1)))?.record.name, names[won])
  })

  promise('a category that vanished or was made meanwhile is told', async (store) => {
    assert.deepEqual(await store.save([made(record(1)), made(record(2, { category: category(1).id }))]), { is: 'category', index: 1 })
    await store.addCategory(category(1))
    assert.deepEqual(await store.save([made(record(2, { category: category(2).id }), 0, category(2, { slug: 'category-1' }))]), { is: 'category', index: 0 })
    assert.equal(await store.byId(productId(2)), null)
  })

  promise('variants are replaced by the list; one left out is sold no more, and its stock stays', async (store) => {
    const was = record(1, { variants: [variant(1), variant(2)] })
    await store.save([made(was, 5)])
    await store.save([{ ...edited(was, { variants: [variant(3), variant(1, { price: 7 })] }), stock: [{ variantId: variantId(3), available: null, effect: 'first' }] }])
    const kept = await store.byId(productId(1))
    assert.deepEqual(kept?.record.variants.map(({ id, price }) => [id, price]), [[variantId(3), 1000], [variantId(1), 7]])
    assert.deepEqual(kept?.available, { [variantId(1)]: 5, [variantId(3)]: null })
    assert.deepEqual((await store.quotes([variantId(2)])), [])
    assert.deepEqual(await store.hold(orderId(1), [{ variantId: variantId(2), quantity: 1 }], 1), { short: [{ variantId: variantId(2), available: 0, reserved: 0 }] })
  })

  promise('a deleted product is gone, its slug is free, and what was held of it can still be released', async (store) => {
    await store.save([made(record(1), 5)])
    await store.hold(orderId(1), [{ variantId: variantId(1), quantity: 2 }], 1)
    assert.equal(await store.remove(productId(1), 2), 'version')
    assert.equal(await store.remove(productId(1), 1), 'removed')
    assert.equal(await store.remove(productId(1), 1), 'unknown')
    assert.equal(await store.detail('product-1'), null)
    assert.deepEqual(await store.save([made(record(2, { slug: 'product-1' }))]), { is: 'saved' })
    assert.deepEqual(await store.release(orderId(1), 2), { state: 'released', short: [] })
    assert.deepEqual(await store.commit(orderId(1), 2), { state: 'released', short: [] })
  })

  promise('an import sets stock by a move with a target, once an effect, and none where nothing changes', async (store) => {
    await store.save([made(record(1), 5)])
    const set = (n: number, target: number | null, effect: string) =>
      store.save([{ record: { ...record(1), version: n + 1 }, replaces: n, newCategory: null, stock: [{ variantId: variantId(1), available: target, effect }] }])
    await set(1, 8, 'a')
    assert.equal(await available(store, 1), 8)
    await store.move({ productId: productId(1), variantId: variantId(1), effect: 'b', reason: null, to: { change: -1 }, answerAs: null, at: 1 })
    await set(2, 9, 'a')
    assert.equal(await available(store, 1), 7)
    await set(3, null, 'c')
    assert.equal(await available(store, 1), null)
    await set(4, 2, 'd')
    assert.equal(await available(store, 1), 2)
  })

  promise('all products are walked in the order of their ids, a page at a time', async (store) => {
    await store.save([3, 1, 2].map((n) => made(record(n, { status: n === 2 ? 'draft' : 'active' }))))
    const one = await store.walk(null, 2)
    const two = await store.walk(one.next, 2)
    assert.deepEqual([one, two].map(({ products }) => products.map(({ record }) => record.slug)), [['product-1', 'product-2'], ['product-3']])
    assert.equal(two.next, null)
  })
}
