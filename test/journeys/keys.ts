import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { addToCart, address, checkOut, newProduct, newUser } from '../buying.ts'
import type { Journey } from '../journeys.test.ts'

export default (given: () => Journey): void => {
  const ready = async () => {
    const { shop, admin } = given()
    const product = await newProduct(shop, admin, { stock: 50 })
    const buyer = await newUser(shop)
    await addToCart(shop, buyer, product.variants[0].id)
    return { shop, product, buyer }
  }

  test('the same key twenty times at once: one order, one charge, the same answer', async () => {
    const { shop, buyer } = await ready()
    const key = randomUUID()
    const answers = await Promise.all(Array.from({ length: 20 }, () => checkOut(shop, buyer, { key })))
    const done = answers.filter(({ status }) => status === 201)
    assert.ok(done.length >= 1)
    for (const answer of answers) {
      if (answer.status === 201) assert.deepEqual(answer.body, done[0]!.body)
      else assert.equal(answer.body.code, 'idempotency_in_progress', answer.text)
    }
    assert.equal((await shop.get('/orders', buyer)).body.items.length, 1)
    const replay = await checkOut(shop, buyer, { key })
    assert.equal(replay.headers.get('idempotency-replayed'), 'true')
    assert.equal(replay.text, done[0]!.text)
  })

  test('the same key with another body is 422', async () => {
    const { shop, buyer } = await ready()
    const key = randomUUID()
    assert.equal((await checkOut(shop, buyer, { key })).status, 201)
    const other = await checkOut(shop, buyer, { key, more: { note: 'other' } })
    assert.equal(other.status, 422)
    assert.equal(other.body.code, 'idempotency_key_reused')
  })

  test('a body is compared as JSON, not as text', async () => {
    const { shop, buyer } = await ready()
    const key = randomUUID()
    const first = `{"payment":{"token":"tok_ok"},"shippingAddress":${JSON.stringify(address)}}`
    const second = `{ "shippingAddress": ${JSON.stringify(address)}, "payment": { "token": "tok_ok" } }`
    const headers = { 'content-type': 'application/json' }
    assert.equal((await shop.post('/orders', first, { ...buyer, key, headers })).status, 201)
    assert.equal((await shop.post('/orders', second, { ...buyer, key, headers })).headers.get('idempotency-replayed'), 'true')
  })

  test('an order without a key is refused, and so is a key that is no key', async () => {
    const { shop, buyer } = await ready()
    const body = { shippingAddress: address, payment: { token: 'tok_ok' } }
    assert.equal((await shop.post('/orders', body, buyer)).body.code, 'idempotency_key_required')
    assert.equal((await shop.post('/orders', body, { ...buyer, key: 'k'.repeat(256) })).status, 400)
  })

  test('two users may have the same key', async () => {
    const key = randomUUID()
    const one = await ready()
    const two = await ready()
    const first = await checkOut(one.shop, one.buyer, { key })
    const second = await checkOut(two.shop, two.buyer, { key })
    assert.equal(second.status, 201)
    assert.notEqual(first.body.id, second.body.id)
  })

  test('two checkouts of one cart with two keys: one order', async () => {
    const { shop, buyer } = await ready()
    const answers = await Promise.all([checkOut(shop, buyer), checkOut(shop, buyer), checkOut(shop, buyer)])
    assert.equal(answers.filter(({ status }) => status === 201).length, 1)
    for (const { status, body } of answers) if (status !== 201) assert.ok(['checkout_in_progress', 'cart_empty'].includes(body.code), body.code)
  })
}
