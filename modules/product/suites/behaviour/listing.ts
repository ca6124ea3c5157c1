import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { eur, refused, shopIn } from '../shop.ts'

export default (place: Place): void => {
  test('words are relevant first, without them the newest', async (t) => {
    const shop = await shopIn(place, t)
    for (const [name, tags] of [['Chair', ['lamp']], ['Lamp', []], ['Table', []]] as const) await shop.create({ name, tags })
    assert.deepEqual(await shop.slugs(), ['table', 'lamp', 'chair'])
    assert.deepEqual(await shop.slugs({ q: 'lamps' }), ['lamp', 'chair'])
    assert.deepEqual(await shop.slugs({ q: 'lamps', sort: 'name' }), ['chair', 'lamp'])
    assert.deepEqual(await shop.slugs({ q: '' }), ['table', 'lamp', 'chair'])
    assert.deepEqual(await shop.slugs({ q: '"!' }), [])
    assert.deepEqual(await refused(shop.slugs({ sort: 'relevance' })), ['invalid_input', '/sort'])
  })

  test('a cursor goes on where its page ended, and belongs to its filters and sort', async (t) => {
    const shop = await shopIn(place, t)
    for (const name of ['A', 'B', 'C']) await shop.create({ name, tags: ['x'] })
    const one = await shop.call('listProducts', { limit: 2, tag: ['x'], sort: 'name' })
    const two = await shop.call('listProducts', { limit: 2, tag: ['x'], sort: 'name', cursor: one.nextCursor })
    assert.deepEqual([one, two].map(({ items }) => items.map(({ name }: { name: string }) => name)), [['A', 'B'], ['C']])
    assert.equal(two.nextCursor, null)
    for (const other of [{ sort: 'name' }, { tag: ['x'] }, { tag: ['x'], sort: 'name', q: 'a' }]) {
      assert.deepEqual(await refused(shop.slugs({ ...other, cursor: one.nextCursor })), ['invalid_cursor', '/cursor'])
    }
    assert.deepEqual(await refused(shop.slugs({ cursor: 'x' })), ['invalid_cursor', '/cursor'])
    assert.deepEqual(await shop.slugs({ limit: 2, tag: ['x'], sort: 'name', minPrice: 0, cursor: (await shop.call('listProducts', { limit: 2, tag: ['x'], sort: 'name', minPrice: 0 })).nextCursor }), ['c'])
  })

  test('ids are answered in their order, each once, at most a hundred', async (t) => {
    const shop = await shopIn(place, t)
    const ids: string[] = []
    for (let n = 0; n < 25; n++) ids.push((await shop.create({ name: `N ${n}` })).id)
    const asked = ids.toReversed()
    const { items, nextCursor } = await shop.call('listProducts', { ids: [[...asked.slice(0, 20), asked[0]].join(','), [...asked.slice(20), '00000000-0000-7000-8000-00000000dead'].join(',')] })
    assert.deepEqual([items.map(({ id }: { id: string }) => id), nextCursor], [asked, null])
    assert.deepEqual(await shop.slugs({ ids: [''] }), [])
    assert.deepEqual(await refused(shop.slugs({ ids: ['x,y'] })), ['invalid_input', '/ids'])
    assert.deepEqual(await refused(shop.slugs({ ids: [Array.from({ length: 101 }, (_, n) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`).join(',')] })), ['invalid_input', '/ids'])
  })

  test('facets come where they are asked for, and their values are what the filters take', async (t) => {
    const shop = await shopIn(place, t)
    await shop.create({ name: 'A', category: 'Big Lamps', vendor: 'Acme', tags: ['Red'] })
    await shop.create({ name: 'B', category: 'Big Lamps', vendor: 'Other', tags: ['Red', 'blue'], variants: [{ price: eur(5000), stock: 1 }] })
    const { facets } = await shop.call('listProducts', { facets: true, vendor: ['Acme'] })
    assert.deepEqual(facets, {
      category: [{ value: 'big-lamps', label: 'Big Lamps', count: 1 }], tag: [{ value: 'Red', label: 'Red', count: 1 }],
      vendor: [{ value: 'Acme', label: 'Acme', count: 1 }, { value: 'Other', label: 'Other', count: 1 }],
      price: { min: 1000, max: 1000, ranges: [{ from: 1000, to: 1000, count: 1 }] }, total: 1,
    })
    assert.deepEqual(await shop.slugs({ category: ['big-lamps'], tag: ['Red', 'blue'] }), ['b'])
    assert.equal((await shop.call('listProducts', {})).facets, undefined)
    await shop.create({ name: 'C', vendor: 'Acme' })
    assert.equal((await shop.call('listProducts', { facets: true, vendor: ['Acme'] })).facets.total, 2)
  })

  test('a write is seen by the next list, search and filter', async (t) => {
    const shop = await shopIn(place, t)
    const { id, variants: [variant] } = await shop.create({ variants: [{ price: eur(1), stock: 0 }] })
    assert.deepEqual(await shop.slugs({ inStock: true }), [])
    await shop.call('setStock', { id, variantId: variant.id, available: 1 })
    assert.deepEqual(await shop.slugs({ inStock: true, q: 'lam' }), ['lamp'])
    await shop.call('patchProduct', { id, name: 'Chair', slug: 'chair' })
    assert.deepEqual([await shop.slugs({ q: 'lamp' }), await shop.slugs({ q: 'chair' })], [[], ['chair']])
    await shop.call('deleteProduct', { id })
    assert.deepEqual(await shop.slugs(), [])
  })
}
