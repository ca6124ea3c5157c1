import assert from 'node:assert/strict'
import { type Open, at, filled, guest, id, piece, quantities, user, variant, withStore } from '../carts.ts'

export default (open: Open): void => {
  const promise = withStore(open)

  promise('an expired cart is as none, before it is swept', async (store) => {
    await filled(store, guest, id(1), [[1, 1]], 100)
    assert.notEqual(await store.find(guest, 100), null)
    assert.equal(await store.find(guest, 101), null)
    assert.equal(await store.snapshot(guest, 101), null)
    assert.equal(await store.add(guest, piece(1), at(101), null), null)
    assert.equal(await store.set(guest, piece(1), at(101)), null)
    assert.equal(await store.remove(guest, variant(1), at(101)), null)
    assert.equal(await store.clear(guest, at(101)), null)
    assert.equal(await store.setDestination(guest, { country: 'DE' }, at(101), null), null)
  })

  promise('whose cart has expired starts another, under another id', async (store) => {
    await filled(store, user, id(1), [[1, 1]], 100)
    const cart = await store.add(user, piece(2), at(200), id(2))
    assert.equal(cart?.id, id(2))
    assert.deepEqual(quantities(cart), [[variant(2), 1]])
  })

  promise('an expired user\'s cart gives way to a merge, an expired guest\'s is not merged', async (store) => {
    await filled(store, user, id(1), [[1, 1]], 5)
    const theirs = await filled(store, guest, id(2), [[2, 1]])
    const merge = {
      guest: { id: theirs.id, version: theirs.version }, user: { owner: user, id: id(3), version: null },
      lines: theirs.lines, notices: [], destination: theirs.destination, alias: true, at: at(10),
    }
    assert.equal(await store.merge(merge), true)
    assert.deepEqual(quantities(await store.find(user, 10)), [[variant(2), 1]])
  })

  promise('the sweep forgets expired carts and no others, page by page', async (store) => {
    for (let n = 1; n <= 25; n++) await filled(store, `session:${n.toString(16).padStart(64, '0')}`, id(n), [[1, 1], [2, 2]], n % 2 === 0 ? 100 : 10_000)
    let after: string | null = ''
    let pages = 0
    while (after !== null) {
      const { next }: { next: string | null } = await store.sweep(after, 10, 500)
      after = next
      pages++
    }
    assert.equal(pages, 3)
    for (let n = 1; n <= 25; n++) {
      // Asked as of a moment at which none had expired: what is gone is gone.
      assert.equal(await store.find(`session:${n.toString(16).padStart(64, '0')}`, 50) === null, n % 2 === 0)
    }
  })

  promise('an event is remembered once', async (store) => {
    const event = { id: id(7), type: 'guest.signed_in.v1', time: '2026-01-01T00:00:00.000Z', data: {}, trace: '0'.repeat(32) } as const
    assert.equal(await store.heard(event), 'stored')
    assert.equal(await store.heard(event), 'repeated')
  })
}
