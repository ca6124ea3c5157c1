import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { shopIn } from '../buying.ts'
import { address } from '../orders.ts'

export default (place: Place): void => {
  test('what a buyer saw in the cart is what is ordered, charged and kept', async (t) => {
    const shop = await shopIn(place, t, { TAX_RATES: '{"GB":{"*":2000}}', SHIPPING_METHODS: '[{"id":"parcel","name":"Parcel","price":490}]' })
    const [caller, lamp, shade] = [shop.newUser(), await shop.product({ price: 1999 }), await shop.product({ price: 5 })]
    await shop.add(caller, lamp.variantId, 2)
    await shop.add(caller, shade.variantId, 3)
    await shop.placed.call('cart', 'setDestination', { country: 'GB' }, { caller })
    const seen = await shop.cart(caller)
    const { status, body } = await shop.checkOut(caller, { more: { expectedTotal: seen.total, note: 'Ring twice', billingAddress: { ...address, recipient: 'Accounts' } } })
    assert.equal(status, 201)
    assert.deepEqual([body.status, body.payment.status, body.payment.amount, body.payment.nextAction], ['paid', 'captured', seen.total, null])
    for (const sum of ['subtotal', 'shipping', 'tax', 'total', 'taxIncluded', 'currency'] as const) assert.deepEqual(body[sum], seen[sum], sum)
    assert.deepEqual(body.items.map(({ variantId, quantity }: any) => [variantId, quantity]), [[lamp.variantId, 2], [shade.variantId, 3]])
    assert.deepEqual([body.shippingMethod, body.shippingAddress.recipient, body.billingAddress.recipient], ['parcel', address.recipient, 'Accounts'])
    assert.deepEqual([body.number, body.userId, body.email, body.note, body.access], ['M-100001', caller.id, 'buyer@example.com', 'Ring twice', null])
    assert.deepEqual(body.history.map(({ status: one, by }: any) => [one, by]), [['pending', 'customer'], ['paid', 'system']])
    assert.deepEqual([(await shop.cart(caller)).items, await lamp.available(), await shade.available()], [[], 8, 7])
    const { access: _, ...kept } = body
    assert.deepEqual((await shop.call('read', { id: body.id }, caller)).body, kept)
  })

  test('a paid order tells the others what they need, and its buyer by mail', async (t) => {
    const shop = await shopIn(place, t)
    const { order, caller, product } = await shop.bought({ quantity: 2 })
    const events = await shop.placed.events('order')
    assert.deepEqual(events.map(({ type }) => type), ['order.placed.v1', 'order.paid.v1', 'email.requested.v1'])
    assert.deepEqual(events[1]?.data, {
      orderId: order.id, userId: caller.is === 'user' ? caller.id : null, version: events[1]?.data.version, total: order.total,
      lines: [{ productId: product.id, variantId: product.variantId, quantity: 2 }],
    })
    assert.deepEqual([events[2]?.data.to, events[2]?.data.template, events[2]?.data.values.number], [order.email, 'order_confirmed', order.number])
  })

  for (const [token, code] of [['tok_declined', 'payment_declined'], ['tok_capture_declined', 'payment_declined'], ['tok_unavailable', 'payment_unavailable']] as const) {
    test(`${token}: ${code}, cart and stock as before, and a new attempt pays`, async (t) => {
      const shop = await shopIn(place, t)
      const [caller, product] = [shop.newUser(), await shop.product()]
      await shop.add(caller, product.variantId, 3)
      const refused = await shop.checkOut(caller, { token })
      assert.equal(refused.body.code, code)
      assert.deepEqual([await product.available(), (await shop.cart(caller)).itemCount], [10, 3])
      const { body: failed } = await shop.call('list', { status: ['payment_failed'] }, caller)
      assert.deepEqual(failed.items.map((one: any) => [one.status, one.payment.status]), [['payment_failed', 'failed']])
      if (code === 'payment_declined') assert.equal(refused.body.orderId, failed.items[0].id)
      assert.equal((await shop.checkOut(caller)).status, 201)
      assert.equal(await product.available(), 7)
    })
  }

  for (const [decision, status, left, itemCount] of [['approve', 'paid', 9, 0], ['decline', 'payment_failed', 10, 1]] as const) {
    test(`tok_action, ${decision}: the page says what happened, and the order is ${status}`, async (t) => {
      const shop = await shopIn(place, t)
      const { order, caller, product } = await shop.bought({ token: 'tok_action' })
      assert.deepEqual([order.status, order.payment.status, order.payment.nextAction.type], ['pending', 'pending', 'redirect'])
      const url = new URL(order.payment.nextAction.url)
      assert.equal(url.origin, 'http://localhost:3000')
      const reference = url.pathname.split('/').at(-1) ?? ''
      const page = await shop.placed.call('order', 'paymentPage', { reference })
      assert.match(page, /<button type="submit" name="decision" value="approve">Approve/)
      assert.match(page, /10\.00 EUR/)
      const after = await shop.placed.call('order', 'paymentDecision', { reference, decision })
      assert.match(after, decision === 'approve' ? /You have approved/ : /You have declined/)
      assert.doesNotMatch(after, /<form/)
      let now: any
      for (let looks = 0; looks < 200 && now?.status !== status; looks++) {
        await shop.placed.world.sleep(5)
        now = (await shop.call('read', { id: order.id }, caller)).body
      }
      assert.deepEqual([now.status, now.payment.nextAction], [status, null])
      while (await product.available() !== left) await shop.placed.world.sleep(5)
      while ((await shop.cart(caller)).itemCount !== itemCount) await shop.placed.world.sleep(5)
    })
  }

  test('a page of no payment is not there, and a webhook of nobody\'s is refused', async (t) => {
    const shop = await shopIn(place, t)
    const nobody = { is: 'nobody' } as const
    assert.equal((await shop.call('paymentPage', { reference: 'no such' }, nobody)).body.code, 'payment_not_found')
    assert.equal((await shop.call('paymentDecision', { reference: 'no such', decision: 'approve' }, nobody)).body.code, 'payment_not_found')
    const body = { bytes: Buffer.from('{}'), headers: new Headers() }
    assert.equal((await shop.call('webhook', { provider: 'test', body }, nobody)).body.code, 'invalid_signature')
    assert.equal((await shop.call('webhook', { provider: 'other', body }, nobody)).body.code, 'payment_provider_not_found')
  })

  test('stock that went is named, and the answer is kept even when it comes back', async (t) => {
    const shop = await shopIn(place, t)
    const [caller, product, key] = [shop.newUser(), await shop.product({ stock: 3 }), shop.key()]
    await shop.add(caller, product.variantId, 3)
    const set = (available: number) => shop.placed.call('product', 'setStock', { id: product.id, variantId: product.variantId, available }, {
      caller: { is: 'user', id: shop.placed.world.id(), sid: 's', may: new Set(['inventory:write']) },
    })
    await set(1)
    const refused = await shop.checkOut(caller, { key })
    assert.deepEqual([refused.body.code, refused.body.errors.map(({ path }: any) => path)], ['out_of_stock', [`/items/${product.variantId}`]])
    await set(3)
    const again = await shop.checkOut(caller, { key })
    assert.deepEqual([again.replayed, again.body], [true, refused.body])
    assert.equal((await shop.checkOut(caller)).status, 201)
  })

  test('a way of shipping that does not go there names its field', async (t) => {
    const shop = await shopIn(place, t)
    const [caller, product] = [shop.newUser(), await shop.product()]
    await shop.add(caller, product.variantId)
    const { status, body } = await shop.checkOut(caller, { more: { shippingMethod: 'by balloon' } })
    assert.deepEqual([status, body.errors[0].path], [400, '/shippingMethod'])
  })

  test('in production the test provider is used only where it is said', async (t) => {
    await assert.rejects(shopIn(place, t, { NODE_ENV: 'production' }), /PAYMENT_PROVIDER/)
    await shopIn(place, t, { NODE_ENV: 'production', PAYMENT_PROVIDER: 'test' })
  })

  test('a bank that is not answered in time costs the buyer nothing', async (t) => {
    const shop = await shopIn(place, t, { ORDER_PENDING_MS: '500', ORDER_LEASE_MS: '1000' })
    const { order, caller, product } = await shop.bought({ token: 'tok_action' })
    shop.placed.advance(600)
    while ((await shop.call('read', { id: order.id }, caller)).body.status !== 'payment_failed') await shop.placed.world.sleep(5)
    while (await product.available() !== 10) await shop.placed.world.sleep(5)
  })
}
