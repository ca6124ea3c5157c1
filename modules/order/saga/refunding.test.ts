import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PaymentProvider } from '../payments/provider.ts'
import { answered, bench, buyer, staff, violations } from '../suites/bench.ts'

const half = { amount: 1000, currency: 'EUR' }

test('a refund that the provider does not answer is kept: 503, and the sweeper or the same key ends it', async (t) => {
  for (const by of ['sweeper', 'key'] as const) {
    const b = await bench(t)
    let lost = true
    const one = b.instance({ provider: (provider): PaymentProvider => ({ ...provider, async refund(...given) {
      const answer = await provider.refund(...given)
      return lost ? { is: 'unknown' } : answer
    } }) })
    const { body: { id } } = await one.place()
    const refund = () => answered(one.operations.refund({ id, amount: half }, one.context({ caller: staff, key: 'r' })))
    assert.equal((await refund()).status, 503)
    assert.deepEqual((await b.orders()).map((row) => [row['refund_committed'], row['refunded']]), [[1000, 0]])
    lost = false
    if (by === 'sweeper') await b.rest(one)
    const again = await refund()
    assert.deepEqual([again.status, again.body.status, again.replayed], [201, 'succeeded', true])
    assert.deepEqual((await b.orders()).map((row) => row['refunded']), [1000])
    assert.deepEqual(await violations(b), [])
  }
})

test('one refused for good is shown as failed, told to the operator, and its amount may be refunded again', async (t) => {
  const b = await bench(t)
  let refuses = true
  const one = b.instance({ provider: (provider) => ({ ...provider, refund: (...given) => (refuses ? Promise.resolve({ is: 'refused', reason: 'Too old' }) : provider.refund(...given)) }) })
  const { body: { id } } = await one.place()
  const refund = (key: string) => answered(one.operations.refund({ id }, one.context({ caller: staff, key })))
  assert.equal((await refund('a')).body.status, 'failed')
  assert.equal((await refund('a')).body.status, 'failed')
  assert.ok(b.logged.some((line) => line.startsWith('error a refund was refused for good') && line.includes('Too old')))
  refuses = false
  assert.equal((await refund('b')).body.status, 'succeeded')
  assert.equal((await b.orders())[0]?.['status'], 'refunded')
  assert.deepEqual(await violations(b), [])
})

test('a cancel whose refund is refused for good rests all the same, and its money can still be paid back', async (t) => {
  const b = await bench(t)
  let refuses = true
  const one = b.instance({ provider: (provider) => ({ ...provider, refund: (...given) => (refuses ? Promise.resolve({ is: 'refused', reason: 'Too old' }) : provider.refund(...given)) }) })
  const { body: { id } } = await one.place()
  const cancelled: any = await one.operations.cancel({ id }, one.context({ caller: buyer }))
  assert.deepEqual([cancelled.status, cancelled.payment.status, b.stock.available], ['cancelled', 'captured', 10])
  refuses = false
  assert.equal((await answered(one.operations.refund({ id }, one.context({ caller: staff, key: 'r' })))).body.status, 'succeeded')
  const order = await b.store.find(id)
  assert.deepEqual([order?.status, order?.paymentStatus], ['cancelled', 'refunded'])
  assert.deepEqual(await violations(b), [])
})

test('a cancel while the provider is away goes through when it is back', async (t) => {
  const b = await bench(t)
  let away = true
  const one = b.instance({ provider: (provider) => ({ ...provider, refund: (...given) => (away ? Promise.resolve({ is: 'unreached' }) : provider.refund(...given)) }) })
  const { body: { id } } = await one.place()
  const waiting: any = await one.operations.cancel({ id }, one.context({ caller: buyer, leftMs: 600 }))
  assert.deepEqual([waiting.status, waiting.payment.status], ['cancelled', 'captured'])
  assert.equal((await b.store.find(id))?.settledAt, null)
  away = false
  await b.rest(one)
  assert.equal((await b.store.find(id))?.paymentStatus, 'refunded')
  assert.deepEqual(await violations(b), [])
})

test('orders that are not at rest are counted by step, and outcomes, takeovers and refunds as they come', async (t) => {
  const b = await bench(t)
  const one = b.instance()
  const { body: { id } } = await one.place()
  await one.place({ key: 'other', caller: { is: 'guest', session: 's' }, token: 'tok_action' })
  assert.deepEqual(await one.gauges?.(), [{ name: 'sagas', value: 1, labels: { step: 'waiting' } }])
  await one.operations.cancel({ id }, one.context({ caller: buyer }))
  b.world.advance(1_800_001)
  await b.rest(one)
  assert.deepEqual(b.counted, { outcomes: 3, takeovers: 1, refunds: 1 })
})
