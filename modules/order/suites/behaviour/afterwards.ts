import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { shopIn, staff } from '../buying.ts'

export default (place: Place): void => {
  test('staff take an order to its buyer one step at a time', async (t) => {
    const shop = await shopIn(place, t)
    const { order: { id }, caller } = await shop.bought()
    const patch = (patch: object) => shop.call('update', { id, ...patch }, staff)
    for (const status of ['pending', 'paid', 'shipped', 'delivered', 'cancelled', 'refunded']) assert.equal((await patch({ status })).body.code, 'illegal_transition', status)
    assert.equal((await patch({ status: 'preparing' })).body.status, 'preparing')
    const shipped = await patch({ status: 'shipped', tracking: { carrier: 'Post', number: 'XY 1' }, note: 'Two parcels' })
    assert.deepEqual([shipped.body.tracking, shipped.body.note], [{ carrier: 'Post', number: 'XY 1', url: null }, 'Two parcels'])
    assert.deepEqual((await patch({ tracking: { url: 'https://post.example/XY1', number: null } })).body.tracking, { carrier: 'Post', number: null, url: 'https://post.example/XY1' })
    const cleared = await patch({ tracking: null, note: null })
    assert.deepEqual([cleared.body.tracking, cleared.body.note, cleared.body.status], [null, null, 'shipped'])
    await patch({ status: 'delivered' })
    const { body } = await shop.call('read', { id }, caller)
    assert.deepEqual(body.history.map(({ status, by, note }: any) => [status, by, note]), [
      ['pending', 'customer', null], ['paid', 'system', null], ['preparing', 'staff', null], ['shipped', 'staff', 'Two parcels'], ['delivered', 'staff', null],
    ])
    const changes = (await shop.placed.events('order')).filter(({ type }) => type === 'order.status_changed.v1')
    assert.deepEqual(changes.map(({ data }) => data.status), ['preparing', 'shipped', 'delivered'])
    assert.equal((await shop.call('cancel', { id }, caller)).body.code, 'illegal_transition')
  })

  test('of ten that ship at once one does', async (t) => {
    const shop = await shopIn(place, t)
    const { order: { id } } = await shop.bought()
    await shop.call('update', { id, status: 'preparing' }, staff)
    const answers = await Promise.all(Array.from({ length: 10 }, () => shop.call('update', { id, status: 'shipped' }, staff)))
    assert.equal(answers.filter(({ status }) => status === 201).length, 1)
  })

  test('a cancelled order is refunded and restocked, its buyer told, and cancelling again says the same', async (t) => {
    const shop = await shopIn(place, t)
    const { order: { id, email, total }, caller, product } = await shop.bought({ quantity: 3 })
    await shop.call('update', { id, status: 'preparing' }, staff)
    const cancelled = await shop.call('cancel', { id, reason: 'Too late' }, caller)
    assert.deepEqual([cancelled.body.status, cancelled.body.payment.status, cancelled.body.payment.refunded], ['cancelled', 'refunded', total])
    assert.deepEqual(cancelled.body.history.at(-1), { status: 'cancelled', at: cancelled.body.history.at(-1).at, by: 'customer', note: 'Too late' })
    assert.equal(await product.available(), 10)
    assert.deepEqual(await shop.call('cancel', { id, reason: 'again' }, caller), cancelled)
    const told = (await shop.placed.events('order')).slice(3).map(({ type, data }) => data.template ?? type)
    assert.deepEqual(told, ['order.status_changed.v1', 'order.cancelled.v1', 'order_cancelled', 'payment.refunded.v1', 'order_refunded'])
    assert.ok((await shop.placed.events('order')).filter(({ type }) => type === 'email.requested.v1').every(({ data }) => data.to === email))
    assert.equal((await shop.call('update', { id, status: 'preparing' }, staff)).body.code, 'illegal_transition')
    assert.equal((await shop.call('refund', { id }, staff, shop.key())).body.code, 'refund_exceeds_charge')
  })

  test('who may see an order and not write it may not cancel it', async (t) => {
    const shop = await shopIn(place, t)
    const { order: { id } } = await shop.bought()
    const clerk = { is: 'user', id: shop.placed.world.id(), sid: 's', may: new Set(['orders:read']) } as const
    assert.equal((await shop.call('cancel', { id }, clerk)).status, 403)
    assert.equal((await shop.call('cancel', { id }, shop.newUser())).status, 404)
    const { body } = await shop.call('cancel', { id }, staff)
    assert.deepEqual([body.status, body.history.at(-1).by], ['cancelled', 'staff'])
  })

  test('refunds add up to the charge and not beyond; the last one makes the order refunded; nothing is restocked', async (t) => {
    const shop = await shopIn(place, t)
    const { order: { id, total }, caller, product } = await shop.bought({ price: 500, quantity: 2 })
    const refund = (amount: number | null, key = shop.key(), reason = 'Scratched') =>
      shop.call('refund', { id, reason, ...(amount === null ? {} : { amount: { amount, currency: 'EUR' } }) }, staff, key)
    const first = await refund(400, 'a key')
    assert.deepEqual([first.body.orderId, first.body.amount.amount, first.body.reason, first.body.status], [id, 400, 'Scratched', 'succeeded'])
    assert.deepEqual(await refund(400, 'a key'), { ...first, replayed: true })
    assert.equal((await refund(401, 'a key')).body.code, 'idempotency_key_reused')
    assert.equal((await refund(601)).body.code, 'refund_exceeds_charge')
    assert.deepEqual((await shop.call('read', { id }, caller)).body.payment.status, 'partially_refunded')
    assert.equal((await refund(null)).body.amount.amount, 600)
    const { body } = await shop.call('read', { id }, caller)
    assert.deepEqual([body.status, body.payment.status, body.payment.refunded, await product.available()], ['refunded', 'refunded', total, 8])
    assert.equal((await refund(1)).body.code, 'refund_exceeds_charge')
    const listed = await shop.call('refunds', { id, limit: 1 }, staff)
    const rest = await shop.call('refunds', { id, limit: 1, cursor: listed.body.nextCursor }, staff)
    assert.deepEqual([...listed.body.items, ...rest.body.items].map(({ amount }: any) => amount.amount), [400, 600])
    assert.equal(rest.body.nextCursor, null)
  })

  test('of ten refunds of 300 at once out of 1000 three are paid', async (t) => {
    const shop = await shopIn(place, t)
    const { order: { id } } = await shop.bought({ price: 1000 })
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => shop.call('refund', { id, amount: { amount: 300, currency: 'EUR' } }, staff, `r ${n}`)))
    assert.equal(answers.filter(({ status }) => status === 201).length, 3)
    assert.ok(answers.every(({ status, body }) => status === 201 || body.code === 'refund_exceeds_charge'))
    const paidBack = (await shop.placed.rows('order-ledger')).filter(({ table }) => table === 'refunds')
    assert.equal(paidBack.length, 3)
  })

  test('a full refund asked for twice at once under one key is one refund', async (t) => {
    const shop = await shopIn(place, t)
    const { order: { id } } = await shop.bought()
    const answers = await Promise.all(Array.from({ length: 5 }, () => shop.call('refund', { id }, staff, 'one key')))
    assert.deepEqual(answers.map(({ status }) => status), [201, 201, 201, 201, 201])
    assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1)
  })

  test('what was never paid cannot be refunded, and what is not there neither', async (t) => {
    const shop = await shopIn(place, t)
    const { order: { id } } = await shop.bought({ token: 'tok_action' })
    assert.equal((await shop.call('refund', { id }, staff, 'a')).body.code, 'refund_exceeds_charge')
    assert.equal((await shop.call('refund', { id: shop.placed.world.id() }, staff, 'b')).body.code, 'order_not_found')
    assert.equal((await shop.call('refunds', { id: 'nonsense' }, staff)).body.code, 'order_not_found')
    assert.equal((await shop.call('refund', { id, amount: { amount: 1, currency: 'USD' } }, staff, 'c')).body.errors[0].path, '/amount/currency')
  })
}
