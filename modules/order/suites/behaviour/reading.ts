import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { shopIn, staff } from '../buying.ts'

export default (place: Place): void => {
  test('others\' orders, unknown and malformed ids are all not found', async (t) => {
    const shop = await shopIn(place, t)
    const { order: { id }, caller } = await shop.bought()
    const nobody = { is: 'nobody' } as const
    for (const [other, who] of [[id, shop.newUser()], [id, nobody], [id, { is: 'guest', session: 'x' } as const], [shop.placed.world.id(), caller], ['nonsense', caller]] as const) {
      assert.equal((await shop.call('read', { id: other }, who)).body.code, 'order_not_found')
    }
    assert.equal((await shop.call('read', { id: id.toUpperCase() }, caller)).body.id, id)
    assert.equal((await shop.call('read', { id }, staff)).body.id, id)
  })

  test('a guest opens and cancels an order with its token or session, and no other', async (t) => {
    const shop = await shopIn(place, t)
    const product = await shop.product()
    const [one, two] = [await shop.guest(product.variantId), await shop.guest(product.variantId)]
    const [mine, others] = [(await shop.checkOut(one)).body, (await shop.checkOut(two)).body]
    assert.equal(mine.access.url, `http://localhost:3000/orders/${mine.id}`)
    const nobody = { is: 'nobody' } as const
    const open = (id: string, orderToken: string, operation = 'read') => shop.call(operation, { id, orderToken }, nobody)
    assert.equal((await open(mine.id, mine.access.token)).body.id, mine.id)
    assert.equal((await open(others.id, mine.access.token)).status, 404)
    assert.equal((await open(mine.id, `${mine.access.token}=`)).status, 404)
    assert.equal((await shop.call('read', { id: mine.id }, one)).body.id, mine.id)
    assert.equal((await shop.call('read', { id: mine.id }, two)).status, 404)
    assert.equal((await open(mine.id, mine.access.token, 'cancel')).body.status, 'cancelled')
    assert.deepEqual((await shop.call('list', {}, one)).body.items.map(({ id }: any) => id), [mine.id])
    assert.deepEqual((await shop.call('list', {}, nobody)).body, { items: [], nextCursor: null })
  })

  test('a replay makes the guest\'s token again', async (t) => {
    const shop = await shopIn(place, t)
    const guest = await shop.guest((await shop.product()).variantId)
    const [first, again] = [await shop.checkOut(guest, { key: 'k' }), await shop.checkOut(guest, { key: 'k' })]
    assert.deepEqual(again, { ...first, replayed: true })
    assert.ok(first.body.access.token.length >= 43)
    const stored = JSON.stringify(await shop.placed.rows('order'))
    assert.ok(!stored.includes(first.body.access.token), 'it is kept nowhere')
  })

  test('one\'s own orders page by page, newest first, each once, though new ones come', async (t) => {
    const shop = await shopIn(place, t)
    const caller = shop.newUser()
    for (let n = 0; n < 5; n++) await shop.bought({ caller })
    await shop.bought()
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const { body }: { body: any } = await shop.call('list', { limit: 2, ...(cursor === null ? {} : { cursor }) }, caller)
      seen.push(...body.items.map(({ number }: any) => number))
      cursor = body.nextCursor
      if (seen.length === 2) await shop.bought({ caller })
    } while (cursor !== null)
    assert.deepEqual(seen, ['M-100005', 'M-100004', 'M-100003', 'M-100002', 'M-100001'])
  })

  test('a cursor belongs to its list', async (t) => {
    const shop = await shopIn(place, t)
    const caller = shop.newUser()
    for (let n = 0; n < 2; n++) await shop.bought({ caller })
    const { body: { nextCursor: cursor } } = await shop.call('list', { limit: 1 }, caller)
    assert.equal((await shop.call('list', { limit: 1, cursor, status: ['paid'] }, caller)).body.code, 'invalid_cursor')
    assert.equal((await shop.call('list', { limit: 1, cursor }, shop.newUser())).body.code, 'invalid_cursor')
    assert.equal((await shop.call('list', { limit: 1, cursor: 'nonsense' }, caller)).body.code, 'invalid_cursor')
  })

  test('lists narrow by status and number; what was never paid is shown only where it is asked for', async (t) => {
    const shop = await shopIn(place, t)
    const caller = shop.newUser()
    const { order: paid } = await shop.bought({ caller })
    const { order: cancelled } = await shop.bought({ caller })
    await shop.call('cancel', { id: cancelled.id }, caller)
    await shop.add(caller, (await shop.product()).variantId)
    await shop.checkOut(caller, { token: 'tok_declined' })
    const ids = async (query: object, who = caller) => (await shop.call('list', query, who)).body.items.map(({ id }: any) => id)
    assert.deepEqual(await ids({}), [cancelled.id, paid.id])
    assert.deepEqual(await ids({ status: ['paid'] }), [paid.id])
    assert.equal((await ids({ status: ['payment_failed'] })).length, 1)
    assert.equal((await ids({ status: ['payment_failed', 'paid'] })).length, 2)
    assert.deepEqual(await ids({ number: [paid.number] }), [paid.id])
    assert.deepEqual(await ids({ number: [paid.number, 'M-999999', 'nonsense'] }), [paid.id])
    assert.deepEqual(await ids({ number: ['nonsense'] }), [])
  })

  test('staff find everyone\'s by user, e-mail and time; a customer may not ask', async (t) => {
    const shop = await shopIn(place, t)
    const [one, two] = [shop.newUser(), shop.newUser()]
    const { order: first } = await shop.bought({ caller: one, more: { email: 'One@Example.com' } })
    shop.placed.advance(1000)
    const { order: second } = await shop.bought({ caller: two })
    const ids = async (query: object) => (await shop.call('list', query, staff)).body.items.map(({ id }: any) => id)
    assert.deepEqual(await ids({}), [second.id, first.id])
    assert.deepEqual(await ids({ userId: [one.id] }), [first.id])
    assert.deepEqual(await ids({ userId: [one.id.toUpperCase(), two.id] }), [second.id, first.id])
    assert.equal(first.email, 'one@example.com')
    assert.deepEqual(await ids({ email: ['ONE@example.com'] }), [first.id])
    assert.deepEqual(await ids({ createdFrom: second.createdAt }), [second.id])
    assert.deepEqual(await ids({ createdTo: first.createdAt }), [first.id])
    for (const query of [{ userId: [one.id] }, { email: ['one@example.com'] }, { createdFrom: first.createdAt }, { createdTo: first.createdAt }]) {
      assert.equal((await shop.call('list', query, one)).status, 403)
    }
  })
}
