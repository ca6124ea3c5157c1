import assert from 'node:assert/strict'
import { changed } from '../../rules/move.ts'
import { type Open, frozen, id, keyOf, order, paid, standing, withStore } from '../orders.ts'

const none = { events: [] }

export default (open: Open): void => {
  const promise = withStore(open)

  promise('due are unsettled orders whose time has come and that nobody holds, in a known step', async (store) => {
    await standing(store, order(1, { version: 2, leaseUntil: 0, nextAttempt: 20 }))
    await standing(store, order(2, { version: 2, leaseUntil: 0, nextAttempt: 10 }))
    await standing(store, order(3, { version: 2, leaseUntil: 101, nextAttempt: 10 }))
    await standing(store, order(4, { version: 2, leaseUntil: 0, nextAttempt: 101 }))
    await standing(store, paid(5))
    const foreign: string = 'invented-later'
    await standing(store, { ...order(6, { version: 2, leaseUntil: 0, nextAttempt: 1 }), step: foreign as 'new' })
    assert.deepEqual(await store.due(100, 10), [id(2), id(1)])
    assert.deepEqual(await store.due(100, 1), [id(2)])
    assert.deepEqual((await store.due(101, 10)).sort(), [id(1), id(2), id(3), id(4)])
  })

  promise('unsettled orders are counted by step', async (store) => {
    await standing(store, order(1, { version: 2, step: 'capturing' }))
    await standing(store, order(2, { version: 2, step: 'capturing' }))
    await standing(store, paid(3))
    assert.deepEqual(await store.steps(), [{ step: 'capturing', count: 2 }])
  })

  promise('lists are newest first, of one owner, and hide what was never paid unless it is asked for', async (store) => {
    await standing(store, paid(1))
    await standing(store, { ...order(2, { version: 2, status: 'payment_failed' }) })
    await standing(store, paid(3, { userId: id(0xe) }))
    await standing(store, paid(4, { status: 'cancelled', paymentStatus: 'refunded' }))
    await standing(store, order(5, { version: 2, status: 'cancelled' }))
    await standing(store, order(6, { version: 2, step: 'waiting' }))
    await standing(store, paid(7, { userId: null, session: 'a'.repeat(64) }))
    const ids = async (...asked: Parameters<typeof store.list>) => (await store.list(...asked)).map((one) => Number.parseInt(one.id.slice(-2), 16))
    const owner = { userId: id(0xb0b) }
    assert.deepEqual(await ids({}, null, 10), [7, 6, 4, 3, 1])
    assert.deepEqual(await ids({ owner }, null, 10), [6, 4, 1])
    assert.deepEqual(await ids({ owner: { session: 'a'.repeat(64) } }, null, 10), [7])
    assert.deepEqual(await ids({ owner, status: ['payment_failed'] }, null, 10), [2])
    assert.deepEqual(await ids({ owner, status: ['payment_failed', 'cancelled'] }, null, 10), [5, 4, 2])
    assert.deepEqual(await ids({ owner }, null, 2), [6, 4])
    assert.deepEqual(await ids({ owner }, 4, 2), [1])
    assert.deepEqual(await ids({ owner, number: [1, 3] }, null, 10), [1])
    assert.deepEqual(await ids({ userId: [id(0xe), id(0xf)] }, null, 10), [3])
  })

  promise('staff narrow lists by e-mail and time', async (store) => {
    await standing(store, paid(1, { email: 'a_b@example.com', createdAt: 100 }))
    await standing(store, paid(2, { email: 'axb@example.com', createdAt: 200 }))
    await standing(store, paid(3, { email: 'c@example.com', createdAt: 300 }))
    const ids = async (filter: Parameters<typeof store.list>[0]) => (await store.list(filter, null, 10)).map((one) => one.id)
    assert.deepEqual(await ids({ email: ['a_b@example.com'] }), [id(1)])
    assert.deepEqual(await ids({ email: ['a_b@example.com', 'c@example.com'] }), [id(3), id(1)])
    assert.deepEqual(await ids({ createdFrom: 200, createdTo: 300 }), [id(3), id(2)])
    assert.deepEqual(await ids({ createdFrom: 201, createdTo: 299 }), [])
  })

  promise('an order comes with its whole history, in its order', async (store) => {
    let row = await standing(store, paid(1))
    for (let n = 0; n < 12; n++) {
      const after = { ...changed(row, {}), history: [...row.history, { status: 'paid', at: new Date(n).toISOString(), by: 'staff', note: `n ${n}` } as const] }
      assert.ok(await store.change(row, { after }, none))
      row = after
    }
    assert.deepEqual((await store.find(row.id))?.history, row.history)
    assert.deepEqual((await store.list({}, null, 1))[0]?.history, row.history)
  })

  promise('refunds of an order are oldest first and paged', async (store) => {
    let row = await standing(store, paid(1))
    for (const n of [1, 2, 3]) {
      const after = changed(row, { refundCommitted: row.refundCommitted + 10 })
      await store.change(row, { after, opens: { id: id(0xf0 + n), amount: 10, reason: null, by: 'staff', createdAt: n, nextAttempt: n } }, none)
      row = after
    }
    assert.deepEqual((await store.refundsOf(row.id, null, 2)).map((one) => one.id), [id(0xf1), id(0xf2)])
    assert.deepEqual((await store.refundsOf(row.id, id(0xf2), 2)).map((one) => one.id), [id(0xf3)])
    assert.deepEqual(await store.refundsOf(id(9), null, 2), [])
  })

  promise('old keys are forgotten, those of what is unfinished never', async (store) => {
    await standing(store, paid(1, { createdAt: 10 }))
    await standing(store, order(2, { version: 2, createdAt: 10, step: 'waiting' }))
    await standing(store, paid(3, { createdAt: 20 }))
    const row = await standing(store, paid(4, { createdAt: 20, frozen: frozen({ claims: [{ cartId: id(0xcc), generation: 0 }] }) }))
    const after = changed(row, { refundCommitted: 10 })
    const refund = keyOf(row, { operation: 'refund', key: 'r', createdAt: 10 })
    await store.change(row, { after, opens: { id: id(0xf1), amount: 10, reason: null, by: 'staff', createdAt: 1, nextAttempt: 1 } }, { ...none, key: refund })
    assert.equal(await store.forget(20, 10), 1)
    const left = (await Array.fromAsync(store.dump())).filter(({ table }) => table === 'order_keys').map(({ row: { key } }) => key)
    assert.deepEqual(left.sort(), ['key 2', 'key 3', 'key 4', 'r'])
    await store.change(after, { after: changed(after, { refunded: 10 }), closes: { id: id(0xf1), status: 'succeeded', failure: null, endedAt: 5 } }, none)
    assert.equal(await store.forget(20, 10), 1)
  })

  promise('a secret is made once', async (store) => {
    assert.deepEqual(await Promise.all([store.secret('a', 'one'), store.secret('b', 'two')]), ['one', 'two'])
    assert.equal(await store.secret('a', 'three'), 'one')
  })

  promise('a dump loads into an empty store, and says the same', async (store) => {
    await standing(store, paid(1))
    await standing(store, order(2, { version: 2, step: 'waiting' }))
    const rows = await Array.fromAsync(store.dump())
    const { store: other, close } = await open()
    await other.load((async function* () { yield* rows })())
    assert.deepEqual(await other.find(id(1)), await store.find(id(1)))
    assert.deepEqual(await other.byKey(keyOf(order(2))), await store.byKey(keyOf(order(2))))
    assert.equal((await other.insert(order(3), keyOf(order(3)), none)).is, 'inserted')
    await close()
  })
}
