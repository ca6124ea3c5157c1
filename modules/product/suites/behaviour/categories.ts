import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { refused, shopIn } from '../shop.ts'

export default (place: Place): void => {
  test('categories are a tree that counts what its filter finds', async (t) => {
    const shop = await shopIn(place, t)
    const { body, options } = await shop.reply('createCategory', { name: 'Lamps' })
    assert.deepEqual([body, options.headers], [{ slug: 'lamps', name: 'Lamps', parent: null, productCount: 0, children: [] }, { location: '/categories/lamps' }])
    await shop.call('createCategory', { name: 'Desk lamps', parent: 'lamps' })
    await shop.create({ category: 'desk-lamps' })
    await shop.create({ category: 'Lamps', status: 'draft' })
    const { items, nextCursor } = await shop.call('listCategories', {})
    assert.equal(nextCursor, null)
    assert.deepEqual(items, [{ slug: 'lamps', name: 'Lamps', parent: null, productCount: 1, children: [
      { slug: 'desk-lamps', name: 'Desk lamps', parent: 'lamps', productCount: 1, children: [] },
    ] }])
    assert.deepEqual(await shop.slugs({ category: ['lamps'] }), ['lamp'])
  })

  test('slugs are made, given, and taken once', async (t) => {
    const shop = await shopIn(place, t)
    const make = (input: object) => shop.call('createCategory', { name: 'Lamps', ...input })
    assert.deepEqual([(await make({})).slug, (await make({})).slug, (await make({ slug: 'other' })).slug], ['lamps', 'lamps-2', 'other'])
    assert.deepEqual(await refused(make({ slug: 'other' })), ['slug_taken', '/slug'])
    assert.deepEqual(await refused(make({ parent: 'nothing' })), ['invalid_input', '/parent'])
  })

  test('a category is renamed and moved, but never below itself', async (t) => {
    const shop = await shopIn(place, t)
    await shop.call('createCategory', { name: 'A' })
    await shop.call('createCategory', { name: 'B', parent: 'a' })
    const { id } = await shop.create({ category: 'b' })
    assert.equal((await shop.call('patchCategory', { was: 'b', name: 'Bee' })).parent, 'a')
    assert.deepEqual((await shop.show(id)).category, { slug: 'b', name: 'Bee' })
    for (const parent of ['a', 'b', 'nothing']) assert.deepEqual(await refused(shop.call('patchCategory', { was: 'a', parent })), ['invalid_input', '/parent'].slice(0, 2), parent)
    assert.equal((await shop.call('patchCategory', { was: 'b', parent: null })).parent, null)
    assert.equal((await shop.call('patchCategory', { was: 'a', parent: 'b' })).parent, 'b')
    assert.deepEqual(await refused(shop.call('patchCategory', { was: 'nothing', name: 'x' })), ['category_not_found'])
  })

  test('a category takes another slug, and its products and subcategories follow', async (t) => {
    const shop = await shopIn(place, t)
    await shop.call('createCategory', { name: 'A' })
    await shop.call('createCategory', { name: 'B', parent: 'a' })
    const { id } = await shop.create({ category: 'b' })
    assert.deepEqual(await refused(shop.call('patchCategory', { was: 'a', slug: 'b' })), ['slug_taken', '/slug'])
    const changed = await shop.call('patchCategory', { was: 'a', slug: 'first' })
    assert.deepEqual([changed.slug, changed.name, changed.children[0].parent], ['first', 'A', 'first'])
    await shop.call('patchCategory', { was: 'b', slug: 'second' })
    assert.deepEqual((await shop.show(id)).category, { slug: 'second', name: 'B' })
    assert.deepEqual([await shop.slugs({ category: ['first'] }), await shop.slugs({ category: ['second'] }), await shop.slugs({ category: ['a', 'b'] })], [['lamp'], ['lamp'], []])
  })

  test('only an empty branch is deleted; its products stay, without a category', async (t) => {
    const shop = await shopIn(place, t)
    await shop.call('createCategory', { name: 'A' })
    await shop.call('createCategory', { name: 'B', parent: 'a' })
    const { id } = await shop.create({ category: 'b' })
    assert.deepEqual(await refused(shop.call('deleteCategory', { slug: 'a' })), ['category_not_empty'])
    await shop.call('deleteCategory', { slug: 'b' })
    await shop.call('deleteCategory', { slug: 'a' })
    assert.equal((await shop.show(id)).category, null)
    assert.deepEqual(await refused(shop.call('deleteCategory', { slug: 'a' })), ['category_not_found'])
  })
}
