import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { otherStaff, refused, shopIn, staff } from '../shop.ts'

const unknown = '00000000-0000-7000-8000-00000000dead'

export default (place: Place): void => {
  test('a number is set or changed, one of the two', async (t) => {
    const shop = await shopIn(place, t)
    const { id, variants: [{ id: variantId }] } = await shop.create()
    const put = (body: object) => shop.call('setStock', { id, variantId, ...body })
    assert.deepEqual(await put({ available: 12 }), { available: 12, reserved: 0 })
    assert.deepEqual(await put({ change: -2, reason: 'broken' }), { available: 10, reserved: 0 })
    assert.deepEqual(await refused(put({ change: -11 })), ['insufficient_stock'])
    assert.deepEqual(await refused(put({})), ['invalid_input', '/available'])
    assert.deepEqual(await refused(put({ available: 1, change: 1 })), ['invalid_input', '/change'])
    assert.deepEqual(await put({ available: 1_000_000_000 }), { available: 1_000_000_000, reserved: 0 })
    assert.deepEqual(await refused(put({ change: 1 })), ['invalid_input', '/change'])
    assert.deepEqual(await put({ available: null }), { available: null, reserved: 0 })
    assert.deepEqual(await refused(put({ change: 1 })), ['stock_untracked'])
    assert.deepEqual(await refused(shop.call('setStock', { id: unknown, variantId, change: 1 })), ['product_not_found'])
    assert.deepEqual(await refused(shop.call('setStock', { id: 'x', variantId, change: 1 })), ['product_not_found'])
    assert.deepEqual(await refused(shop.call('setStock', { id, variantId: unknown, change: 1 })), ['variant_not_found'])
    assert.deepEqual(await refused(shop.call('setStock', { id, variantId: 'x', change: 1 })), ['variant_not_found'])
  })

  test('a keyed change happens once, however often and at once it is sent', async (t) => {
    const shop = await shopIn(place, t)
    const { id, variants: [{ id: variantId }] } = await shop.create()
    const put = (key: string, change: number, caller = staff) => shop.reply('setStock', { id, variantId, change }, { caller, key })
    const answers = await Promise.all(Array.from({ length: 10 }, () => put('k', -1)))
    assert.equal(answers.filter(({ options }) => options.headers?.['idempotency-replayed'] === 'true').length, 9)
    for (const { body } of answers) assert.deepEqual(body, { available: 4, reserved: 0 })
    assert.deepEqual(await refused(put('k', -2)), ['idempotency_key_reused'])
    assert.deepEqual((await put('k', -1, otherStaff)).body, { available: 3, reserved: 0 })
    assert.deepEqual(await refused(put('low', -9)), ['insufficient_stock'])
    await shop.call('setStock', { id, variantId, available: 100 })
    assert.deepEqual(await refused(put('low', -9)), ['insufficient_stock'])
    assert.deepEqual((await put('other', -9)).body, { available: 91, reserved: 0 })
  })

  test('a keyed change that takes all there is answers the same to whoever sends it beside', async (t) => {
    const shop = await shopIn(place, t)
    const { id, variants: [{ id: variantId }] } = await shop.create()
    const { body: { available } } = await shop.reply('setStock', { id, variantId, change: 0 }, { caller: staff })
    const put = () => shop.reply('setStock', { id, variantId, change: -available }, { caller: staff, key: 'k' })
    const answers = await Promise.all(Array.from({ length: 10 }, put))
    for (const { body } of answers) assert.deepEqual(body, { available: 0, reserved: 0 })
    assert.equal(answers.filter(({ options }) => options.headers?.['idempotency-replayed'] === 'true').length, 9)
  })

  test('what moved is told with the version and number of now, many moves as one', async (t) => {
    const shop = await shopIn(place, t)
    const { id, variants: [{ id: variantId }] } = await shop.create()
    await Promise.all([1, 2, 3].map(() => shop.call('setStock', { id, variantId, change: 1 })))
    const last = async () => (await shop.placed.events('product')).filter(({ type }) => type === 'inventory.updated.v1').at(-1)?.data
    while ((await last())?.version !== 4) {
      shop.placed.advance(200)
      await new Promise((resolve) => { setImmediate(resolve) })
    }
    assert.deepEqual(await last(), { variantId, productId: id, available: 8, version: 4 })
  })
}
