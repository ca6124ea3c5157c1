import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { eur, shopIn } from '../shop.ts'

export default (place: Place): void => {
  test('two hundred orders at once over ten pieces: ten are held, and nothing is oversold', async (t) => {
    const shop = await shopIn(place, t)
    const { id, variants: [{ id: variantId }] } = await shop.create({ variants: [{ price: eur(1), stock: 10 }] })
    const reserve = () => shop.door.reserve({ orderId: shop.placed.world.id(), lines: [{ variantId, quantity: 1 }] }, shop.context())
    const answers = await Promise.all(Array.from({ length: 200 }, reserve))
    assert.equal(answers.filter(({ state }) => state === 'held').length, 10)
    assert.ok(answers.every(({ state, short }) => state === 'held' || short[0]?.available === 0))
    assert.deepEqual((await shop.show(id)).variants[0].stock, { available: 0, tracked: true })
    assert.deepEqual(await shop.call('setStock', { id, variantId, change: 0 }), { available: 0, reserved: 10 })
  })

  test('each step answers the same when it is said again', async (t) => {
    const shop = await shopIn(place, t)
    const { id, variants: [{ id: variantId }] } = await shop.create()
    const orderId = shop.placed.world.id()
    const lines = [{ variantId, quantity: 2 }, { variantId: variantId.toUpperCase(), quantity: 1 }]
    for (const _ of [1, 2]) assert.deepEqual(await shop.door.reserve({ orderId, lines }, shop.context()), { state: 'held', short: [] })
    assert.equal((await shop.show(id)).variants[0].stock.available, 2)
    for (const _ of [1, 2]) assert.deepEqual(await shop.door.commit({ orderId }, shop.context()), { state: 'sold', short: [] })
    for (const _ of [1, 2]) assert.deepEqual(await shop.door.giveBack({ orderId }, shop.context()), { state: 'returned', short: [] })
    assert.deepEqual(await shop.door.release({ orderId }, shop.context()), { state: 'returned', short: [] })
    assert.deepEqual(await shop.call('setStock', { id, variantId, change: 0 }), { available: 5, reserved: 0 })
  })

  test('a reserve waits a moment for what an unfinished order may give back', async (t) => {
    const shop = await shopIn(place, t)
    const { variants: [{ id: variantId }] } = await shop.create()
    const [first, second] = [shop.placed.world.id(), shop.placed.world.id()]
    const lines = [{ variantId, quantity: 5 }]
    await shop.door.reserve({ orderId: first, lines }, shop.context())
    const waiting = shop.door.reserve({ orderId: second, lines }, shop.context())
    await shop.door.release({ orderId: first }, shop.context())
    assert.deepEqual(await waiting, { state: 'held', short: [] })
  })

  test('a refusal is final, and says what was there', async (t) => {
    const shop = await shopIn(place, t)
    const { id, variants: [{ id: variantId }] } = await shop.create()
    const orderId = shop.placed.world.id()
    const refusal = { state: 'released', short: [{ variantId, available: 5 }] } as const
    assert.deepEqual(await shop.door.reserve({ orderId, lines: [{ variantId, quantity: 6 }] }, shop.context()), refusal)
    await shop.call('setStock', { id, variantId, available: 50 })
    assert.deepEqual(await shop.door.reserve({ orderId, lines: [{ variantId, quantity: 6 }] }, shop.context()), refusal)
  })

  test('a deleted variant is reserved no more, and left out of quotes', async (t) => {
    const shop = await shopIn(place, t)
    const { id, slug, variants: [{ id: variantId }] } = await shop.create({ category: 'Lamps', variants: [{ price: eur(7), stock: 5, options: { Size: 'S' }, sku: 'x' }] })
    const quote = () => shop.door.quote({ ids: [variantId, variantId] }, shop.context())
    assert.deepEqual((await quote()).quotes, [{
      variantId, productId: id, slug, name: 'Lamp', options: { Size: 'S' }, sku: 'x', image: null, price: eur(7), categories: ['lamps'], sellable: true,
      available: 5, weightGrams: null,
    }])
    await shop.call('patchProduct', { id, status: 'archived' })
    assert.equal((await quote()).quotes[0]?.sellable, false)
    await shop.call('deleteProduct', { id })
    assert.deepEqual((await quote()).quotes, [])
    const { state, short } = await shop.door.reserve({ orderId: shop.placed.world.id(), lines: [{ variantId, quantity: 1 }] }, shop.context())
    assert.deepEqual([state, short], ['released', [{ variantId, available: 0 }]])
  })
}
