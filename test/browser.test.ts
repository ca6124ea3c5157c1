import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Browser, type Watched, findChromium, startBrowser } from './browser/browser.ts'
import { addToCart, adminToken, checkOut, newProduct, newUser } from './buying.ts'
import { type Shop, endShop, shapes, startShop, until } from './shop.ts'

/** The pages that people see, in Debian's or any Chromium on PATH. MERCADO_SCREENSHOTS names a folder for pictures of them. */
const executable = findChromium()
const missing = executable === null && process.env['CI'] !== 'true' ? 'there is no Chromium on PATH' : false

describe('in a real browser', { skip: missing }, () => {
  let shop: Shop
  let admin: string
  let browser: Browser
  before(async () => {
    const [shape] = shapes
    if (shape === undefined || executable === null) throw new Error('a Chromium on PATH is needed with CI=true')
    shop = await startShop(shape, { env: { SAMPLE_CATALOGUE: 'on' } })
    admin = await adminToken(shop, shop.admin)
    browser = await startBrowser(executable, shop.url)
  })
  after(async () => {
    await browser?.close()
    if (shop !== undefined) await endShop(shop)
  })
  const shown = async ({ page }: Watched, name: string) => {
    const folder = process.env['MERCADO_SCREENSHOTS']
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` })
  }

  for (const [look, about] of Object.entries({ light: {}, dark: { dark: true }, narrow: { width: 380 } })) {
    test(`the front page shows what runs and what is sold (${look})`, async () => {
      const watched = await browser.open('/', about)
      await shown(watched, `front-${look}`)
      const { page, complaints } = watched
      assert.match(await page.title(), /Mercado/)
      assert.ok(await page.locator('tbody tr').count() >= 5)
      assert.match(await page.locator('tbody tr').first().innerText(), /€\d/)
      assert.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false, 'it is wider than its window')
      for (const link of await page.locator('nav a').evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))) assert.equal((await shop.get(link)).status, 200, link)
      assert.deepEqual(complaints, [])
    })
  }

  test('the reference is rendered, opens an operation and tries it out', async () => {
    const watched = await browser.open('/docs')
    const { page, complaints } = watched
    await page.locator('.opblock').first().waitFor()
    const { body } = await shop.get('/openapi.json')
    const operations = Object.values<object>(body.paths).flatMap((path) => Object.keys(path))
    assert.equal(await page.locator('.opblock').count(), operations.length)
    await shown(watched, 'docs')
    await page.locator('#operations-product-productListProducts .opblock-summary-control').click()
    await page.locator('#operations-product-productListProducts').getByText('Try it out').click()
    await shown(watched, 'docs-opened')
    await page.locator('#operations-product-productListProducts').getByText('Execute').click()
    await page.locator('#operations-product-productListProducts .responses-table.live-responses-table').waitFor()
    assert.match(await page.locator('#operations-product-productListProducts .live-responses-table').innerText(), /200/)
    await shown(watched, 'docs-tried')
    assert.deepEqual(complaints, [])
  })

  test('the problems page explains the code it is linked for', async () => {
    const watched = await browser.open('/docs/problems#out_of_stock')
    await shown(watched, 'problems')
    assert.match(await watched.page.locator('tr:target').innerText(), /out_of_stock/)
    assert.deepEqual(watched.complaints, [])
  })

  for (const [button, status] of [['Approve', 'paid'], ['Decline', 'payment_failed']] as const) {
    test(`a buyer who clicks ${button} on the bank's page has an order that is ${status}`, async () => {
      const buyer = await newUser(shop)
      const product = await newProduct(shop, admin, { name: 'A <lamp> & "shade"', amount: 4995 })
      await addToCart(shop, buyer, product.variants[0].id)
      const { body: order } = await checkOut(shop, buyer, { cardToken: 'tok_action' })
      const url = new URL(order.payment.nextAction.url)
      const watched = await browser.open(url.pathname)
      const { page, complaints } = watched
      await shown(watched, `payment-${button}`)
      assert.match(await page.locator('body').innerText(), /49\.95/)
      await Promise.all([page.waitForLoadState('networkidle'), page.getByRole('button', { name: button }).click()])
      await page.getByRole('status').waitFor()
      await shown(watched, `payment-${button}-done`)
      await until(async () => (await shop.get(`/orders/${order.id}`, buyer)).body.status, (now) => now === status)
      assert.equal(await page.getByRole('button').count(), 0)
      assert.deepEqual(complaints, [])
    })
  }
})
