import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { bought } from '../buying.ts'
import type { Journey } from '../journeys.test.ts'

export default (given: () => Journey): void => {
  const available = async (product: { id: string }) => (await given().shop.get(`/products/${product.id}`)).body.variants[0].stock.available

  test('a paid order is cancelled: refunded, restocked, and cancelling again says the same', async () => {
    const { shop, admin } = given()
    const { order, product, token } = await bought(shop, admin, { stock: 5, quantity: 2 })
    assert.equal(await available(product), 3)
    const cancelled = await shop.post(`/orders/${order.id}/cancel`, { reason: 'No longer needed' }, { token })
    assert.equal(cancelled.status, 200, cancelled.text)
    assert.equal(cancelled.body.status, 'cancelled')
    assert.equal(cancelled.body.payment.status, 'refunded')
    assert.deepEqual(cancelled.body.payment.refunded, order.total)
    assert.equal(await available(product), 5)
    assert.equal((await shop.post(`/orders/${order.id}/cancel`, undefined, { token })).status, 200)
  })

  test('an order goes to its buyer step by step, with tracking and history, and cannot be cancelled then', async () => {
    const { shop, admin } = given()
    const { order, token } = await bought(shop, admin)
    const patch = (body: unknown, as = admin) => shop.ask('PATCH', `/orders/${order.id}`, { body, token: as })
    assert.equal((await patch({ status: 'preparing' }, token)).status, 403)
    assert.equal((await patch({ status: 'shipped' })).body.code, 'illegal_transition')
    assert.equal((await patch({ status: 'preparing' })).body.status, 'preparing')
    const tracking = { carrier: 'Post', number: 'XY 1', url: 'https://post.example/XY1' }
    assert.deepEqual((await patch({ status: 'shipped', tracking })).body.tracking, tracking)
    assert.equal((await shop.post(`/orders/${order.id}/cancel`, {}, { token })).body.code, 'illegal_transition')
    const { body } = await patch({ status: 'delivered', note: 'Left with a neighbour' })
    assert.deepEqual(body.history.map(({ status }: { status: string }) => status).filter((status: string, at: number, all: string[]) => status !== all[at - 1]), ['pending', 'paid', 'preparing', 'shipped', 'delivered'])
  })

  test('refunds in parts add up, never to more than the charge, and a key refunds once', async () => {
    const { shop, admin } = given()
    const { order, product } = await bought(shop, admin, { amount: 1000, stock: 5 })
    const refund = (amount: number | null, key: string = randomUUID()) =>
      shop.post(`/orders/${order.id}/refunds`, amount === null ? {} : { amount: { amount, currency: 'EUR' }, reason: 'Scratched' }, { token: admin, key })
    const key = randomUUID()
    const first = await refund(400, key)
    assert.equal(first.status, 201, first.text)
    assert.equal(first.body.orderId, order.id)
    assert.equal((await refund(400, key)).body.id, first.body.id)
    assert.equal((await refund(601)).body.code, 'refund_exceeds_charge')
    assert.equal((await shop.get(`/orders/${order.id}`, { token: admin })).body.payment.status, 'partially_refunded')
    assert.deepEqual((await refund(null)).body.amount, { amount: 600, currency: 'EUR' })
    const after = await shop.get(`/orders/${order.id}`, { token: admin })
    assert.equal(after.body.status, 'refunded')
    assert.deepEqual(after.body.payment.refunded, order.total)
    assert.equal((await refund(null)).body.code, 'refund_exceeds_charge')
    assert.equal((await shop.get(`/orders/${order.id}/refunds`, { token: admin })).body.items.length, 2)
    assert.equal(await available(product), 4, 'a refund does not restock')
  })

  test('ten refunds of 300 at once out of 1000: three', async () => {
    const { shop, admin } = given()
    const { order } = await bought(shop, admin, { amount: 1000 })
    const answers = await Promise.all(Array.from({ length: 10 }, () =>
      shop.post(`/orders/${order.id}/refunds`, { amount: { amount: 300, currency: 'EUR' } }, { token: admin, key: randomUUID() })))
    assert.equal(answers.filter(({ status }) => status === 201).length, 3)
    assert.ok(answers.every(({ status }) => status === 201 || status === 409))
  })

  test('staff find orders by user, e-mail and time; a customer cannot', async () => {
    const { shop, admin } = given()
    const { order, id, token } = await bought(shop, admin)
    for (const query of [`userId=${id}`, `email=${encodeURIComponent(order.email)}`, `createdFrom=${order.createdAt}&userId=${id}`]) {
      const { body } = await shop.get(`/orders?${query}`, { token: admin })
      assert.deepEqual(body.items.map((one: { id: string }) => one.id), [order.id], query)
      assert.equal((await shop.get(`/orders?${query}`, { token })).status, 403, query)
    }
  })
}
