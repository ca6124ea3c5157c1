import assert from 'node:assert/strict'
import type { Portable } from '../../../../src/databases/sql.ts'
import { become, changed } from '../../rules/move.ts'
import { giveBack } from '../../rules/moves.ts'
import type { OrderRecord } from '../../rules/order.ts'
import { endRefund, openRefund } from '../../rules/refunds.ts'
import type { OrderStore } from '../../store.ts'
import { type Open, id, keyOf, order, paid, standing, withStore } from '../orders.ts'

const none = { events: [] }
const moment = { now: 3000, asked: 3000, first: false, leaseMs: 10, pendingMs: 10, refundId: id(0xf1) }

export default (open: Open): void => {
  const promise = withStore(open)
  const inserted = async (store: OrderStore, about: Partial<OrderRecord> = {}) => {
    const first = order(1, about)
    await store.insert(first, keyOf(first), none)
    return first
  }
  const tables = async (store: Portable) => Object.groupBy(await Array.fromAsync(store.dump()), ({ table }) => table)

  promise('every field of a change is read as it was stored', async (store) => {
    const first = await inserted(store)
    const after: OrderRecord = {
      ...become(first, { status: 'paid', now: 2500, by: 'system', why: 'Because\tof this' }, {
        paymentStatus: 'captured', step: 'settling', epoch: 3, leaseUntil: 9, nextAttempt: 8, attempts: 7, cancel: { by: 'staff', reason: 'why' },
        woken: true, waitingUntil: 6, token: null, toVoid: true, reference: 'p', actionUrl: 'http://x.test/', captured: 2000, refundCommitted: 0,
        refunded: 0, paidAt: 2500, note: 'note', tracking: { carrier: 'Post', number: null, url: null }, answer: { is: 'order', body: '{"a":1}' },
      }),
    }
    assert.ok(await store.change(first, { after }, none))
    assert.deepEqual(await store.find(first.id), after)
  })

  for (const [what, stale] of [['epoch', { epoch: 2 }], ['step', { step: 'capturing' }], ['version', { version: 2 }]] as const) {
    promise(`a change from another ${what} holds nothing`, async (store) => {
      const first = await inserted(store)
      const before = { ...first, ...stale }
      const move = giveBack({ ...before, captured: 2000, paidAt: 1 }, { by: 'customer', reason: null }, moment)
      assert.equal(await store.change(before, { ...move, unclaims: true, freesKey: true }, none), false)
      assert.deepEqual(await store.find(first.id), first)
      assert.ok(await store.byKey(keyOf(first)))
      assert.ok(await store.claimant(first.frozen.claims))
      assert.equal(await store.refund(id(0xf1)), null)
    })
  }

  promise('of many changes at once one holds', async (store) => {
    const first = await inserted(store)
    const held = await Promise.all(Array.from({ length: 20 }, (_, n) => store.change(first, { after: changed(first, { note: `n ${n}` }) }, none)))
    assert.equal(held.filter(Boolean).length, 1)
  })

  promise('an answer that is stored is never replaced', async (store) => {
    const first = await inserted(store)
    const one = changed(first, { answer: { is: 'order', body: '{"status":"pending"}' } })
    await store.change(first, { after: one }, none)
    const two = changed(one, { answer: { is: 'refusal', refusal: { code: 'x', detail: 'y', lines: [] } } })
    assert.ok(await store.change(one, { after: two }, none))
    assert.deepEqual((await store.find(first.id))?.answer, one.answer)
  })

  promise('undoing frees the cart; the key only where nothing happened under it', async (store) => {
    const first = await inserted(store)
    const one = changed(first, { step: 'undoing' })
    await store.change(first, { after: one, unclaims: true }, none)
    assert.equal(await store.claimant(first.frozen.claims), null)
    assert.ok(await store.byKey(keyOf(first)))
    await store.change(one, { after: changed(one, {}), freesKey: true }, none)
    assert.equal(await store.byKey(keyOf(first)), null)
    const again = order(2, { frozen: first.frozen, checkoutKey: first.checkoutKey })
    assert.equal((await store.insert(again, keyOf(again), none)).is, 'inserted')
    await store.change(again, { after: changed(again, {}), unclaims: true }, none)
  })

  promise('the key and the claim of a later order are not another\'s to free', async (store) => {
    const first = await inserted(store)
    const one = changed(first, {})
    await store.change(first, { after: one, unclaims: true, freesKey: true }, none)
    const again = order(2, { frozen: first.frozen, checkoutKey: first.checkoutKey })
    await store.insert(again, keyOf(again), none)
    await store.change(one, { after: changed(one, {}), unclaims: true, freesKey: true }, none)
    assert.equal((await store.claimant(first.frozen.claims))?.id, again.id)
    assert.equal((await store.byKey(keyOf(again)))?.order.id, again.id)
  })

  promise('a refund is a row and a sum in one change, and ends once', async (store) => {
    const first = await standing(store, paid())
    const opened = openRefund(first, 500, { id: id(0xf1), reason: 'Scratched', by: 'staff', createdAt: 3000, nextAttempt: 4000 })
    assert.ok(opened.is === 'opened')
    const key = keyOf(first, { operation: 'refund', key: 'r' })
    assert.ok(await store.change(first, opened.move, { ...none, key }))
    const refund = await store.refund(id(0xf1))
    assert.deepEqual(refund, { id: id(0xf1), orderId: first.id, amount: 500, currency: 'EUR', reason: 'Scratched', status: 'pending', attempts: 0, createdAt: 3000 })
    assert.deepEqual((await store.byKey(key))?.refundId, id(0xf1))
    assert.deepEqual([await store.pendingRefunds(3999, 9), await store.pendingRefunds(4000, 9)], [[], [refund]])
    await store.delayRefund(id(0xf1), 5000)
    assert.deepEqual(await store.pendingRefunds(4999, 9), [])
    const now = opened.move.after
    const move = endRefund(now, { id: id(0xf1), amount: 500, reason: null }, { is: 'refunded' }, 6000)
    assert.ok(await store.change(now, move, none))
    assert.deepEqual(await store.pendingRefundsOf(first.id), [])
    assert.ok(move.closes)
    assert.equal(await store.change(move.after, { after: changed(move.after, {}), closes: move.closes }, none), false)
    assert.equal((await store.find(first.id))?.refunded, 500)
  })

  promise('a refund\'s key that is taken refuses the whole change', async (store) => {
    const first = await standing(store, paid())
    const key = keyOf(first, { operation: 'refund', key: 'r' })
    const ask = (order: OrderRecord, refundId: string) => openRefund(order, 500, { id: refundId, reason: null, by: 'staff', createdAt: 1, nextAttempt: 1 })
    const one = ask(first, id(0xf1))
    assert.ok(one.is === 'opened')
    await store.change(first, one.move, { ...none, key })
    const two = ask(one.move.after, id(0xf2))
    assert.ok(two.is === 'opened')
    assert.equal(await store.change(one.move.after, two.move, { ...none, key }), false)
    assert.deepEqual([(await store.find(first.id))?.refundCommitted, await store.refund(id(0xf2))], [500, null])
  })

  promise('a provider\'s event wakes once', async (store) => {
    const first = await inserted(store)
    const webhook = { provider: 'test', event: 'e', at: 1 }
    const one = changed(first, { woken: true })
    assert.ok(await store.change(first, { after: one }, { ...none, webhook }))
    assert.equal(await store.change(one, { after: changed(one, {}) }, { ...none, webhook }), false)
    assert.deepEqual(await store.find(first.id), one)
  })

  promise('the database refuses sums that cannot be', async (store) => {
    const first = await standing(store, paid())
    for (const wrong of [{ refundCommitted: 2001 }, { refunded: 1 }, { captured: 1999 }, { step: 'capturing' }, { settledAt: null }] as const) {
      await assert.rejects(store.change(first, { after: changed(first, wrong) }, none), JSON.stringify(wrong))
    }
    assert.equal((await tables(store))['orders']?.length, 1)
  })
}
