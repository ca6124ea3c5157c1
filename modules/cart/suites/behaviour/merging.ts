import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { cart as contract } from '../../contract/index.ts'
import { guestOf, shopIn } from '../shopping.ts'

const hash = (session: string) => createHash('sha256').update(session).digest('hex')

export default (place: Place): void => {
  const start = async (...about: Parameters<typeof shopIn>) => {
    const shop = await shopIn(...about)
    const merge = (session: string, userId: string) => shop.placed.door(contract).merge({ session: hash(session), userId }, shop.placed.context())
    return { ...shop, merge }
  }

  test('a guest\'s cart goes into the user\'s, capped at stock, and says so until the next change', async (t) => {
    const shop = await start(place, t)
    const [scarce, plenty] = [await shop.variant({ stock: 5 }), await shop.variant()]
    const user = shop.newUser()
    await shop.add(user, scarce.variantId, 3)
    const { session } = await shop.guest([scarce.variantId, 4], [plenty.variantId, 2])
    assert.deepEqual(await shop.merge(session, user.id), {})
    const cart = await shop.cart(user)
    assert.deepEqual(cart.items.map((item: any) => [item.variantId, item.quantity]), [[scarce.variantId, 5], [plenty.variantId, 2]])
    assert.deepEqual(cart.notices, [{ code: 'out_of_stock', variantId: scarce.variantId }])
    assert.deepEqual((await shop.cart(user)).notices.length, 1)
    assert.deepEqual((await shop.add(user, plenty.variantId)).notices, [])
  })

  test('the session ends, and a repeated merge finds nothing to do', async (t) => {
    const shop = await start(place, t)
    const { variantId } = await shop.variant()
    const user = shop.newUser()
    const { caller, session } = await shop.guest([variantId, 2])
    for (let time = 0; time < 3; time++) await shop.merge(session, user.id)
    assert.equal((await shop.cart(user)).itemCount, 2)
    assert.equal((await shop.cart(caller)).id, null)
    const { options } = await shop.placed.reply('cart', 'addItem', { variantId, quantity: 1 }, { caller })
    assert.notEqual(options.session?.id, session)
    await shop.merge('never-was', user.id)
    assert.equal((await shop.cart(user)).itemCount, 2)
  })

  test('the guest\'s destination comes along where the user has none', async (t) => {
    const shop = await start(place, t)
    const { options } = await shop.placed.reply('cart', 'setDestination', { country: 'DE', postalCode: '10115' })
    const user = shop.newUser()
    await shop.merge(options.session?.id ?? '', user.id)
    assert.equal((await shop.cart(user)).destination.postalCode, '10115')
  })

  test('an order of the guest\'s cart is settled in the user\'s', async (t) => {
    const shop = await start(place, t)
    const { variantId } = await shop.variant()
    const user = shop.newUser()
    await shop.add(user, variantId, 1)
    const { session } = await shop.guest([variantId, 2])
    const door = shop.placed.door(contract)
    const to = { country: 'DE', region: null, postalCode: null, shippingMethod: null }
    const { cart } = await door.snapshot({ owner: { session: hash(session) }, ...to }, shop.placed.context())
    assert.ok(cart)
    await shop.merge(session, user.id)
    const mine = await door.snapshot({ owner: { userId: user.id }, ...to }, shop.placed.context())
    assert.equal(mine.cart?.claims.length, 2)
    assert.deepEqual(mine.cart?.claims[1], cart.claims[0], 'so that both orders claim the same')
    await door.settle({ orderId: shop.placed.world.id(), claims: cart.claims, lines: [{ variantId, quantity: 2 }] }, shop.placed.context())
    assert.equal((await shop.cart(user)).itemCount, 1)
  })

  test('what is added while carts are merged is lost in neither', async (t) => {
    const shop = await start(place, t)
    const [first, second] = [await shop.variant(), await shop.variant()]
    const user = shop.newUser()
    const { session } = await shop.guest([first.variantId, 1])
    const adding = Array.from({ length: 6 }, () => shop.placed.reply('cart', 'addItem', { variantId: second.variantId, quantity: 1 }, { caller: guestOf(session) }))
    const users = Array.from({ length: 6 }, () => shop.add(user, second.variantId))
    const merging = shop.merge(session, user.id)
    const sessions = new Set((await Promise.all(adding)).map(({ options }) => options.session?.id ?? ''))
    await Promise.all([merging, ...users])
    let pieces = (await shop.cart(user)).itemCount
    for (const one of sessions) pieces += (await shop.cart(guestOf(one))).itemCount
    assert.equal(pieces, 1 + 6 + 6)
  })

  test('who registers with a session finds its cart in the account', async (t) => {
    const shop = await start(place, t)
    const { caller } = await shop.guest([(await shop.variant()).variantId, 2])
    const { user } = await shop.placed.call('auth', 'register', { email: 'kim@example.com', password: 'a long password', name: 'Kim' }, { caller })
    assert.equal((await shop.cart({ is: 'user', id: user.id, sid: '', may: new Set() })).itemCount, 2)
    assert.equal((await shop.cart(caller)).id, null)
  })
}
