import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { customer, eur, nobody, refused, shopIn, staff } from '../shop.ts'

const unknown = '00000000-0000-7000-8000-00000000dead'

export default (place: Place): void => {
  test('a created product has every field, its place and its validator', async (t) => {
    const shop = await shopIn(place, t)
    const { body, options } = await shop.reply('createProduct', { name: 'Desk Lamp', variants: [{ price: eur(1999), stock: null }] })
    assert.deepEqual(options.headers, { location: `/products/${body.id}`, etag: 'W/"1.0"' })
    const { id, createdAt, updatedAt, variants: [{ id: variantId, ...variant }], ...rest } = body
    assert.equal(createdAt, updatedAt)
    assert.deepEqual(variant, {
      sku: null, name: 'Default', options: {}, price: eur(1999), compareAtPrice: null, weightGrams: null, stock: { available: null, tracked: false },
    })
    assert.deepEqual(rest, {
      slug: 'desk-lamp', name: 'Desk Lamp', description: null, vendor: null, category: null, tags: [], status: 'active', options: [], attributes: {},
      images: [], rating: { average: null, count: 0 }, priceRange: { min: eur(1999), max: eur(1999) }, version: 1,
    })
    assert.deepEqual(await shop.show(id.toUpperCase()), body)
    assert.deepEqual(await shop.show('desk-lamp'), body)
  })

  test('a derived slug gets a number where it is taken or reserved; a given one is refused', async (t) => {
    const shop = await shopIn(place, t)
    const slugOf = async (name: string): Promise<string> => (await shop.create({ name })).slug
    const slugs = await Promise.all(['Señor Tom\'s Öl', 'señor toms öl', 'Export', '!!!'].map(slugOf))
    slugs.push(await slugOf('Export 2'))
    assert.deepEqual(slugs.toSorted(), ['export-2', 'export-2-2', 'product', 'senor-toms-ol', 'senor-toms-ol-2'])
    assert.deepEqual(await refused(shop.create({ slug: 'product' })), ['slug_taken', '/slug'])
    for (const slug of ['export', 'import', unknown]) assert.deepEqual(await refused(shop.create({ slug })), ['invalid_input', '/slug'])
  })

  test('twenty of one name at once get twenty slugs and one category', async (t) => {
    const shop = await shopIn(place, t)
    const made = await Promise.all(Array.from({ length: 20 }, () => shop.create({ category: 'New things' })))
    assert.equal(new Set(made.map(({ slug }) => slug)).size, 20)
    assert.deepEqual((await shop.call('listCategories', {})).items, [{ slug: 'new-things', name: 'New things', parent: null, productCount: 20, children: [] }])
  })

  test('another currency is refused, naming the field, and nothing is written', async (t) => {
    const shop = await shopIn(place, t)
    const usd = { amount: 1, currency: 'USD' }
    assert.deepEqual(await refused(shop.create({ category: 'New', variants: [{ price: eur(1), stock: 1 }, { price: usd, stock: 1 }] })), ['invalid_input', '/variants/1/price/currency'])
    assert.deepEqual(await refused(shop.create({ variants: [{ price: eur(1), compareAtPrice: usd, stock: 1 }] })), ['invalid_input', '/variants/0/compareAtPrice/currency'])
    assert.deepEqual([(await shop.call('listCategories', {})).items, await shop.slugs()], [[], []])
  })

  test('options are derived from the variants; given ones must hold them', async (t) => {
    const shop = await shopIn(place, t)
    const variants = [{ Size: 'S', Colour: 'red' }, { Size: 'M', Colour: 'red' }].map((options) => ({ price: eur(1), stock: 1, options }))
    const made = await shop.create({ variants })
    assert.deepEqual(made.options, [{ name: 'Size', values: ['S', 'M'] }, { name: 'Colour', values: ['red'] }])
    assert.deepEqual(made.variants.map(({ name }: { name: string }) => name), ['S / red', 'M / red'])
    assert.deepEqual(await refused(shop.create({ variants, options: [{ name: 'Size', values: ['S', 'M'] }] })), ['invalid_input', '/variants/0/options/Colour'])
    const four = ['A', 'B', 'C', 'D'].map((name) => ({ price: eur(1), stock: 1, options: { [name]: 'x' } }))
    assert.deepEqual(await refused(shop.create({ variants: four })), ['invalid_input', '/variants'])
  })

  test('a patch keeps what it does not name, clears with null, and merges attributes', async (t) => {
    const shop = await shopIn(place, t)
    const was = await shop.create({ vendor: 'Acme', description: 'x', category: 'Lamps', tags: ['a'], attributes: { care: { wash: 30, iron: 1 }, made: 'DE' } })
    const { body, options } = await shop.reply('patchProduct', { id: was.id, name: 'New name', vendor: null, attributes: { care: { wash: null }, light: true } })
    assert.deepEqual(body.attributes, { care: { iron: 1 }, made: 'DE', light: true })
    assert.deepEqual([body.name, body.slug, body.vendor, body.description, body.category, body.tags, body.version], ['New name', 'lamp', null, 'x', was.category, ['a'], 2])
    assert.equal(options.headers?.['etag'], 'W/"2.0"')
    const cleared = await shop.call('patchProduct', { id: was.id, tags: null, attributes: null, category: null, description: null })
    assert.deepEqual([cleared.tags, cleared.attributes, cleared.category, cleared.description], [[], {}, null, null])
    assert.equal((await shop.call('patchProduct', { id: was.id })).version, 3)
  })

  test('variants are patched as the whole list, by id, in order', async (t) => {
    const shop = await shopIn(place, t)
    const was = await shop.create({ variants: ['S', 'M', 'L'].map((Size) => ({ price: eur(100), stock: 2, sku: Size, options: { Size } })) })
    const [, m, l] = was.variants
    const now = await shop.call('patchProduct', { id: was.id, variants: [{ id: l.id, price: eur(7) }, { price: eur(5), stock: 9, options: { Size: 'XL' } }, { id: m.id, sku: null }] })
    assert.deepEqual(now.variants.map((one: typeof l) => [one.sku, one.name, one.price.amount, one.stock.available]), [['L', 'L', 7, 2], [null, 'XL', 5, 9], [null, 'M', 100, 2]])
    assert.deepEqual(now.options, [{ name: 'Size', values: ['L', 'XL', 'M'] }])
    const patch = (variants: object[]) => refused(shop.call('patchProduct', { id: was.id, variants }))
    assert.deepEqual(await patch([{ id: was.variants[0].id }]), ['variant_not_found', '/variants/0/id'])
    assert.deepEqual(await patch([{ id: m.id }, { id: m.id }]), ['invalid_input', '/variants/1/id'])
    assert.deepEqual(await patch([{ id: m.id, stock: 1 }]), ['invalid_input', '/variants/0/stock'])
    assert.deepEqual(await patch([{ price: eur(1) }]), ['invalid_input', '/variants/0/stock'])
    assert.deepEqual(await patch([{ stock: 1 }]), ['invalid_input', '/variants/0/price'])
    const cleared = await shop.call('patchProduct', { id: was.id, variants: [{ id: m.id, options: null }] })
    assert.deepEqual([cleared.options, cleared.variants[0].options, cleared.variants[0].name], [[], {}, 'Default'])
  })

  test('what is wrong with a patch in itself is told before what it patches is looked for', async (t) => {
    const shop = await shopIn(place, t)
    const usd = { amount: 1, currency: 'USD' }
    const patch = (about: object) => refused(shop.call('patchProduct', { id: '00000000-0000-7000-8000-00000000dead', ...about }))
    assert.deepEqual(await patch({ variants: [{ price: usd, stock: 1 }] }), ['invalid_input', '/variants/0/price/currency'])
    assert.deepEqual(await patch({ variants: [{ price: eur(1), compareAtPrice: usd, stock: 1 }] }), ['invalid_input', '/variants/0/compareAtPrice/currency'])
    assert.deepEqual(await patch({ variants: [{ price: eur(1) }] }), ['invalid_input', '/variants/0/stock'])
    assert.deepEqual(await patch({ slug: 'export' }), ['invalid_input', '/slug'])
    assert.deepEqual(await patch({ name: 'X' }), ['product_not_found'])
  })

  test('If-Match compares the version alone', async (t) => {
    const shop = await shopIn(place, t)
    const { id, variants: [{ id: variantId }] } = await shop.create()
    await shop.call('setStock', { id, variantId, change: 1 })
    const patch = (ifMatch: string) => shop.call('patchProduct', { id, ifMatch, name: 'x' })
    assert.equal((await patch('W/"1.0"')).version, 2)
    for (const ifMatch of ['W/"1.0"', '"1"', 'nonsense', '""']) assert.deepEqual(await refused(patch(ifMatch)), ['version_mismatch'], ifMatch)
    assert.equal((await patch('"7.1", W/"2.9"')).version, 3)
    assert.equal((await patch('*')).version, 4)
    assert.deepEqual(await refused(shop.call('deleteProduct', { id, ifMatch: 'W/"3.0"' })), ['version_mismatch'])
    await shop.call('deleteProduct', { id, ifMatch: 'W/"4.0"' })
    assert.deepEqual(await refused(shop.call('deleteProduct', { id })), ['product_not_found'])
  })

  test('concurrent patches of different fields all count', async (t) => {
    const shop = await shopIn(place, t)
    const { id } = await shop.create()
    await Promise.all([{ name: 'A' }, { vendor: 'B' }, { description: 'C' }, { tags: ['D'] }, { status: 'draft' }].map((patch) => shop.call('patchProduct', { id, ...patch })))
    const now = await shop.show(id, staff)
    assert.deepEqual([now.name, now.vendor, now.description, now.tags, now.status, now.version], ['A', 'B', 'C', ['D'], 'draft', 6])
  })

  test('drafts and archived ones are seen by those who may edit, and by nobody else', async (t) => {
    const shop = await shopIn(place, t)
    for (const status of ['draft', 'archived']) {
      const { id, slug } = await shop.create({ status, name: status })
      for (const caller of [nobody, customer]) assert.deepEqual(await refused(shop.show(id, caller)), ['product_not_found'])
      assert.equal((await shop.show(slug, staff)).status, status)
      assert.deepEqual(await shop.slugs({ status: [status] }, staff), [slug])
    }
    assert.deepEqual(await shop.slugs(), [])
    assert.deepEqual(await refused(shop.slugs({ status: ['draft'] })), ['unauthenticated'])
    assert.deepEqual(await refused(shop.slugs({ status: ['active'] }, customer)), ['forbidden'])
  })

  test('what is not there is 404, a malformed id like an unknown one', async (t) => {
    const shop = await shopIn(place, t)
    for (const id of [unknown, 'nothing', '', '../x', '%00']) {
      assert.deepEqual(await refused(shop.show(id)), ['product_not_found'])
      assert.deepEqual(await refused(shop.call('patchProduct', { id, name: 'x' })), ['product_not_found'])
    }
  })

  test('events tell of each product once, with its version', async (t) => {
    const shop = await shopIn(place, t)
    const { id } = await shop.create()
    await shop.call('patchProduct', { id, name: 'x' })
    await shop.call('deleteProduct', { id })
    const told = (await shop.placed.events('product')).filter(({ type }) => type.startsWith('product.'))
    assert.deepEqual(told, [['created', 1], ['updated', 2], ['deleted', 3]].map(([what, version]) => ({ type: `product.${what}.v1`, data: { productId: id, version } })))
  })
}
