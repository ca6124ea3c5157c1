import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addToCart, checkOut, newProduct, newUser } from '../buying.ts'
import type { Journey } from '../journeys.test.ts'

export default (given: () => Journey): void => {
  test('a guest\'s session starts at the first write, never at a read', async () => {
    const { shop, admin } = given()
    const empty = await shop.get('/cart')
    assert.equal(empty.body.id, null)
    assert.equal(empty.body.expiresAt, null)
    assert.equal(empty.headers.get('x-session'), null)
    const product = await newProduct(shop, admin)
    const answer = await shop.post('/cart/items', { variantId: product.variants[0].id, quantity: 1 })
    const session = answer.headers.get('x-session')
    assert.ok(session)
    const cookie = answer.headers.get('set-cookie') ?? ''
    assert.match(cookie, /^session=/)
    assert.match(cookie, /HttpOnly/i)
    assert.match(cookie, /SameSite=Lax/i)
    assert.match(cookie, /Path=\//i)
    assert.match(cookie, /Max-Age=\d+/i)
    const byCookie = await shop.get('/cart', { headers: { cookie: cookie.split(';')[0] ?? '' } })
    assert.equal(byCookie.body.itemCount, 1)
  })

  test('an unknown session is none and is never adopted', async () => {
    const { shop, admin } = given()
    const made = 'made-up-session-0123456789abcdef0123456789'
    assert.equal((await shop.get('/cart', { session: made })).body.id, null)
    const product = await newProduct(shop, admin)
    const { session } = await addToCart(shop, { session: made }, product.variants[0].id)
    assert.notEqual(session, made)
  })

  test('a guest buys with an e-mail, and the order token opens that order and cancels it', async () => {
    const { shop, admin } = given()
    const product = await newProduct(shop, admin)
    const { session } = await addToCart(shop, {}, product.variants[0].id)
    const paid = await checkOut(shop, { session })
    assert.equal(paid.status, 201, paid.text)
    assert.equal(paid.body.userId, null)
    const { token, url } = paid.body.access
    assert.ok(url.includes(paid.body.id))
    const path = `/orders/${paid.body.id}`
    assert.equal((await shop.get(path)).status, 404)
    assert.equal((await shop.get(path, { session })).status, 200, 'the session that placed it')
    assert.equal((await shop.get(path, { headers: { 'x-order-token': token } })).status, 200)
    for (const wrong of [`${token}x`, 'x'.repeat(1000), 'x']) assert.equal((await shop.get(path, { headers: { 'x-order-token': wrong } })).status, 404)
    const cancelled = await shop.post(`${path}/cancel`, { reason: 'Changed my mind' }, { headers: { 'x-order-token': token } })
    assert.equal(cancelled.status, 200, cancelled.text)
    assert.equal(cancelled.body.status, 'cancelled')
  })

  test('a guest without an e-mail is told so', async () => {
    const { shop, admin } = given()
    const product = await newProduct(shop, admin)
    const { session } = await addToCart(shop, {}, product.variants[0].id)
    const refused = await checkOut(shop, { session }, { more: { email: undefined } })
    assert.equal(refused.status, 400)
    assert.equal(refused.body.errors[0].path, '/email')
  })

  test('registering and logging in bring the guest\'s cart along', async () => {
    const { shop, admin } = given()
    const product = await newProduct(shop, admin, { stock: 10 })
    const variant = product.variants[0].id
    const first = await addToCart(shop, {}, variant, 2)
    const user = await newUser(shop, first.session)
    assert.equal((await shop.get('/cart', user)).body.itemCount, 2)
    assert.equal((await shop.get('/cart', { session: first.session })).body.id, null, 'the guest session ended')
    const second = await addToCart(shop, {}, variant, 9)
    const login = await shop.post('/auth/login', { email: user.email, password: user.password }, { session: second.session })
    assert.equal(login.status, 200)
    const { body } = await shop.get('/cart', { token: login.body.accessToken })
    assert.equal(body.itemCount, 10, 'capped at stock')
    assert.equal(body.notices[0].variantId, variant)
  })
}
