import assert from 'node:assert/strict'
import type { Cart, Merge } from '../../store.ts'
import { type Open, at, filled, guest, id, otherGuest, piece, quantities, user, variant, withStore } from '../carts.ts'

/** A merge that keeps the user's lines before the guest's; what it decides is rules/merge.ts's business. */
const mergeOf = (mine: Cart | null, theirs: Cart, userCart: string): Merge => ({
  guest: { id: theirs.id, version: theirs.version },
  user: { owner: user, id: mine?.id ?? userCart, version: mine?.version ?? null },
  lines: [...mine?.lines ?? [], ...theirs.lines].map((line, position) => ({ ...line, position: position + 1 })),
  notices: [{ code: 'out_of_stock', variantId: variant(1) }],
  destination: mine?.destination ?? theirs.destination,
  alias: theirs.lines.length > 0, at: at(10),
})

export default (open: Open): void => {
  const promise = withStore(open)

  promise('a guest\'s cart becomes the user\'s: the guest has none, the user has all, with notices', async (store) => {
    const theirs = await filled(store, guest, id(1), [[1, 2], [2, 1]])
    assert.equal(await store.merge(mergeOf(null, theirs, id(2))), true)
    assert.equal(await store.find(guest, 10), null)
    const cart = await store.find(user, 10)
    assert.deepEqual([cart?.id, cart?.generation, cart?.expiresAt], [id(2), 0, 1010])
    assert.deepEqual(quantities(cart), [[variant(1), 2], [variant(2), 1]])
    assert.deepEqual(cart?.notices, [{ code: 'out_of_stock', variantId: variant(1) }])
  })

  promise('into a user\'s cart, which stays what it is', async (store) => {
    const mine = await filled(store, user, id(1), [[1, 1]])
    const theirs = await filled(store, guest, id(2), [[2, 2]])
    assert.equal(await store.merge(mergeOf(mine, theirs, id(3))), true)
    const cart = await store.find(user, 10)
    assert.equal(cart?.id, id(1))
    assert.deepEqual(quantities(cart), [[variant(1), 1], [variant(2), 2]])
  })

  promise('a line that is added after a merge stands after all merged ones', async (store) => {
    const theirs = await filled(store, guest, id(1), [[1, 1], [2, 1], [3, 1]])
    await store.merge(mergeOf(null, theirs, id(2)))
    const cart = await store.add(user, piece(4), at(11), null)
    assert.deepEqual(cart?.lines.map((line) => line.variantId), [1, 2, 3, 4].map(variant))
    assert.deepEqual(cart?.notices, [], 'the next change clears notices')
  })

  promise('a cart that changed since it was looked at is not merged, nor is anything else changed', async (store) => {
    const mine = await filled(store, user, id(1), [[1, 1]])
    const theirs = await filled(store, guest, id(2), [[2, 2]])
    const merge = mergeOf(mine, theirs, id(3))
    const later = await store.add(guest, piece(3), at(2), null)
    assert.equal(await store.merge(merge), false)
    assert.deepEqual(await store.find(guest, 2), later)
    assert.deepEqual(await store.find(user, 2), mine)
    assert.ok(later)
    const again = mergeOf(mine, later, id(3))
    const latest = await store.add(user, piece(4), at(2), null)
    assert.equal(await store.merge(again), false)
    assert.deepEqual(await store.find(user, 2), latest)
  })

  promise('a user who got a cart meanwhile keeps it', async (store) => {
    const theirs = await filled(store, guest, id(1), [[1, 1]])
    const merge = mergeOf(null, theirs, id(2))
    const mine = await filled(store, user, id(3), [[2, 1]])
    assert.equal(await store.merge(merge), false)
    assert.deepEqual(await store.find(user, 2), mine)
    assert.deepEqual(await store.find(guest, 2), theirs)
  })

  promise('of twenty merges at once one happens', async (store) => {
    const theirs = await filled(store, guest, id(1), [[1, 3]])
    const merged = await Promise.all(Array.from({ length: 20 }, (_, n) => store.merge(mergeOf(null, theirs, id(n + 2)))))
    assert.equal(merged.filter(Boolean).length, 1)
    assert.deepEqual(quantities(await store.find(user, 10)), [[variant(1), 3]])
  })

  promise('additions during a merge are in one of the two carts', async (store) => {
    const theirs = await filled(store, guest, id(1), [[1, 1]])
    const before = store.add(guest, piece(2), at(2), null)
    const merged = store.merge(mergeOf(null, theirs, id(2)))
    const after = store.add(guest, piece(3), at(2), null)
    const added = [await before, await after].filter((cart) => cart !== null).length
    const count = ((await store.find(user, 3))?.lines.length ?? 0) + ((await store.find(guest, 3))?.lines.length ?? 0)
    assert.equal(count, 1 + added)
    await merged
  })

  promise('an order of the guest\'s cart is settled in the user\'s, and claims of both name it', async (store) => {
    const theirs = await filled(store, guest, id(1), [[1, 2]])
    const mine = await filled(store, user, id(2), [[1, 3]])
    const added = mergeOf(mine, theirs, id(3))
    await store.merge({ ...added, lines: mine.lines.map((line) => ({ ...line, quantity: 5 })) })
    assert.deepEqual((await store.snapshot(user, 10))?.claims, [{ cartId: id(2), generation: 0 }, { cartId: id(1), generation: 0 }])
    const order = { id: id(0x0d), claims: [{ cartId: id(1), generation: 0 }], lines: [{ variantId: variant(1), quantity: 2 }] }
    for (let time = 0; time < 2; time++) await store.settle(order, 11)
    assert.deepEqual(quantities(await store.find(user, 11)), [[variant(1), 3]])
    assert.deepEqual((await store.snapshot(user, 11))?.claims, [{ cartId: id(2), generation: 0 }], 'settled since: nobody else can claim it')
  })

  promise('an order settled before the merge stays settled after it', async (store) => {
    await filled(store, guest, id(1), [[1, 5]])
    const order = { id: id(0x0d), claims: [{ cartId: id(1), generation: 0 }], lines: [{ variantId: variant(1), quantity: 2 }] }
    await store.settle(order, 2)
    const theirs = await store.find(guest, 2)
    assert.ok(theirs)
    await store.merge(mergeOf(null, theirs, id(2)))
    assert.deepEqual((await store.snapshot(user, 10))?.claims, [{ cartId: id(2), generation: 0 }, { cartId: id(1), generation: 1 }])
    await store.settle(order, 11)
    assert.deepEqual(quantities(await store.find(user, 11)), [[variant(1), 3]])
  })

  promise('an empty guest\'s cart leaves no alias', async (store) => {
    await filled(store, guest, id(1), [[1, 1]])
    const theirs = await store.clear(guest, at(2))
    assert.ok(theirs)
    await filled(store, user, id(2), [[1, 4]])
    await store.merge(mergeOf(await store.find(user, 2), theirs, id(3)))
    await store.settle({ id: id(0x0d), claims: [{ cartId: id(1), generation: 0 }], lines: [{ variantId: variant(1), quantity: 1 }] }, 11)
    assert.deepEqual(quantities(await store.find(user, 11)), [[variant(1), 4]])
  })

  promise('claims are never more than a hundred', async (store) => {
    for (let turn = 1; turn <= 120; turn++) {
      // Each once, in no order of their ids.
      const n = (turn * 7) % 121
      const theirs = await store.add(otherGuest, piece(1), at(1), id(n))
      assert.ok(theirs)
      const mine = await store.find(user, 1)
      await store.merge({ ...mergeOf(mine, theirs, id(1000)), lines: theirs.lines })
    }
    const claims = (await store.snapshot(user, 10))?.claims ?? []
    assert.equal(claims[0]?.cartId, id(1000))
    assert.deepEqual(claims.slice(1).map((claim) => claim.cartId).sort(), Array.from({ length: 99 }, (_, n) => id(n + 22)), 'the newest')
  })
}
