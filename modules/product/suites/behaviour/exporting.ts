import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Place } from '../../../../test/place.ts'
import { csv, filesIn } from '../files.ts'

const text = (maxLength: number) => fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength }), fc.constantFrom('=1+1', '+49', '-5', '@x', "'=y", "''-z", "'30235", 'a,b', 'a "b"', 'two\nlines', 'A > B', '1,99', 'Title', 'Größe'),
).map((value) => value.replace(/[\p{Cc}\p{Cs}]/gu, '').trim() || 'x')
const money = fc.integer({ min: 0, max: 1_000_000 }).map((amount) => ({ amount, currency: 'EUR' }))
const values = fc.uniqueArray(text(8), { minLength: 1, maxLength: 3 })

/** Products as people make them over the API, whatever they think of. */
const made = fc.record({
  name: text(20), vendor: fc.option(text(10)), category: fc.option(text(10)), tags: fc.uniqueArray(text(8), { maxLength: 4 }),
  description: fc.option(fc.oneof(text(40), fc.constantFrom('<p>Salt & pepper</p>', '3 < 4 & 5 > 2', 'R&D <b>bold</b>'))),
  status: fc.constantFrom('active', 'draft', 'archived'),
  attributes: fc.dictionary(text(5).filter((key) => key !== '__proto__'), fc.oneof(text(5), fc.integer(), fc.boolean(), fc.array(fc.integer(), { maxLength: 2 })), { maxKeys: 2 }),
  options: fc.uniqueArray(text(6), { maxLength: 3, selector: (name) => name.toLowerCase() }),
  values: fc.tuple(values, values, values),
  variants: fc.array(fc.record({
    pick: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2)), sku: fc.option(text(8)), price: money, compareAtPrice: fc.option(money),
    weightGrams: fc.option(fc.nat(5000)), stock: fc.option(fc.nat(100)), name: fc.option(text(8)), lacks: fc.nat(9), backwards: fc.boolean(),
  }), { minLength: 1, maxLength: 4 }),
  /** The options are given with all their values, the last ones first, and not derived. */
  given: fc.boolean(),
})

