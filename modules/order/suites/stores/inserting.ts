import assert from 'node:assert/strict'
import { orderPlaced } from '../../contract/events.ts'
import { placed } from '../../rules/told.ts'
import { type Open, frozen, id, keyOf, order, withStore } from '../orders.ts'

export default (open: Open): void => {
  const promise = withStore(open)
  const claims = (...of: [cart: number, generation: number][]) => of.map(([cart, generation]) => ({ cartId: id(cart), generation }))

  promise('an order is read as it was inserted, under its number and its key', async (store) => {
    const first = order(1, { note: 'Ring twice\nplease', session: 'a'.repeat(64), userId: null })
    const inserted = await store.insert(first, keyOf(first), { events: [] })
    assert.deepEqual(inserted, { is: 'inserted', number: 1 })
    assert.deepEqual(await store.find(first.id), first)
    assert.deepEqual(await store.byKey(keyOf(first)), { fingerprint: 'f', order: first, refundId: null })
    assert.equal(await store.byKey({ ...keyOf(first), operation: 'refund' }), null)
    assert.equal(await store.byKey({ ...keyOf(first), scope: 'user:other' }), null)
    assert.equal(await store.find(id(99)), null)
  })

  promise('numbers count up', async (store) => {
    const numbers = []
    for (const n of [5, 3, 9]) numbers.push(await store.insert(order(n), keyOf(order(n)), { events: [] }))
    assert.deepEqual(numbers, [1, 2, 3].map((number) => ({ is: 'inserted', number })))
  })

  promise('a key makes one order, and the other leaves nothing', async (store) => {
    await store.insert(order(1), keyOf(order(1)), { events: [] })
    assert.deepEqual(await store.insert(order(2), keyOf(order(1)), { events: placed(order(2)) }), { is: 'key_taken' })
    assert.equal(await store.find(order(2).id), null)
    assert.equal(await store.claimant(order(2).frozen.claims), null)
    const outbox = (await Array.fromAsync(store.dump())).filter(({ table }) => table === 'outbox')
    assert.deepEqual(outbox, [])
  })

  promise('of twenty at once with one key one is inserted', async (store) => {
    const tries = await Promise.all(Array.from({ length: 20 }, (_, n) => store.insert(order(n + 1), keyOf(order(1)), { events: [] })))
    assert.equal(tries.filter(({ is }) => is === 'inserted').length, 1)
    assert.equal(tries.filter(({ is }) => is === 'key_taken').length, 19)
  })

  promise('a generation of a cart becomes one order, merged carts\' too', async (store) => {
    const first = order(1, { frozen: frozen({ claims: claims([1, 0], [2, 3]) }) })
    await store.insert(first, keyOf(first), { events: [] })
    for (const [n, of] of [[2, claims([1, 0])], [3, claims([7, 0], [2, 3])]] as const) {
      const other = order(n, { frozen: frozen({ claims: of }) })
      assert.deepEqual(await store.insert(other, keyOf(other), { events: [] }), { is: 'claimed' })
      assert.equal((await store.claimant(of))?.id, first.id)
    }
    const next = order(4, { frozen: frozen({ claims: claims([1, 1], [2, 4]) }) })
    assert.equal((await store.insert(next, keyOf(next), { events: [] })).is, 'inserted')
  })

  promise('what is told goes with the order', async (store) => {
    await store.insert(order(1), keyOf(order(1)), { events: placed(order(1)), trace: 'ab'.repeat(16) })
    const [event] = (await Array.fromAsync(store.dump())).filter(({ table }) => table === 'outbox')
    assert.equal(event?.row['type'], orderPlaced.type)
  })
}
