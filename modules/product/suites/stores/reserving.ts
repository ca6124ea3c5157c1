import assert from 'node:assert/strict'
import type { ProductStore } from '../../store.ts'
import { available, edited, made, type Open, orderId, productId, record, variant, variantId, withStore } from '../products.ts'

const line = (n: number, quantity: number) => ({ variantId: variantId(n), quantity })
const held = { state: 'held', short: [] }
const level = async (store: ProductStore, n: number) =>
  store.move({ productId: productId(n), variantId: variantId(n), effect: `look ${Math.random()}`, reason: null, to: { change: 0 }, answerAs: null, at: 1 })

export default (open: Open): void => {
  const promise = withStore(open)

  promise('of two hundred who want one of ten at once, ten get it', async (store) => {
    await store.save([made(record(1), 10)])
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => store.hold(orderId(n), [line(1, 1)], 1)))
    assert.equal(answers.filter((answer) => 'reservation' in answer).length, 10)
    assert.deepEqual(await level(store, 1), { available: 0, reserved: 10 })
  })

  promise('it is the hold that decides: by what was read before, all two hundred would get it', async (store) => {
    await store.save([made(record(1), 10)])
    const seen = await Promise.all(Array.from({ length: 200 }, () => available(store, 1)))
    assert.equal(seen.filter((left) => (left ?? 0) >= 1).length, 200)
  })

  promise('all lines are held or none', async (store) => {
    await store.save([made(record(1), 5), made(record(2), 1), made(record(3), null)])
    assert.deepEqual(await store.hold(orderId(1), [line(1, 2), line(2, 2), line(3, 900)], 1), { short: [{ variantId: variantId(2), available: 1, reserved: 0 }] })
    assert.deepEqual(await level(store, 1), { available: 5, reserved: 0 })
    assert.deepEqual(await store.hold(orderId(1), [line(1, 2), line(2, 1), line(3, 900)], 1), { reservation: held })
    assert.deepEqual([await available(store, 1), await available(store, 2), await available(store, 3)], [3, 0, null])
    assert.deepEqual(await store.hold(orderId(2), [line(2, 1), line(9, 1)], 1), {
      short: [{ variantId: variantId(2), available: 0, reserved: 1 }, { variantId: variantId(9), available: 0, reserved: 0 }],
    })
  })

  promise('what is not for sale any more is not held, tracked or not', async (store) => {
    await store.save([made(record(1), 5), made(record(2), null), made(record(3, { status: 'draft' }), 5)])
    await store.save([edited(record(1), { status: 'archived' }), edited(record(2), { status: 'archived' })])
    for (const n of [1, 2, 3]) {
      assert.deepEqual(await store.hold(orderId(n), [line(n, 1)], 1), { short: [{ variantId: variantId(n), available: 0, reserved: 0 }] })
    }
  })

  promise('a repeated hold takes nothing more, and a refusal stays one', async (store) => {
    await store.save([made(record(1), 5)])
    assert.deepEqual(await Promise.all([1, 2, 3].map(() => store.hold(orderId(1), [line(1, 2)], 1))), [1, 2, 3].map(() => ({ reservation: held })))
    assert.equal(await available(store, 1), 3)
    const refused = { state: 'released', short: [{ variantId: variantId(1), available: 3 }] }
    assert.deepEqual(await store.refuse(orderId(2), refused.short, 1), refused)
    assert.deepEqual(await store.hold(orderId(2), [line(1, 1)], 2), { reservation: refused })
    assert.deepEqual(await store.refuse(orderId(1), refused.short, 1), held)
  })

  promise('held → sold → returned: each once, and what ended absorbs the rest', async (store) => {
    await store.save([made(record(1), 5)])
    await store.hold(orderId(1), [line(1, 2)], 1)
    for (const _ of [1, 2]) assert.deepEqual(await store.commit(orderId(1), 1), { state: 'sold', short: [] })
    assert.deepEqual(await store.release(orderId(1), 1), { state: 'sold', short: [] })
    assert.deepEqual(await level(store, 1), { available: 3, reserved: 0 })
    for (const _ of [1, 2]) assert.deepEqual(await store.giveBack(orderId(1), 1), { state: 'returned', short: [] })
    assert.deepEqual(await store.commit(orderId(1), 1), { state: 'returned', short: [] })
    assert.deepEqual(await level(store, 1), { available: 5, reserved: 0 })
  })

  promise('held → released; a return of what is held commits it first', async (store) => {
    await store.save([made(record(1), 5)])
    await store.hold(orderId(1), [line(1, 2)], 1)
    for (const _ of [1, 2]) assert.deepEqual(await store.release(orderId(1), 1), { state: 'released', short: [] })
    assert.deepEqual(await store.giveBack(orderId(1), 1), { state: 'released', short: [] })
    await store.hold(orderId(2), [line(1, 3)], 1)
    assert.deepEqual(await store.giveBack(orderId(2), 1), { state: 'returned', short: [] })
    assert.deepEqual(await level(store, 1), { available: 5, reserved: 0 })
  })

  promise('a release of an unknown order refuses a later hold of it', async (store) => {
    await store.save([made(record(1), 5)])
    assert.deepEqual(await store.release(orderId(1), 1), { state: 'released', short: [] })
    assert.deepEqual(await store.hold(orderId(1), [line(1, 1)], 1), { reservation: { state: 'released', short: [] } })
    assert.equal(await available(store, 1), 5)
  })

  promise('what was held while untracked gives nothing back once it is counted', async (store) => {
    await store.save([made(record(1), null)])
    await store.hold(orderId(1), [line(1, 4)], 1)
    await store.move({ productId: productId(1), variantId: variantId(1), effect: 'count', reason: null, to: { available: 7 }, answerAs: null, at: 1 })
    await store.release(orderId(1), 1)
    assert.deepEqual(await level(store, 1), { available: 7, reserved: 0 })
  })

  promise('holding, selling and releasing at once keeps every piece', async (store) => {
    await store.save([made(record(1, { variants: [variant(1), variant(2)] }), 30)])
    await Promise.all(Array.from({ length: 60 }, async (_, n) => {
      const answer = await store.hold(orderId(n), [line(1, 1), line(2, 1)], 1)
      if (!('reservation' in answer)) return await store.refuse(orderId(n), [], 1)
      await Promise.all(n % 3 === 0 ? [store.commit(orderId(n), 1), store.release(orderId(n), 1)] : n % 3 === 1
        ? [store.release(orderId(n), 1), store.commit(orderId(n), 1)] : [store.commit(orderId(n), 1), store.giveBack(orderId(n), 1)])
    }))
    const counted = await level(store, 1)
    assert.ok(typeof counted === 'object' && counted.reserved === 0)
    assert.equal((await store.byId(productId(1)))?.available[variantId(2)], counted.available)
  })
}
