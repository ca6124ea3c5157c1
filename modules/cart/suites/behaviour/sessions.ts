import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { guestOf, shopIn } from '../shopping.ts'

const DAY_MS = 24 * 3600 * 1000
const nobody = { is: 'nobody' } as const

export default (place: Place): void => {
  test('a session starts with the first piece, is renewed by every change, and by no look', async (t) => {
    const shop = await shopIn(place, t)
    const { variantId } = await shop.variant()
    const first = await shop.placed.reply('cart', 'addItem', { variantId, quantity: 1 })
    const session = first.options.session
    assert.ok(session)
    assert.match(session.id, /^[\w-]{43}$/)
    assert.ok(Math.abs(session.maxAgeS - 7 * 24 * 3600) <= 1)
    assert.ok(Math.abs(Date.parse(first.body.expiresAt) - shop.placed.world.now() - 7 * DAY_MS) < 60_000)
    const caller = guestOf(session.id)
    shop.placed.advance(6 * DAY_MS)
    assert.equal((await shop.placed.reply('cart', 'read', {}, { caller })).options.session, undefined)
    for (const [operation, input] of [
      ['addItem', { variantId, quantity: 1 }], ['setItem', { variantId, quantity: 5 }], ['setDestination', { country: 'DE' }],
      ['removeItem', { variantId }], ['clear', {}],
    ] as const) {
      const { body, options } = await shop.placed.reply('cart', operation, input, { caller })
      assert.equal(options.session?.id, session.id, operation)
      assert.ok(Math.abs((options.session?.maxAgeS ?? 0) - 7 * 24 * 3600) <= 1)
      assert.equal(body.id, first.body.id)
    }
  })

  test('an unknown session counts as none and is never adopted', async (t) => {
    const shop = await shopIn(place, t)
    const { variantId } = await shop.variant()
    const forged = guestOf('my-own-session')
    assert.equal((await shop.cart(forged)).id, null)
    const { options } = await shop.placed.reply('cart', 'addItem', { variantId, quantity: 1 }, { caller: forged })
    assert.notEqual(options.session?.id, 'my-own-session')
    assert.equal((await shop.cart(forged)).id, null)
    assert.equal((await shop.cart(guestOf(options.session?.id ?? ''))).itemCount, 1)
  })

  test('a guest\'s cart is gone seven days after its last change, swept or not, and its session starts no other', async (t) => {
    const shop = await shopIn(place, t)
    const { variantId } = await shop.variant()
    const { caller, session } = await shop.guest([variantId, 1])
    shop.placed.advance(7 * DAY_MS + 1000)
    assert.equal((await shop.cart(caller)).id, null)
    const { options } = await shop.placed.reply('cart', 'addItem', { variantId, quantity: 1 }, { caller })
    assert.notEqual(options.session?.id, session)
  })

  test('a user\'s cart lives ninety days and needs no session', async (t) => {
    const shop = await shopIn(place, t)
    const { variantId } = await shop.variant()
    const user = shop.newUser()
    assert.equal((await shop.placed.reply('cart', 'addItem', { variantId, quantity: 1 }, { caller: user })).options.session, undefined)
    const { id } = await shop.cart(user)
    shop.placed.advance(89 * DAY_MS)
    assert.equal((await shop.cart(user)).itemCount, 1)
    shop.placed.advance(2 * DAY_MS)
    assert.equal((await shop.cart(user)).id, null)
    assert.notEqual((await shop.add(user, variantId)).id, id)
  })

  test('how long carts live is a setting', async (t) => {
    const shop = await shopIn(place, t, { GUEST_CART_DAYS: '1', USER_CART_DAYS: '2' })
    const { variantId } = await shop.variant()
    const { caller } = await shop.guest([variantId, 1])
    const user = shop.newUser()
    await shop.add(user, variantId)
    shop.placed.advance(DAY_MS + 1000)
    assert.deepEqual([(await shop.cart(caller)).itemCount, (await shop.cart(user)).itemCount], [0, 1])
    shop.placed.advance(DAY_MS)
    assert.equal((await shop.cart(user)).itemCount, 0)
  })

  test('of a session only its hash is stored', async (t) => {
    const shop = await shopIn(place, t)
    const { session } = await shop.guest([(await shop.variant()).variantId, 1])
    const rows = JSON.stringify(await shop.placed.rows('cart'))
    assert.ok(!rows.includes(session))
    assert.ok(rows.includes(createHash('sha256').update(session).digest('hex')))
  })

  test('a destination needs a session, clearing what is not there does not', async (t) => {
    const shop = await shopIn(place, t)
    for (const patch of [{}, { country: null }]) {
      const { body, options } = await shop.placed.reply('cart', 'setDestination', patch, { caller: nobody })
      assert.deepEqual([body.id, options.session], [null, undefined])
    }
    const { body, options } = await shop.placed.reply('cart', 'setDestination', { country: 'FR', postalCode: '75001' })
    assert.ok(options.session)
    assert.deepEqual((await shop.cart(guestOf(options.session.id))).destination, body.destination)
    assert.deepEqual(body.destination, { country: 'FR', region: null, postalCode: '75001', shippingMethod: null })
  })

  test('the store\'s dump loads into an empty one and sells on', async (t) => {
    const shop = await shopIn(place, t)
    const { caller } = await shop.guest([(await shop.variant()).variantId, 3])
    const rows = await shop.placed.rows('cart')
    const other = await place.start(t)
    await other.load('cart', (async function* () { yield* rows })())
    assert.equal((await other.call('cart', 'read', {}, { caller })).itemCount, 3)
  })
}
