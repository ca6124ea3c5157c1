import assert from 'node:assert/strict'
import { test } from 'node:test'
import { invalidInput } from '../../../../src/contract/faults.ts'
import { isFault } from '../../../../src/contract/fault.ts'
import type { Place } from '../../../../test/place.ts'
import { csv, filesIn } from '../files.ts'

const legacy = 'Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src,Image Alt Text'
const counted = (created: number, updated: number, failed: number) => ({ created, updated, failed })
const money = (amount: number) => ({ amount, currency: 'EUR' })

export default (place: Place): void => {
  test('a file of the older header makes products with variants, images and stock', async (t) => {
    const shop = await filesIn(place, t)
    const report = await shop.import(csv(
      legacy,
      'cap,Flat Cap,"<p>Tweed, ""lined""</p>",Hat shop,Clothing > Hats,"Warm, wool,  Warm",true,Size,S,Colour,Grey,CAP-S,120,shopify,4,deny,29.90,35,https://img.example/cap.jpg,The cap',
      'cap,,,,,,,,M,,Grey,CAP-M,130,shopify,-2,deny,29.90,,https://img.example/side.jpg,',
      'cap,,,,,,,,L,,Grey,,,,7,deny,31,,,',
      'cap,,,,,,,,,,,,,,,,,,https://img.example/back.jpg,',
      'card,Gift Card,,,,,false,Title,Default Title,,,,,shopify,3,continue,10.00,,,',
    ))
    assert.deepEqual(report, { products: counted(2, 0, 0), variants: counted(4, 0, 0), errors: [] })
    const cap = await shop.show('cap')
    assert.deepEqual(
      [cap.name, cap.description, cap.vendor, cap.category, cap.tags, cap.status],
      ['Flat Cap', '<p>Tweed, "lined"</p>', 'Hat shop', { slug: 'hats', name: 'Hats' }, ['Warm', 'wool'], 'active'],
    )
    assert.deepEqual(cap.options, [{ name: 'Size', values: ['S', 'M', 'L'] }, { name: 'Colour', values: ['Grey'] }])
    assert.deepEqual(cap.variants.map((variant: any) => [variant.name, variant.sku, variant.price, variant.compareAtPrice, variant.weightGrams, variant.stock]), [
      ['S / Grey', 'CAP-S', money(2990), money(3500), 120, { available: 4, tracked: true }],
      ['M / Grey', 'CAP-M', money(2990), null, 130, { available: 0, tracked: true }],
      ['L / Grey', null, money(3100), null, null, { available: null, tracked: false }],
    ])
    assert.deepEqual(cap.images.map(({ url, alt }: any) => [url, alt]), [
      ['https://img.example/cap.jpg', 'The cap'], ['https://img.example/side.jpg', null], ['https://img.example/back.jpg', null],
    ])
    assert.equal((await shop.category('hats')).parent, 'clothing')
    const card = await shop.show('card')
    assert.deepEqual([card.status, card.options, card.variants[0].options, card.variants[0].stock], ['draft', [], {}, { available: null, tracked: false }])
  })

  test('a file of today\'s header says the same, in any order, with unknown columns, BOM and CRLF', async (t) => {
    const shop = await filesIn(place, t)
    const report = await shop.import('\ufeff' + [
      ' PRICE ,Title,URL handle,Description,Status,Published on online store,Price / International,SKU,Option1 name,Option1 value,Inventory tracker,Inventory quantity,Continue selling when out of stock,Weight value (grams),Product image URL,Image position,Image alt text,Compare-at price,Product category',
      '12.50,Mug,mug,"Two\r\nlines",Active,TRUE,99,M-1,Colour,Red,shopify,5,FALSE,380.6,/b.jpg,2,Back,,Kitchen > Mugs',
      '13,,mug,,,,,M-2,,Blue,shopify,,DENY,,/a.jpg,1,,20.00,',
      '1,Old,old,,archived,FALSE,,,,,,,,,,,,,',
    ].join('\r\n'), 1)
    assert.deepEqual(report.errors, [])
    assert.deepEqual([report.products, report.variants], [counted(2, 0, 0), counted(3, 0, 0)])
    const mug = await shop.show('mug')
    assert.equal(mug.description, 'Two\r\nlines')
    assert.deepEqual(mug.images.map(({ url }: any) => url), ['/a.jpg', '/b.jpg'])
    assert.deepEqual(mug.variants.map((variant: any) => [variant.price.amount, variant.compareAtPrice?.amount ?? null, variant.weightGrams, variant.stock.available]), [[1250, null, 381, 5], [1300, 2000, null, 0]])
    assert.equal((await shop.category('mugs')).parent, 'kitchen')
    assert.equal((await shop.show('old')).status, 'archived')
  })

  test('importing again updates by handle and option values; what the file does not name stays', async (t) => {
    const shop = await filesIn(place, t)
    await shop.import(csv(
      legacy, 'cap,Cap,Warm,Hat shop,Hats,a,true,Size,S,,,CAP-S,120,shopify,4,deny,29.90,,/a.jpg,', 'cap,,,,,,,,M,,,CAP-M,130,shopify,9,deny,29.90,,/b.jpg,',
    ))
    const before = await shop.show('cap')
    assert.deepEqual(
      await shop.import(csv('Handle,Title,Vendor,Option1 Value,Variant Price,Variant Inventory Qty', 'Cap,New Cap,,M,31.00,', 'cap,,,L,33.00,6')),
      { products: counted(0, 1, 0), variants: counted(1, 1, 0), errors: [] },
    )
    const after = await shop.show('cap')
    assert.deepEqual([after.name, after.vendor, after.description, after.tags, after.category.name], ['New Cap', null, 'Warm', ['a'], 'Hats'])
    assert.deepEqual(after.variants.map((variant: any) => [variant.options.Size, variant.sku, variant.price.amount, variant.stock.available]), [['S', 'CAP-S', 2990, 4], ['M', 'CAP-M', 3100, 9], ['L', null, 3300, 6]])
    assert.deepEqual(after.variants.slice(0, 2).map(({ id }: any) => id), before.variants.map(({ id }: any) => id))
    assert.deepEqual(after.images, before.images)
    const file = await shop.export()
    assert.deepEqual((await shop.import(file)).products, counted(0, 1, 0))
    const { version } = await shop.show('cap')
    assert.equal(version, after.version, 'what the shop has already is no edit')
  })

  test('a later run updates what an earlier one of the same file made', async (t) => {
    const shop = await filesIn(place, t)
    const report = await shop.import(csv(
      'Handle,Title,Vendor,Option1 Name,Option1 Value,Variant Price,Variant SKU',
      'a,A,Maker,Size,S,1,', 'b,B,,Size,S,2,', 'a,,,,M,3,', 'c,C,,,,4,', 'b,BB,,Size,S,5,', 'a,,,,M,,SKU',
    ))
    assert.deepEqual(report, { products: counted(3, 3, 0), variants: counted(4, 2, 0), errors: [] })
    const variantsOf = ({ variants }: any) => variants.map(({ options, price, sku }: any) => [options.Size ?? null, price.amount, sku])
    const [a, b] = [await shop.show('a'), await shop.show('b')]
    assert.deepEqual([a.name, a.vendor, variantsOf(a)], ['A', 'Maker', [['S', 100, null], ['M', 300, 'SKU']]], 'blank cells beside a blank title, and a blank price, keep what there is')
    assert.deepEqual([b.name, variantsOf(b)], ['BB', [['S', 500, null]]])
  })

  test('a bad row refuses its run and no other, with the line where its record starts', async (t) => {
    const shop = await filesIn(place, t)
    const report = await shop.import(csv(
      'Handle,Title,Body (HTML),Option1 Name,Option1 Value,Variant Price,Variant Inventory Qty',
      'a,A,"one\ntwo\r\nthree",Size,S,"1,99",',
      'a,,,,M,2.00,', '', 'b,B,,Size,S,€5,', 'b,,,,M,-1,', 'b,,,,M,3,', 'c,C,,,,7.00,1', 'd,D,,,,1.999,1', 'e,E,,,,1,many', 'f,,,,,1,', 'g,G,,,,,', 'i,I,,,,,3', 'h,H,,Size,S,1,,surplus',
    ))
    assert.deepEqual(report.errors.map(({ line, code }) => [line, code]), [
      [2, 'invalid_price'], [7, 'invalid_price'], [8, 'invalid_price'], [11, 'invalid_price'], [12, 'invalid_quantity'], [13, 'title_required'],
      [14, 'price_required'], [15, 'price_required'], [16, 'too_many_cells'],
    ])
    assert.match(report.errors[0]?.message ?? '', /"1,99" is no price/)
    assert.deepEqual([report.products, report.variants], [counted(1, 0, 8), counted(1, 0, 10)])
    assert.equal((await shop.show('c')).variants[0].stock.available, 1)
    await assert.rejects(shop.show('a'))
  })

  test('two variants of one run with the same options are refused', async (t) => {
    const shop = await filesIn(place, t)
    const report = await shop.import(csv('Handle,Title,Option1 Name,Option1 Value,Variant Price', 'a,A,Size,S,1', 'a,,,S,2', 'b,B,,,1', 'b,,,,2'))
    assert.deepEqual(report.errors.map(({ line, code }) => [line, code]), [[3, 'duplicate_variant'], [5, 'duplicate_variant']])
  })

  test('the options of a product are not changed by a file, and a variant is never guessed', async (t) => {
    const shop = await filesIn(place, t)
    await shop.import(csv('Handle,Title,Option1 Name,Option1 Value,Variant Price', 'a,A,Size,S,1'))
    const report = await shop.import(csv('Handle,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant Price', 'a,Size,S,Colour,Red,1', 'x,,,,,', 'a,,,,,2', 'y,,,,,', 'a,,S,,Red,2'))
    assert.deepEqual(report.errors.map(({ line, code }) => [line, code]), [
      [2, 'options_differ'], [3, 'title_required'], [4, 'option_value_required'], [5, 'title_required'], [6, 'option_name_required'],
    ])
    assert.equal((await shop.show('a')).version, 1)
  })

  test('stock follows tracker, quantity and policy', async (t) => {
    const shop = await filesIn(place, t)
    const stockOf = async (slug: string) => (await shop.show(slug)).variants[0].stock.available
    await shop.import(csv('Handle,Title,Variant Price,Variant Inventory Qty', 'given,A,1,5', 'blank,B,1,', 'below,C,1,-3'))
    assert.deepEqual([await stockOf('given'), await stockOf('blank'), await stockOf('below')], [5, null, 0])
    const header = 'Handle,Title,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy'
    await shop.import(csv(header, 'given,A,shopify,,deny', 'blank,B,shopify,,deny', 'below,C,,8,deny'))
    assert.deepEqual([await stockOf('given'), await stockOf('blank'), await stockOf('below')], [5, null, null], 'no quantity, no price, no option: no variant is named')
    await shop.import(csv(`${header},Variant Price`, 'given,A,shopify,,deny,1', 'blank,B,shopify,,deny,1', 'below,C,,8,deny,1'))
    assert.deepEqual([await stockOf('given'), await stockOf('blank'), await stockOf('below')], [5, 0, null])
    await shop.import(csv(`${header},Variant Price`, 'given,A,shopify,7,continue,1', 'blank,B,shopify,12,deny,1'))
    assert.deepEqual([await stockOf('given'), await stockOf('blank')], [null, 12])
  })

  test('stock that is imported is a move with a target, and what is reserved stays reserved', async (t) => {
    const shop = await filesIn(place, t)
    await shop.import(csv('Handle,Title,Variant Price,Variant Inventory Qty', 'a,A,1,5'))
    const variantId = (await shop.show('a')).variants[0].id
    const { product } = await import('../../contract/index.ts')
    await shop.placed.door(product).reserve({ orderId: shop.placed.world.id(), lines: [{ variantId, quantity: 2 }] }, shop.placed.context())
    await shop.import(csv('Handle,Title,Variant Price,Variant Inventory Qty', 'a,A,1,10'))
    assert.equal((await shop.show('a')).variants[0].stock.available, 10)
    const rows = await shop.placed.rows('product')
    const stock = rows.find(({ table, row }) => table === 'stock' && row['variant'] === variantId)?.row
    assert.deepEqual([stock?.['received'], stock?.['available'], stock?.['reserved']], [12, 10, 2])
    assert.deepEqual(rows.filter(({ table }) => table === 'move').map(({ row }) => [row['kind'], row['target'], row['received']]), [['set', 5, 5], ['set', 10, 7]])
  })

  test('categories are found by name and place, and made once', async (t) => {
    const shop = await filesIn(place, t)
    await shop.product('createCategory', { name: 'Shoes', slug: 'footwear' })
    const report = await shop.import(csv('Handle,Title,Type,Variant Price', 'a,A,Shoes,1', 'b,B,Women > Shirts,1', 'c,C,Men > Shirts,1', 'd,D,women > SHIRTS,1', 'e,E,Shirts,1', 'f,F,,1'))
    assert.deepEqual(report.errors, [])
    const slugs: (string | null)[] = []
    for (const slug of ['a', 'b', 'c', 'd', 'e', 'f']) slugs.push((await shop.show(slug)).category?.slug ?? null)
    assert.deepEqual(slugs, ['footwear', 'shirts', 'men-shirts', 'shirts', 'shirts', null])
    assert.deepEqual([(await shop.category('shirts')).parent, (await shop.category('men-shirts')).parent], ['women', 'men'])
  })

  test('descriptions are cleaned of what would run', async (t) => {
    const shop = await filesIn(place, t)
    await shop.import(csv('Handle,Title,Body (HTML),Variant Price', 'a,A,"<p onclick=""x()"">Fine<script>alert(1)</script> & well</p>",1', 'b,B,<p></p>,1'))
    assert.equal((await shop.show('a')).description, '<p>Fine & well</p>')
    assert.equal((await shop.show('b')).description, '<p></p>')
  })

  test('without handles a title stands for its product; odd handles are made slugs', async (t) => {
    const shop = await filesIn(place, t)
    for (const _ of [1, 2]) await shop.import(csv('Title,Variant Price', 'Señor\'s Hat,1', 'Import,2'))
    assert.equal((await shop.show('senors-hat')).version, 1)
    assert.equal((await shop.show('import-2')).name, 'Import')
    await shop.import(csv('Handle,Title,Variant Price', 'Big_Hat.2,Big,1'))
    assert.equal((await shop.show('big-hat-2')).name, 'Big')
  })

  test('a file that is no such CSV is refused with the column that is missing', async (t) => {
    const shop = await filesIn(place, t)
    for (const [file, about] of [['', /empty/], ['a,b\n1,2\n', /Title or Handle/], ['Handle;Title\na;b\n', /commas/], ['\n\n', /empty/]] as const) {
      await assert.rejects(shop.import(file), (error) => isFault(error, invalidInput) && about.test(error.message))
    }
    assert.deepEqual((await shop.import('Handle,Title\n')).products, counted(0, 0, 0))
  })

  test('damage later in a file costs what is damaged and leaves the rest', async (t) => {
    const shop = await filesIn(place, t)
    const bytes = Buffer.concat([Buffer.from('Handle,Title,Variant Price\na,A,1\nb,B\u00fc'), Buffer.from([0xfc]), Buffer.from(',1\nc,C\ufffd?,1\nd,D,1\ne,"E,1\nf,F,1\n')])
    const report = await shop.import(bytes, 7)
    assert.deepEqual(report.errors.map(({ line, code }) => [line, code]), [[3, 'invalid_encoding'], [4, 'invalid_encoding'], [6, 'unterminated_quote']])
    assert.deepEqual(report.products, counted(2, 0, 3))
    assert.deepEqual([(await shop.import(csv('Handle,Title,Variant Price', 'g,whole \ufffd,1'))).errors], [[]], 'the character itself is no damage')
  })

  test('only the first thousand errors are told, all are counted', async (t) => {
    const shop = await filesIn(place, t)
    const report = await shop.import(csv('Handle,Title,Variant Price', ...Array.from({ length: 1200 }, (_, at) => `p${at},P,x`)))
    assert.deepEqual([report.errors.length, report.errors.at(-1)?.line, report.products.failed], [1000, 1001, 1200])
  })

  test('two imports of one file at once leave what one would', async (t) => {
    const shop = await filesIn(place, t)
    const file = csv('Handle,Title,Type,Option1 Name,Option1 Value,Variant Price,Variant Inventory Qty', ...Array.from({ length: 90 }, (_, at) => `p${at >> 1},P,Things > T${at % 3},Size,S${at},1,3`))
    const reports = await Promise.all([shop.import(file), shop.import(file)])
    assert.deepEqual(reports.flatMap(({ errors }) => errors), [])
    assert.equal(reports[0].products.created + reports[1].products.created, 45)
    assert.equal(reports[0].variants.created + reports[1].variants.created, 90)
    assert.equal((await shop.category('things')).children.length, 3)
    const moves = (await shop.placed.rows('product')).filter(({ table }) => table === 'move')
    assert.equal(moves.length, 90)
  })

  test('a category that somebody deletes while it is imported is made again', async (t) => {
    const shop = await filesIn(place, t)
    const part = (from: number) => csv(...Array.from({ length: 40 }, (_, at) => `p${from + at},P,Things,1`))
    const pieces = [`Handle,Title,Type,Variant Price\n${part(0)}`, part(40)]
    const report = await shop.importing(async () => {
      const piece = pieces.shift()
      if (pieces.length === 0 && piece) await shop.product('deleteCategory', { slug: 'things' })
      return piece
    })
    assert.deepEqual([report.products, report.errors], [counted(80, 0, 0), []])
    assert.deepEqual([(await shop.show('p0')).category, (await shop.show('p79')).category], [null, { slug: 'things', name: 'Things' }])
  })

  test('prices have the digits of the shop\'s currency', async (t) => {
    const shop = await filesIn(place, t, { CURRENCY: 'JPY' })
    const report = await shop.import(csv('Handle,Title,Variant Price', 'a,A,1200', 'b,B,1200.00', 'c,C,12.50'))
    assert.deepEqual(report.errors.map(({ line }) => line), [4])
    assert.deepEqual([(await shop.show('a')).variants[0].price, (await shop.show('b')).priceRange.min], [{ amount: 1200, currency: 'JPY' }, { amount: 1200, currency: 'JPY' }])
    assert.match(await shop.export(), /,1200,/)
  })

  test('a new shop begins with the sample catalogue, once, and not where it is off', async (t) => {
    const shop = await filesIn(place, t, { SAMPLE_CATALOGUE: 'on' })
    const { items } = await shop.product('listCategories', {})
    assert.equal(items.length, 8)
    assert.equal(items.reduce((sum: number, { productCount }: any) => sum + productCount, 0), 200)
    const empty = await filesIn(place, t)
    assert.deepEqual((await empty.product('listCategories', {})).items, [])
    assert.equal((await empty.placed.rows('product')).filter(({ table }) => table === 'sample').length, 1)
  })
}
