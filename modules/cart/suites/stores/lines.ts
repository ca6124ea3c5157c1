import assert from 'node:assert/strict'
import type { CartStore } from '../../store.ts'
import { type Open, at, filled, guest, id, otherGuest, piece, quantities, user, variant, withStore } from '../carts.ts'

export default (open: Open): void => {
  const promise = withStore(open)

  promise('the first piece starts the cart, under the id it is given', async (store) => {
    assert.equal(await store.find(guest, 1), null)
    const cart = await store.add(guest, piece(1, 2), at(5), id(1))
    assert.ok(cart)
    assert.deepEqual({ ...cart, version: 0 }, {
      id: id(1), version: 0, generation: 0, destination: { country: null, region: null, postalCode: null, shippingMethod: null },
      notices: [], updatedAt: 5, expiresAt: 1005,
      lines: [{ variantId: variant(1), quantity: 2, position: cart.lines[0]?.position, addedAt: 5, seen: '{"name":"variant 1"}' }],
    })
    assert.deepEqual(await store.find(guest, 6), cart)
    assert.equal(await store.find(otherGuest, 6), null)
  })

  promise('without a live cart and without a new id nothing is added', async (store) => {
    assert.equal(await store.add(guest, piece(1), at(1), null), null)
    assert.equal(await store.setDestination(guest, { country: 'DE' }, at(1), null), null)
    assert.equal(await store.find(guest, 1), null)
  })

  promise('a second piece adds to its line, which keeps its place and shows what was seen last', async (store) => {
    await filled(store, guest, id(1), [[1, 2], [2, 1]])
    const cart = await store.add(guest, { ...piece(1, 3), seen: '{"name":"renamed"}' }, at(9), null)
    assert.deepEqual(quantities(cart), [[variant(1), 5], [variant(2), 1]])
    assert.equal(cart?.lines[0]?.seen, '{"name":"renamed"}')
    assert.equal(cart?.lines[0]?.addedAt, 1)
    assert.equal(cart?.expiresAt, 1009)
  })

  promise('a new id is not used where there is a cart', async (store) => {
    await filled(store, user, id(1), [[1, 1]])
    assert.equal((await store.add(user, piece(2), at(2), id(2)))?.id, id(1))
  })

  promise('a line does not exceed what it is given as the most, and a refusal changes nothing', async (store) => {
    const before = await filled(store, guest, id(1), [[1, 3]])
    assert.equal(await store.add(guest, piece(1, 3, 5), at(50), null), null)
    assert.equal(await store.add(guest, piece(2, 6, 5), at(50), null), null)
    assert.deepEqual(await store.find(guest, 2), before)
    assert.deepEqual(quantities(await store.add(guest, piece(1, 2, 5), at(50), null)), [[variant(1), 5]])
  })

  promise('the 101st line is refused, another piece of the hundredth is not', async (store) => {
    await store.setDestination(guest, { country: 'DE', region: 'BE' }, at(1), id(1))
    await filled(store, guest, id(1), Array.from({ length: 99 }, (_, n) => [n, 1]))
    assert.notEqual(await store.add(guest, piece(99), at(2), null), null)
    assert.equal(await store.add(guest, piece(100), at(2), null), null)
    assert.equal((await store.add(guest, piece(99), at(2), null))?.lines.at(-1)?.quantity, 2)
    await store.remove(guest, variant(0), at(3))
    const cart = await store.add(guest, piece(100), at(4), null)
    assert.equal(cart?.lines.length, 100)
    assert.equal(cart?.lines.at(-1)?.variantId, variant(100))
  })

  promise('lines are set, removed and cleared; what is not there is not', async (store) => {
    await filled(store, guest, id(1), [[1, 2], [2, 1], [3, 1]])
    assert.deepEqual(quantities(await store.set(guest, { ...piece(1), quantity: 7 }, at(2))), [[variant(1), 7], [variant(2), 1], [variant(3), 1]])
    assert.equal(await store.set(guest, { ...piece(9), quantity: 1 }, at(2)), null)
    assert.deepEqual(quantities(await store.remove(guest, variant(2), at(3))), [[variant(1), 7], [variant(3), 1]])
    assert.equal(await store.remove(guest, variant(2), at(3)), null)
    assert.equal(await store.remove(otherGuest, variant(1), at(3)), null)
    const empty = await store.clear(guest, at(4))
    assert.deepEqual([empty?.id, empty?.lines, empty?.updatedAt], [id(1), [], 4])
    assert.equal(await store.clear(otherGuest, at(4)), null)
  })

  promise('of a destination absent fields are kept and null clears', async (store) => {
    const cart = await store.setDestination(guest, { country: 'DE', postalCode: '10115' }, at(1), id(1))
    assert.deepEqual(cart?.destination, { country: 'DE', region: null, postalCode: '10115', shippingMethod: null })
    const next = await store.setDestination(guest, { postalCode: null, region: 'BE', shippingMethod: 'express' }, at(2), null)
    assert.deepEqual(next?.destination, { country: 'DE', region: 'BE', postalCode: null, shippingMethod: 'express' })
  })

  const fifty = (store: CartStore, add: (n: number) => Promise<unknown>) => async () => {
    await filled(store, user, id(1), [[1, 1]])
    await Promise.all(Array.from({ length: 50 }, (_, n) => add(n)))
    return (await store.find(user, 1))?.lines.find((line) => line.variantId === variant(1))?.quantity
  }
  promise('fifty additions at once all count', async (store) => {
    assert.equal(await fifty(store, () => store.add(user, piece(1), at(1), null))(), 51)
  })
  promise('negative control: reading and setting instead of adding loses some of the fifty', async (store) => {
    const careless = async () => {
      const seen = (await store.find(user, 1))?.lines[0]?.quantity ?? 0
      await store.set(user, { ...piece(1), quantity: seen + 1 }, at(1))
    }
    assert.notEqual(await fifty(store, careless)(), 51)
  })
  promise('of fifty at once under a limit as many are refused as do not fit', async (store) => {
    await filled(store, user, id(1), [[1, 1]])
    const added = await Promise.all(Array.from({ length: 50 }, () => store.add(user, piece(1, 1, 10), at(1), null)))
    assert.equal(added.filter((cart) => cart !== null).length, 9)
    assert.deepEqual(quantities(await store.find(user, 1)), [[variant(1), 10]])
  })
  promise('a user\'s first pieces at once go into one cart', async (store) => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => store.add(user, piece(n), at(1), id(n + 1))))
    assert.equal((await store.find(user, 1))?.lines.length, 20)
  })
}
