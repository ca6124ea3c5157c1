import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { newProduct } from '../buying.ts'
import type { Journey } from '../journeys.test.ts'

const eur = (amount: number) => ({ amount, currency: 'EUR' })

export default (given: () => Journey): void => {
  test('a product with variants is made, read by id and slug, edited under If-Match, and deleted', async () => {
    const { shop, admin } = given()
    const name = `Woollen Blanket ${randomUUID()}`
    const made = await shop.post('/products', {
      name, description: 'Warm.', vendor: 'Weavers', category: 'Bedding', tags: ['Wool', 'warm'], attributes: { care: { wash: 30 } },
      variants: [{ options: { Size: 'S' }, price: eur(4900), stock: 3, sku: 'WB-S' }, { options: { Size: 'L' }, price: eur(6900), compareAtPrice: eur(7900), stock: null, weightGrams: 1200 }],
    }, { token: admin })
    assert.equal(made.status, 201, made.text)
    const product = made.body
    assert.equal(made.headers.get('location'), `/products/${product.id}`)
    assert.deepEqual(product.options, [{ name: 'Size', values: ['S', 'L'] }])
    assert.deepEqual(product.priceRange, { min: eur(4900), max: eur(6900) })
    assert.deepEqual(product.variants[1].stock, { available: null, tracked: false })
    assert.deepEqual(product.category, { slug: 'bedding', name: 'Bedding' })
    assert.deepEqual(product.images, [])
    assert.deepEqual(product.attributes, { care: { wash: 30 } })
    const read = await shop.get(`/products/${product.slug}`)
    assert.deepEqual(read.body, product)
    const etag = read.headers.get('etag') ?? ''
    assert.match(etag, /^W\/"\d+\.\d+"$/)
    assert.equal((await shop.get(`/products/${product.id}`, { headers: { 'if-none-match': etag } })).status, 304)
    const patched = await shop.ask('PATCH', `/products/${product.id}`, { token: admin, headers: { 'if-match': etag }, body: { name: 'Blanket', vendor: null } })
    assert.equal(patched.status, 200, patched.text)
    assert.equal(patched.body.slug, product.slug, 'renaming keeps the slug')
    assert.equal(patched.body.vendor, null)
    assert.equal(patched.body.variants.length, 2)
    const late = await shop.ask('PATCH', `/products/${product.id}`, { token: admin, headers: { 'if-match': etag }, body: { name: 'Late' } })
    assert.equal(late.status, 412)
    const fewer = await shop.ask('PATCH', `/products/${product.id}`, { token: admin, body: { variants: [{ id: product.variants[1].id, price: eur(5900) }] } })
    assert.equal(fewer.body.variants.length, 1)
    assert.equal(fewer.body.variants[0].weightGrams, 1200, 'an absent field is kept')
    assert.equal((await shop.ask('DELETE', `/products/${product.id}`, { token: admin })).status, 204)
    assert.equal((await shop.get(`/products/${product.id}`)).status, 404)
  })

  test('search finds stems, accents and the beginning of the last word, best field first', async () => {
    const { shop, admin } = given()
    const word = `zq${randomUUID().slice(0, 6).replaceAll('-', 'x')}`
    const inName = await newProduct(shop, admin, { name: `${word} Café chairs` })
    const inTags = await newProduct(shop, admin, { name: 'Other thing', tags: [word, 'cafe', 'chair'] })
    for (const q of [`${word} cafes`, `${word} CAFÉ`, `${word} chai`, `chair ${word}`]) {
      const { body } = await shop.get(`/products?q=${encodeURIComponent(q)}`)
      assert.deepEqual(body.items.map(({ id }: { id: string }) => id), [inName.id, inTags.id], q)
    }
    for (const q of ['"', '* OR 1', 'a:b', "'); drop table product; --", '(((', 'NEAR(a b)', '🦊']) {
      assert.equal((await shop.get(`/products?q=${encodeURIComponent(q)}`)).status, 200, q)
    }
    assert.equal((await shop.get('/products?q=%00x')).status, 400, 'a control character is no text')
  })

  test('filters hold together, one variant fits all, facets count under all filters but their own', async () => {
    const { shop, admin } = given()
    const tag = `t-${randomUUID()}`
    const make = (amount: number, stock: number, vendor: string, category: string) => shop.post('/products', {
      name: `Filtered ${amount}`, vendor, category, tags: [tag], variants: [{ price: eur(amount), stock, options: { Size: 'S' } }, { price: eur(amount + 5000), stock: 0, options: { Size: 'L' } }],
    }, { token: admin })
    await make(1000, 1, 'North', 'Filter One')
    await make(2000, 0, 'North', 'Filter Two')
    await make(3000, 2, 'South', 'Filter Two')
    const ask = async (query: string) => (await shop.get(`/products?tag=${tag}&${query}`)).body
    assert.equal((await ask('')).items.length, 3)
    assert.equal((await ask('inStock=true')).items.length, 2)
    assert.equal((await ask('minPrice=6000&maxPrice=6500&inStock=true')).items.length, 0, 'the dear variant is out of stock')
    assert.equal((await ask('vendor=North&vendor=South')).items.length, 3)
    const { facets, items } = await ask('vendor=North&facets=true')
    assert.equal(items.length, 2)
    assert.equal(facets.total, 2)
    assert.deepEqual(facets.vendor.map(({ value, count }: any) => [value, count]).sort(), [['North', 2], ['South', 1]])
    assert.deepEqual((await ask('sort=-price')).items.map((item: any) => item.priceRange.min.amount), [3000, 2000, 1000])
    const pages: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: any = await ask(`sort=price&limit=1${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
      pages.push(...page.items.map((item: any) => item.name))
      cursor = page.nextCursor
    }
    assert.deepEqual(pages, ['Filtered 1000', 'Filtered 2000', 'Filtered 3000'])
  })

  test('categories are a tree: a parent\'s products include its children\'s', async () => {
    const { shop, admin } = given()
    const mark = randomUUID().slice(0, 8)
    const parent = await shop.post('/categories', { name: `Garden ${mark}` }, { token: admin })
    assert.equal(parent.status, 201, parent.text)
    const child = await shop.post('/categories', { name: `Tools ${mark}`, parent: parent.body.slug }, { token: admin })
    await newProduct(shop, admin, { name: `Spade ${mark}`, category: child.body.slug })
    assert.equal((await shop.get(`/products?category=${parent.body.slug}`)).body.items.length, 1)
    const tree = (await shop.get('/categories')).body.items.find((one: any) => one.slug === parent.body.slug)
    assert.equal(tree.children[0].slug, child.body.slug)
    assert.equal((await shop.ask('DELETE', `/categories/${parent.body.slug}`, { token: admin })).body.code, 'category_not_empty')
    assert.equal((await shop.ask('DELETE', `/categories/${child.body.slug}`, { token: admin })).status, 204)
    assert.equal((await shop.get(`/products?q=spade+${mark}`)).body.items[0].category, null)
  })

  test('drafts are seen by those who may write products only', async () => {
    const { shop, admin } = given()
    const draft = await shop.post('/products', { name: `Draft ${randomUUID()}`, status: 'draft', variants: [{ price: eur(1), stock: 1 }] }, { token: admin })
    assert.equal((await shop.get(`/products/${draft.body.id}`)).status, 404)
    assert.equal((await shop.get(`/products/${draft.body.id}`, { token: admin })).status, 200)
    assert.equal((await shop.get('/products?status=draft')).status, 401)
    assert.ok((await shop.get('/products?status=draft&limit=100', { token: admin })).body.items.some((one: any) => one.id === draft.body.id))
  })

  test('a Shopify file is imported, a bad run is refused with its line, and the export imports back', async () => {
    const { shop, admin } = given()
    const mark = randomUUID().slice(0, 8)
    const csv = ['Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price',
      `mug-${mark},Mug,"<p>Holds ""tea"",\nhot</p>",Potters,Kitchen,"clay, tea",true,Colour,Blue,M-B,5,12.50`,
      `mug-${mark},,,,,,,,Red,M-R,-2,12.50`,
      `bad-${mark},Bad,,,,,true,,,,1,"12,50"`,
      `cup-${mark},Cup,,,,,false,,,,,3`].join('\r\n')
    const report = await shop.post('/products/import', `\uFEFF${csv}`, { token: admin, headers: { 'content-type': 'text/csv' } })
    assert.equal(report.status, 200, report.text)
    assert.deepEqual(report.body.products, { created: 2, updated: 0, failed: 1 })
    assert.deepEqual(report.body.variants, { created: 3, updated: 0, failed: 1 })
    assert.equal(report.body.errors.length, 1)
    assert.equal(report.body.errors[0].line, 5)
    const mug = (await shop.get(`/products/mug-${mark}`)).body
    assert.deepEqual(mug.variants.map((one: any) => one.stock.available), [5, 0])
    assert.deepEqual(mug.tags, ['clay', 'tea'])
    assert.equal((await shop.get(`/products/cup-${mark}`)).status, 404, 'not published')
    const exported = await shop.get('/products/export', { token: admin })
    assert.equal(exported.status, 200)
    assert.ok(exported.text.startsWith('Handle,Title'))
    assert.equal(exported.headers.get('content-type'), 'text/csv; charset=utf-8')
    const again = await shop.post('/products/import', exported.text, { token: admin, headers: { 'content-type': 'text/csv' } })
    assert.equal(again.body.products.failed, 0, again.text.slice(0, 500))
    assert.equal(again.body.products.created, 0)
    assert.equal((await shop.get('/products/export', { token: admin })).text, exported.text)
  })

  test('stock is set and changed, and a change with a key counts once', async () => {
    const { shop, admin } = given()
    const product = await newProduct(shop, admin, { stock: 4 })
    const put = (body: unknown, key?: string) => shop.ask('PUT', `/products/${product.id}/variants/${product.variants[0].id}/stock`, { body, token: admin, ...(key === undefined ? {} : { key }) })
    const key = randomUUID()
    assert.deepEqual((await put({ change: 3, reason: 'delivery' }, key)).body, { available: 7, reserved: 0 })
    assert.deepEqual((await put({ change: 3, reason: 'delivery' }, key)).body, { available: 7, reserved: 0 })
    assert.equal((await put({ change: -8 })).body.code, 'insufficient_stock')
    assert.deepEqual((await put({ available: 2 })).body, { available: 2, reserved: 0 })
  })
}