export default (place: Place): void => {
  test('the file begins with the older header, and ends with Status and columns of our own', async (t) => {
    const shop = await filesIn(place, t)
    await shop.import(csv('Handle,Title,Status,Variant Price,Image Src', 'a,A,draft,1.5,/1.jpg', 'a,,,,/2.jpg'))
    const [header = '', first, second, end] = (await shop.export()).split('\n')
    assert.match(header, /^Handle,Title,Body \(HTML\),Vendor,Type,Tags,Published,Option1 Name,/)
    assert.match(header, /,Status,Mercado \/ Category,/)
    assert.match(first ?? '', /^a,A,,,,,false,Title,Default Title,.*,1\.50,.*,\/1\.jpg,1,,draft,/)
    assert.match(second ?? '', /^a,,,.*\/2\.jpg,2,/)
    assert.equal(end, '')
  })

  test('a cell that a spreadsheet would run is written as text', async (t) => {
    const shop = await filesIn(place, t)
    const file = csv('Handle,Title,Vendor,Variant Price', 'a,=HYPERLINK(x),@vendor,1')
    await shop.import(file)
    assert.equal((await shop.show('a')).name, '=HYPERLINK(x)')
    assert.match(await shop.export(), /^a,'=HYPERLINK\(x\),,'@vendor,/m)
  })

  test('a product stays in its category, though one below another has the same name', async (t) => {
    const shop = await filesIn(place, t)
    await shop.product('createCategory', { name: 'Lamps' })
    await shop.product('createCategory', { name: 'Home' })
    await shop.product('createCategory', { name: 'Lamps', slug: 'home-lamps', parent: 'home' })
    for (const category of ['lamps', 'home-lamps']) await shop.product('createProduct', { name: `In ${category}`, category, variants: [{ price: { amount: 1, currency: 'EUR' }, stock: null }] })
    const exported = await shop.export()
    await shop.import(exported)
    assert.equal(await shop.export(), exported)
  })

  test('nested categories with addresses of their own come back as they were', async (t) => {
    const shop = await filesIn(place, t)
    await shop.product('createCategory', { name: 'Arts > Crafts', slug: 'arts' })
    await shop.product('createCategory', { name: 'Yarn', slug: 'wool', parent: 'arts' })
    await shop.product('createProduct', { name: 'Skein', category: 'wool', variants: [{ price: { amount: 1, currency: 'EUR' }, stock: null }] })
    const other = await filesIn(place, t)
    await other.import(await shop.export())
    assert.deepEqual((await other.show('skein')).category, { slug: 'wool', name: 'Yarn' })
    assert.deepEqual([(await other.category('wool')).parent, (await other.category('arts')).name], ['arts', 'Arts > Crafts'])
    assert.equal(await other.export(), await shop.export())
  })

  test('of categories with one name each product keeps its own', async (t) => {
    const shop = await filesIn(place, t)
    await shop.product('createCategory', { name: 'Wool', slug: 'wool' })
    for (const [name, slug] of [['Yarn', 'yarn'], ['YARN', 'yarn-2'], ['yarn', 'yarn-3']]) {
      await shop.product('createCategory', { name, slug, parent: 'wool' })
      await shop.product('createProduct', { name: `In ${slug}`, category: slug, variants: [{ price: { amount: 1, currency: 'EUR' }, stock: null }] })
    }
    const file = await shop.export()
    await shop.import(file)
    assert.equal(await shop.export(), file)
  })

  test('a variant keeps its name where its options stand in another order than the product\'s', async (t) => {
    const shop = await filesIn(place, t)
    const price = { amount: 1, currency: 'EUR' }
    await shop.product('createProduct', { name: 'Cap', variants: [
      { price, stock: null, options: { Size: 'S', Colour: 'Red' } }, { price, stock: null, options: { Colour: 'Blue', Size: 'M' } },
    ] })
    const other = await filesIn(place, t)
    await other.import(await shop.export())
    assert.deepEqual((await other.show('cap')).variants.map(({ name }: any) => name), ['S / Red', 'Blue / M'])
  })

  test('a category or tags that somebody edits in the file count, whatever our columns beside them say', async (t) => {
    const shop = await filesIn(place, t)
    await shop.product('createCategory', { name: 'Wool', slug: 'sheep' })
    const { slug } = await shop.product('createProduct', { name: 'Skein', category: 'sheep', tags: ['soft, warm', 'blue'], variants: [{ price: { amount: 1, currency: 'EUR' }, stock: null }] })
    const file = await shop.export()
    assert.match(file, /,Wool,"soft, warm, blue",/)
    await shop.import(file.replace(',Wool,"soft, warm, blue",', ',Cotton,"soft, blue",'))
    const { category, tags } = await shop.show(slug)
    assert.deepEqual([category.name, tags], ['Cotton', ['soft', 'blue']])
  })

  test('whatever people make comes back unchanged, here and in an empty shop', async (t) => {
    await fc.assert(fc.asyncProperty(fc.array(made, { minLength: 1, maxLength: 3 }), async (products) => {
      const shop = await filesIn(place, t)
      const slugs: string[] = []
      for (const { options, values, variants, given, ...about } of products) {
        const { slug } = await shop.product('createProduct', {
          ...about,
          ...(given ? { options: options.map((name, at) => ({ name, values: values[at]?.toReversed() })) } : {}),
          variants: variants.map(({ pick, lacks, backwards, name, ...variant }) => {
            const pairs = options.flatMap((option, at) => lacks === at ? [] : [[option, values[at]?.[(pick[at] ?? 0) % (values[at]?.length ?? 1)] ?? 'x']])
            return { ...variant, ...(name === null ? {} : { name }), options: Object.fromEntries(backwards ? pairs.reverse() : pairs) }
          }),
        })
        slugs.push(slug)
      }
      const before = await Promise.all(slugs.map(shop.show))
      const file = await shop.export()
      const again = await shop.import(file)
      assert.deepEqual([again.errors, again.products.updated], [[], products.length])
      assert.deepEqual(await Promise.all(slugs.map(shop.show)), before)
      const other = await filesIn(place, t)
      const anew = await other.import(file, 1000)
      assert.deepEqual([anew.errors, anew.products.created], [[], products.length])
      assert.equal(await other.export(), file)
      const copies = await Promise.all(slugs.map(other.show))
      const known = ({ id: _, createdAt: __, updatedAt: ___, variants, ...rest }: any) => ({ ...rest, variants: variants.map(({ id: ____, ...variant }: any) => variant) })
      assert.deepEqual(copies.map(known), before.map(known))
    }), { numRuns: 40 })
  })

  test('the sample catalogue comes back unchanged', async (t) => {
    const shop = await filesIn(place, t, { SAMPLE_CATALOGUE: 'on' })
    const file = await shop.export()
    const { products, errors } = await shop.import(file)
    assert.deepEqual([products, errors], [{ created: 0, updated: 200, failed: 0 }, []])
    assert.equal(await shop.export(), file)
  })
}
