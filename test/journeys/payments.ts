import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { addToCart, checkOut, newProduct, newUser } from '../buying.ts'
import type { Journey } from '../journeys.test.ts'
import { until } from '../shop.ts'

export default (given: () => Journey): void => {
  const ready = async (stock = 5) => {
    const { shop, admin } = given()
    const product = await newProduct(shop, admin, { stock })
    const buyer = await newUser(shop)
    await addToCart(shop, buyer, product.variants[0].id, 2)
    const available = async () => (await shop.get(`/products/${product.id}`)).body.variants[0].stock.available
    return { shop, admin, product, buyer, available }
  }

  for (const cardToken of ['tok_declined', 'tok_capture_declined']) {
    test(`${cardToken}: 402, the cart kept, the stock free, and a new key pays`, async () => {
      const { shop, buyer, available } = await ready()
      const key = randomUUID()
      const refused = await checkOut(shop, buyer, { cardToken, key })
      assert.equal(refused.status, 402, refused.text)
      assert.equal(refused.body.code, 'payment_declined')
      assert.equal(await available(), 5)
      const failed = await shop.get(`/orders/${refused.body.orderId}`, buyer)
      assert.equal(failed.body.status, 'payment_failed')
      assert.equal((await shop.get('/cart', buyer)).body.itemCount, 2)
      assert.equal((await shop.get('/orders', buyer)).body.items.length, 0, 'never paid: only with status=')
      assert.equal((await shop.get('/orders?status=payment_failed', buyer)).body.items.length, 1)
      const again = await checkOut(shop, buyer, { cardToken, key })
      assert.equal(again.status, 402)
      assert.equal(again.headers.get('idempotency-replayed'), 'true')
      assert.equal((await checkOut(shop, buyer)).status, 201)
      assert.equal(await available(), 3)
    })
  }

  for (const cardToken of ['tok_timeout_once', 'tok_capture_timeout_once']) {
    test(`${cardToken}: paid once, at the latest with the same key again`, async () => {
      const { shop, buyer, available } = await ready()
      const key = randomUUID()
      const answer = await until(() => checkOut(shop, buyer, { cardToken, key }), ({ status }) => status === 201)
      assert.equal(answer.body.status, 'paid')
      assert.equal(await available(), 3)
      assert.equal((await shop.get('/orders', buyer)).body.items.length, 1)
    })
  }

  test('tok_unavailable: 503, nothing happened, and the key is free again', async () => {
    const { shop, buyer, available } = await ready()
    const key = randomUUID()
    const refused = await checkOut(shop, buyer, { cardToken: 'tok_unavailable', key })
    assert.equal(refused.status, 503, refused.text)
    assert.equal(refused.body.code, 'payment_unavailable')
    assert.ok(refused.headers.get('retry-after'))
    assert.equal(await available(), 5)
    assert.equal((await shop.get('/orders?status=payment_failed', buyer)).body.items.length, 1)
    const paid = await checkOut(shop, buyer, { key })
    assert.equal(paid.status, 201, paid.text)
    assert.equal(paid.headers.get('idempotency-replayed'), null)
  })

  test('tok_slow_200 takes its time and pays', async () => {
    const { shop, buyer } = await ready()
    assert.equal((await checkOut(shop, buyer, { cardToken: 'tok_slow_200' })).status, 201)
  })

  for (const [choice, status] of [['approve', 'paid'], ['decline', 'payment_failed']] as const) {
    test(`tok_action: the bank's page, ${choice}: ${status}`, async () => {
      const { shop, buyer, available } = await ready()
      const key = randomUUID()
      const pending = await checkOut(shop, buyer, { cardToken: 'tok_action', key })
      assert.equal(pending.status, 201, pending.text)
      assert.equal(pending.body.status, 'pending')
      assert.equal(pending.body.payment.nextAction.type, 'redirect')
      assert.equal(await available(), 3)
      const page = await fetch(pending.body.payment.nextAction.url)
      const html = await page.text()
      assert.match(page.headers.get('content-type') ?? '', /text\/html/)
      assert.match(html, /Approve/)
      assert.match(html, /Decline/)
      const action = html.match(/<form[^>]*action="([^"]+)"/)?.[1] ?? ''
      const field = html.match(new RegExp(`name="([^"]+)"[^>]*value="${choice}"`, 'i'))?.[1] ?? ''
      assert.notEqual(field, '', html)
      const sent = await fetch(new URL(action.replaceAll('&amp;', '&'), pending.body.payment.nextAction.url), {
        method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: `${field}=${choice}`, redirect: 'manual',
      })
      assert.ok(sent.status < 400, String(sent.status))
      const order = await until(() => shop.get(`/orders/${pending.body.id}`, buyer), ({ body }) => body.status === status)
      assert.equal(order.body.payment.nextAction, null)
      await until(available, (left) => left === (choice === 'approve' ? 3 : 5))
      const replay = await checkOut(shop, buyer, { cardToken: 'tok_action', key })
      assert.equal(replay.body.status, 'pending', 'a stored answer is replayed as it was')
      assert.equal(replay.headers.get('idempotency-replayed'), 'true')
    })
  }

  test('a webhook with a wrong signature is refused and changes nothing', async () => {
    const { shop } = given()
    const answer = await shop.post('/payments/webhooks/test', { order: randomUUID() })
    assert.ok(answer.status >= 400 && answer.status < 500, answer.text)
  })
}
