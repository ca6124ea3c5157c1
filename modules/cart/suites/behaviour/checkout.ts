import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { cart as contract } from '../../contract/index.ts'
import { shopIn } from '../shopping.ts'

const hash = (session: string) => createHash('sha256').update(session).digest('hex')
const nowhere = { country: 'DE', region: null, postalCode: null, shippingMethod: null }

export default (place: Place): void => {
  test('what is frozen is what was seen', async (t) => {
    const shop = await shopIn(place, t, { TAX_RATES: '{"DE":{"*":1900}}', TAX_COUNTRY: 'DE', SHIPPING_METHODS: '[{"id":"parcel","name":"Parcel","price":490}]' })
    const { caller, session } = await shop.guest([(await shop.variant({ price: 1999 })).variantId, 3], [(await shop.variant({ price: 5 })).variantId, 1])
    const seen = await shop.cart(caller)
    const { cart } = await shop.placed.door(contract).snapshot({ owner: { session: hash(session) }, ...nowhere }, shop.placed.context())
    assert.ok(cart)
    assert.deepEqual(cart.lines, seen.items.map(({ available: _, ...line }: any) => line))
    for (const sum of ['subtotal', 'shipping', 'tax', 'total'] as const) assert.deepEqual(cart[sum], seen[sum], sum)
    assert.deepEqual([cart.claims, cart.short, cart.shippingMethod], [[{ cartId: seen.id, generation: 0 }], [], 'parcel'])
  })

  test('there is no snapshot of an unknown, an expired or an empty cart', async (t) => {
    const shop = await shopIn(place, t)
    const door = shop.placed.door(contract)
    const of = async (owner: { userId: string } | { session: string }) => (await door.snapshot({ owner, ...nowhere }, shop.placed.context())).cart
    const { caller, session } = await shop.guest([(await shop.variant()).variantId, 1])
    assert.equal(await of({ session: hash('other') }), null)
    assert.equal(await of({ userId: shop.placed.world.id() }), null)
    await shop.placed.call('cart', 'clear', {}, { caller })
    assert.equal(await of({ session: hash(session) }), null)
    shop.placed.advance(8 * 24 * 3600 * 1000)
    assert.equal(await of({ session: hash(session) }), null)
  })

  test('lines that ran short or vanished are named', async (t) => {
    const shop = await shopIn(place, t)
    const [fine, short, gone] = [await shop.variant(), await shop.variant({ stock: 5 }), await shop.variant()]
    const { session } = await shop.guest([fine.variantId, 1], [short.variantId, 5], [gone.variantId, 1])
    await shop.setStock(short.productId, short.variantId, 2)
    await shop.remove(gone.productId)
    const { cart } = await shop.placed.door(contract).snapshot({ owner: { session: hash(session) }, ...nowhere }, shop.placed.context())
    assert.deepEqual(cart?.short, [{ variantId: short.variantId, available: 2 }, { variantId: gone.variantId, available: 0 }])
    assert.equal(cart?.lines.length, 3)
  })

  test('the asked method holds or is null, the cart\'s own choice gives way', async (t) => {
    const shop = await shopIn(place, t, { SHIPPING_METHODS: '[{"id":"near","name":"Near","price":1,"countries":["DE"]},{"id":"far","name":"Far","price":2}]' })
    const { caller, session } = await shop.guest([(await shop.variant()).variantId, 1])
    await shop.placed.call('cart', 'setDestination', { shippingMethod: 'near' }, { caller })
    const method = async (country: string, shippingMethod: string | null) =>
      (await shop.placed.door(contract).snapshot({ owner: { session: hash(session) }, ...nowhere, country, shippingMethod }, shop.placed.context())).cart?.shippingMethod
    assert.deepEqual([await method('DE', null), await method('US', null), await method('DE', 'far'), await method('US', 'near'), await method('DE', 'pigeon')], ['near', 'far', 'far', null, null])
  })

  test('an order that is settled leaves what was added meanwhile, however often it is told', async (t) => {
    const shop = await shopIn(place, t)
    const [one, two] = [await shop.variant(), await shop.variant()]
    const { caller, session } = await shop.guest([one.variantId, 2])
    const door = shop.placed.door(contract)
    const { cart } = await door.snapshot({ owner: { session: hash(session) }, ...nowhere }, shop.placed.context())
    assert.ok(cart)
    await shop.add(caller, one.variantId, 1)
    await shop.add(caller, two.variantId, 1)
    const order = { orderId: shop.placed.world.id(), claims: cart.claims, lines: cart.lines.map(({ variantId, quantity }) => ({ variantId, quantity })) }
    for (let time = 0; time < 3; time++) assert.deepEqual(await door.settle(order, shop.placed.context()), {})
    assert.deepEqual((await shop.cart(caller)).items.map((item: any) => [item.variantId, item.quantity]), [[one.variantId, 1], [two.variantId, 1]])
    const next = await door.snapshot({ owner: { session: hash(session) }, ...nowhere }, shop.placed.context())
    assert.deepEqual(next.cart?.claims, [{ cartId: cart.claims[0]?.cartId, generation: 1 }])
  })
}
