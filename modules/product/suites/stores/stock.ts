import assert from 'node:assert/strict'
import type { StockMove } from '../../store.ts'
import { available, edited, made, type Open, orderId, productId, record, variantId, withStore } from '../products.ts'

const move = (n: number, to: StockMove['to'], about: Partial<StockMove> = {}): StockMove =>
  ({ productId: productId(n), variantId: variantId(n), effect: `effect ${Math.random()}`, reason: null, to, answerAs: null, at: 1, ...about })

export default (open: Open): void => {
  const promise = withStore(open)

  promise('stock is set and changed, never below zero, and shown at once', async (store) => {
    await store.save([made(record(1), 5)])
    assert.deepEqual(await store.move(move(1, { available: 9 })), { available: 9, reserved: 0 })
    assert.deepEqual(await store.move(move(1, { change: -9 })), { available: 0, reserved: 0 })
    assert.equal(await store.move(move(1, { change: -1 })), 'insufficient')
    assert.equal(await available(store, 1), 0)
    assert.equal(JSON.parse((await store.detail(productId(1)))?.text ?? '').variants[0].stock.available, 0)
  })

  promise('a number set leaves what is reserved alone', async (store) => {
    await store.save([made(record(1), 5)])
    await store.hold(orderId(1), [{ variantId: variantId(1), quantity: 3 }], 1)
    assert.deepEqual(await store.move(move(1, { available: 10 })), { available: 10, reserved: 3 })
    await store.release(orderId(1), 1)
    assert.equal(await available(store, 1), 13)
  })

  promise('untracked stock is not changed by a number, and tracked once one is set', async (store) => {
    await store.save([made(record(1), null)])
    assert.equal(await store.move(move(1, { change: 1 })), 'untracked')
    assert.deepEqual(await store.move(move(1, { available: 1 })), { available: 1, reserved: 0 })
    assert.deepEqual(await store.move(move(1, { available: null })), { available: null, reserved: 0 })
  })

  promise('what is not there is told apart', async (store) => {
    await store.save([made(record(1), 5), made(record(2), 5)])
    assert.equal(await store.move(move(3, { change: 1 })), 'unknown_product')
    assert.equal(await store.move(move(1, { change: 1 }, { variantId: variantId(2) })), 'unknown_variant')
    await store.remove(productId(1), 1)
    assert.equal(await store.move(move(1, { change: 1 })), 'unknown_product')
  })

  promise('a keyed change happens once, and its answer is kept with it', async (store) => {
    await store.save([made(record(1), 5)])
    const answerAs = { scope: 'me', fingerprint: 'that' }
    const answers = await Promise.all([1, 2, 3].map(() => store.move(move(1, { change: -1 }, { answerAs }))))
    assert.deepEqual(answers.filter((answer) => answer !== 'answered'), [{ available: 4, reserved: 0 }])
    assert.deepEqual(await store.answered('me'), { fingerprint: 'that', status: 200, answer: '{"available":4,"reserved":0}' })
    await store.keepAnswer('me', { fingerprint: 'other', status: 409, answer: '{}' }, 1)
    assert.equal((await store.answered('me'))?.fingerprint, 'that')
    assert.equal(await store.forgetAnswers(1), 0)
    assert.equal(await store.forgetAnswers(2), 1)
    assert.equal(await store.answered('me'), null)
  })

  promise('n rises with the stock, the version with edits', async (store) => {
    await store.save([made(record(1), 5)])
    const before = await store.detail(productId(1))
    await store.move(move(1, { change: 1 }))
    const moved = await store.detail(productId(1))
    assert.ok(before && moved && moved.n > before.n && moved.version === before.version)
    await store.save([edited(record(1), { name: 'New' })])
    assert.equal((await store.detail(productId(1)))?.version, 2)
  })

  promise('what moved is told once, with the version of now', async (store) => {
    await store.save([made(record(1), 5), made(record(2), null)])
    await store.move(move(1, { change: 1 }))
    await store.move(move(1, { change: 1 }))
    const untold = await store.untold(10)
    assert.deepEqual(untold, [
      { variantId: variantId(1), productId: productId(1), available: 7, version: 3 },
      { variantId: variantId(2), productId: productId(2), available: null, version: 1 },
    ])
    await Promise.all([store.tell(untold), store.tell(untold)])
    assert.deepEqual(await store.untold(10), [])
  })

  promise('of several who tell the same only one does, and none tells what is older than what was told', async (store, events) => {
    await store.save([made(record(1), 5)])
    const before = await store.untold(10)
    await store.move(move(1, { change: 1 }))
    const now = await store.untold(10)
    await events()
    await Promise.all([store.tell(now), store.tell(now)])
    await store.tell(before)
    assert.deepEqual((await events()).map(({ data }) => data), now)
    assert.deepEqual(await store.untold(10), [])
  })

  promise('quotes say price, stock and place of now; unknown variants are left out', async (store) => {
    await store.save([made(record(1), 5), made(record(2, { status: 'draft' }), null)])
    const quotes = await store.quotes([variantId(1), variantId(2), variantId(3)])
    assert.deepEqual(quotes.map(({ variantId: id, price, available: left, sellable }) => [id, price.amount, left, sellable]), [
      [variantId(1), 1000, 5, true], [variantId(2), 1000, null, false],
    ])
  })
}
