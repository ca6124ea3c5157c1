import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isFault } from '../../../src/contract/fault.ts'
import { unavailable } from '../../../src/contract/faults.ts'
import { illegalTransition } from '../contract/faults.ts'
import type { Step } from '../rules/order.ts'
import { bench, buyer, staff, violations } from '../suites/bench.ts'
import { type Place, freezing, quiet } from '../suites/freezing.ts'

const cancel = async (b: Awaited<ReturnType<typeof bench>>, leftMs = 1000, reason: string | null = null, caller = buyer) => {
  const id = String((await b.orders())[0]?.['id'])
  return b.instance().operations.cancel({ id, reason }, b.instance().context({ caller, leftMs }))
}

describe('a cancel of an unfinished order', () => {
  const moments: readonly [Step, Place, status: number][] = [
    ['new', 'between store and call', 409], ['new', 'between call and answer', 409],
    ['authorizing', 'between store and call', 409], ['authorizing', 'between call and answer', 409],
    ['capturing', 'between store and call', 201], ['capturing', 'between call and answer', 201],
    ['settling', 'between store and call', 201], ['settling', 'between call and answer', 201],
  ]
  for (const [step, place, status] of moments) {
    test(`that came at ${step}, ${place}, turns it back: ${status === 409 ? 'nothing is charged' : 'what was paid is paid back'}`, async (t) => {
      const b = await bench(t)
      const stop = freezing(step, place)
      const asked = b.instance(stop.wraps).place()
      await stop.reached
      await assert.rejects(cancel(b, 510), (error) => isFault(error, unavailable), 'it is not done while the other works')
      stop.wake()
      const answer = await asked
      assert.equal(answer.status, status)
      if (status === 409) assert.equal(answer.body.code, 'checkout_abandoned')
      const cancelled: any = await cancel(b, 5000)
      assert.equal(cancelled.status, 'cancelled')
      assert.deepEqual(cancelled.payment.refunded.amount, status === 409 ? 0 : 2000)
      assert.deepEqual(await violations(b), [], b.logged.join('\n'))
    })
  }

  test('that waits for the bank frees the stock, and the bank\'s late approval buys nothing', async (t) => {
    const b = await bench(t)
    const one = b.instance()
    const pending = await one.place({ token: 'tok_action' })
    assert.equal(b.stock.reserved, 2)
    const answer: any = await cancel(b, 5000, 'Found it cheaper')
    assert.equal(answer.status, 'cancelled')
    assert.equal(answer.history.at(-1).note, 'Found it cheaper')
    assert.equal(answer.history.at(-1).by, 'customer')
    const reference = String((await b.ledger('authorizations'))[0]?.['reference'])
    await one.operations.paymentDecision({ reference, decision: 'approve' }, one.context())
    await quiet()
    assert.deepEqual(await violations(b), [])
    const replay = await one.place({ token: 'tok_action' })
    assert.deepEqual([replay.status, replay.replayed, replay.body.status], [201, true, 'pending'])
    assert.equal(replay.body.id, pending.body.id)
  })

  test('nothing is shipped or refunded while it is wanted', async (t) => {
    const b = await bench(t)
    const stop = freezing('settling', 'between store and call')
    void b.instance(stop.wraps).place()
    await stop.reached
    await assert.rejects(cancel(b, 510), (error) => isFault(error, unavailable))
    const [one, id] = [b.instance(), String((await b.orders())[0]?.['id'])]
    for (const asked of [
      one.operations.update({ id, status: 'preparing' }, one.context({ caller: staff })),
      one.operations.refund({ id, amount: { amount: 1, currency: 'EUR' } }, one.context({ caller: staff, key: 'r' })),
    ]) await assert.rejects(asked, (error) => isFault(error, illegalTransition))
  })

  test('whose payment fails meanwhile is answered 409', async (t) => {
    const b = await bench(t)
    const stop = freezing('authorizing', 'between call and answer')
    const asked = b.instance(stop.wraps).place({ token: 'tok_declined' })
    await stop.reached
    const cancelling = assert.rejects(cancel(b, 5000), (error) => isFault(error, illegalTransition))
    await quiet()
    stop.wake()
    assert.equal((await asked).status, 402)
    await cancelling
    assert.deepEqual(await violations(b), [])
  })
})

test('a paid order is cancelled once, however often it is asked for', async (t) => {
  const b = await bench(t)
  await b.instance().place()
  const answers: any[] = await Promise.all([cancel(b, 5000), cancel(b, 5000), cancel(b, 5000, null, staff)])
  assert.deepEqual(answers.map(({ status, payment }) => [status, payment.status]), Array(3).fill(['cancelled', 'refunded']))
  assert.equal((await b.orders('order_refunds')).length, 1)
  assert.equal(b.stock.available, 10)
  assert.deepEqual(await violations(b), [])
})

test('a cancel pays back what refunds have left', async (t) => {
  const b = await bench(t)
  const one = b.instance()
  const { body } = await one.place()
  await one.operations.refund({ id: body.id, amount: { amount: 700, currency: 'EUR' } }, one.context({ caller: staff, key: 'r' }))
  const answer: any = await cancel(b, 5000)
  assert.equal(answer.payment.refunded.amount, 2000)
  assert.deepEqual((await b.orders('order_refunds')).map(({ amount }) => amount), [700, 1300])
  assert.deepEqual(await violations(b), [])
})
