import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { shopIn } from '../shopping.ts'

const methods = JSON.stringify([
  { id: 'parcel', name: 'Parcel', price: 490, freeFrom: 5000, countries: ['DE', 'FR'] },
  { id: 'express', name: 'Express', price: { amount: 1290, currency: 'EUR' }, countries: ['DE'] },
])

export default (place: Place): void => {
  test('one free method stands where nothing is set', async (t) => {
    const shop = await shopIn(place, t)
    assert.deepEqual(await shop.placed.call('cart', 'shippingMethods', {}), {
      items: [{ id: 'standard', name: 'Standard', price: { amount: 0, currency: 'EUR' }, freeFrom: null }], nextCursor: null,
    })
  })

  test('shipping methods are those that go there', async (t) => {
    const shop = await shopIn(place, t, { SHIPPING_METHODS: methods })
    const ids = async (input: object) => (await shop.placed.call('cart', 'shippingMethods', input)).items.map(({ id }: { id: string }) => id)
    assert.deepEqual(await ids({}), ['parcel', 'express'])
    assert.deepEqual(await ids({ country: 'FR' }), ['parcel'])
    assert.deepEqual(await ids({ country: 'US' }), [])
    assert.deepEqual((await shop.placed.call('cart', 'shippingMethods', { country: 'FR' })).items[0].freeFrom, { amount: 5000, currency: 'EUR' })
  })

  test('shipping follows destination, choice and subtotal', async (t) => {
    const shop = await shopIn(place, t, { SHIPPING_METHODS: methods })
    const { variantId } = await shop.variant({ price: 1000 })
    const { caller } = await shop.guest([variantId, 1])
    const to = (patch: object) => shop.placed.call('cart', 'setDestination', patch, { caller })
    assert.equal((await shop.cart(caller)).shipping.amount, 490)
    const express = await to({ country: 'DE', shippingMethod: 'express' })
    assert.deepEqual([express.shipping.amount, express.total.amount, express.destination.shippingMethod], [1290, 2290, 'express'])
    const parcel = await to({ country: 'FR' })
    assert.deepEqual([parcel.shipping.amount, parcel.destination.shippingMethod], [490, null], 'the choice does not go there')
    assert.equal((await shop.add(caller, variantId, 4)).shipping.amount, 0)
    await assert.rejects(to({ shippingMethod: 'pigeon' }), (error: any) => error.code === 'invalid_input' && error.about.errors[0].path === '/shippingMethod')
  })

  test('taxes follow the destination and the category\'s nearest rate', async (t) => {
    const shop = await shopIn(place, t, { TAX_RATES: '{"DE":{"*":1900,"books":700},"FR":{"*":2000}}', TAX_COUNTRY: 'FR' })
    const [lamp, book] = [await shop.variant({ price: 1000 }), await shop.variant({ price: 1050, category: 'Books' })]
    const { caller } = await shop.guest([lamp.variantId, 1], [book.variantId, 1])
    const french = await shop.cart(caller)
    assert.deepEqual([french.tax.amount, french.total.amount, french.taxIncluded], [410, 2460, false])
    const german = await shop.placed.call('cart', 'setDestination', { country: 'DE' }, { caller })
    assert.deepEqual(german.items.map((item: any) => [item.tax.amount, item.taxRate]), [[190, 1900], [74, 700]])
    assert.equal(german.total.amount, 2050 + 190 + 74)
  })

  test('prices that include their tax are the total', async (t) => {
    const shop = await shopIn(place, t, { TAX_RATES: '{"DE":{"*":1900}}', TAX_COUNTRY: 'DE', PRICES_INCLUDE_TAX: 'on' })
    const { variantId } = await shop.variant({ price: 1190 })
    const cart = await shop.add({ is: 'nobody' }, variantId, 2)
    assert.deepEqual([cart.subtotal.amount, cart.tax.amount, cart.total.amount, cart.taxIncluded], [2380, 380, 2380, true])
  })

  test('settings that contradict each other keep the shop from starting', async (t) => {
    await assert.rejects(place.start(t, { settings: { SHIPPING_METHODS: '[{"id":"a","name":"A","price":{"amount":1,"currency":"USD"}}]' } }), /USD/)
    await assert.rejects(place.start(t, { settings: { SHIPPING_METHODS: '[{"id":"a","name":"A","price":1},{"id":"a","name":"B","price":1}]' } }), /twice/)
  })
}
