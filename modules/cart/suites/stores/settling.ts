import assert from 'node:assert/strict'
import { type Open, at, filled, guest, id, piece, quantities, user, variant, withStore } from '../carts.ts'

export default (open: Open): void => {
  const promise = withStore(open)
  const order = (n: number, claims: readonly [n: number, generation: number][], lines: readonly [n: number, quantity: number][]) => ({
    id: id(0x0d00 + n), claims: claims.map(([cart, generation]) => ({ cartId: id(cart), generation })),
    lines: lines.map(([one, quantity]) => ({ variantId: variant(one), quantity })),
  })

  promise('a snapshot claims its cart; there is none of an unknown owner', async (store) => {
    const cart = await filled(store, guest, id(1), [[1, 2]])
    assert.deepEqual(await store.snapshot(guest, 1), { cart, claims: [{ cartId: id(1), generation: 0 }] })
    assert.equal(await store.snapshot(user, 1), null)
  })

  promise('an order takes what it ordered out, and what was added meanwhile stays', async (store) => {
    await filled(store, guest, id(1), [[1, 2], [2, 5], [3, 1]])
    await store.add(guest, piece(1, 1), at(2), null)
    await store.add(guest, piece(4, 4), at(2), null)
    await store.settle(order(1, [[1, 0]], [[1, 2], [2, 5], [3, 1]]), 7)
    const cart = await store.find(guest, 7)
    assert.deepEqual(quantities(cart), [[variant(1), 1], [variant(4), 4]])
    assert.deepEqual([cart?.generation, cart?.updatedAt, cart?.expiresAt], [1, 7, 1002])
  })

  promise('what is no longer there in full is taken as far as it is', async (store) => {
    await filled(store, guest, id(1), [[1, 2], [2, 2]])
    await store.set(guest, { ...piece(1), quantity: 1 }, at(2))
    await store.remove(guest, variant(2), at(2))
    await store.settle(order(1, [[1, 0]], [[1, 2], [2, 2]]), 3)
    assert.deepEqual(quantities(await store.find(guest, 3)), [])
  })

  promise('a repeat takes nothing, however late, and lowers no generation', async (store) => {
    await filled(store, guest, id(1), [[1, 5]])
    await store.settle(order(1, [[1, 0]], [[1, 2]]), 2)
    await store.settle(order(2, [[1, 1]], [[1, 1]]), 3)
    await store.settle(order(1, [[1, 0]], [[1, 2]]), 4)
    const cart = await store.find(guest, 5)
    assert.deepEqual(quantities(cart), [[variant(1), 2]])
    assert.equal(cart?.generation, 2)
  })

  promise('a settled order still raises a generation that was lost', async (store) => {
    await filled(store, guest, id(1), [[1, 5]])
    await store.settle(order(1, [[1, 0]], [[1, 1]]), 2)
    await store.settle(order(1, [[1, 3]], [[1, 1]]), 3)
    const cart = await store.find(guest, 3)
    assert.equal(cart?.generation, 4)
    assert.deepEqual(quantities(cart), [[variant(1), 4]])
  })

  promise('settling twenty times at once takes once', async (store) => {
    await filled(store, guest, id(1), [[1, 500]])
    await Promise.all(Array.from({ length: 20 }, () => store.settle(order(1, [[1, 0]], [[1, 7]]), 2)))
    assert.deepEqual(quantities(await store.find(guest, 3)), [[variant(1), 493]])
  })

  promise('settling an unknown cart changes nothing', async (store) => {
    const before = await filled(store, guest, id(1), [[1, 5]])
    await store.settle(order(1, [[9, 0]], [[1, 2]]), 2)
    assert.deepEqual(await store.find(guest, 3), before)
  })

  promise('a settled cart that is added to is the same cart in its next generation', async (store) => {
    await filled(store, guest, id(1), [[1, 1]])
    await store.settle(order(1, [[1, 0]], [[1, 1]]), 2)
    await store.add(guest, piece(2), at(3), null)
    assert.deepEqual((await store.snapshot(guest, 3))?.claims, [{ cartId: id(1), generation: 1 }])
  })
}
