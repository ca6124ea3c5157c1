import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Instance, answered, bench, staff, violations } from '../suites/bench.ts'

test('a refund that two instances end at once is paid and counted once, whoever looks when', async (t) => {
  const b = await bench(t)
  const second = b.instance()
  const { body } = await second.place()
  const ask = (one: Instance) => answered(one.operations.refund({ id: body.id, amount: { amount: 1500, currency: 'EUR' } }, one.context({ caller: staff, key: 'r' })))
  let looked = 0
  // Between its two looks, at the refund and at its order, the other one ends it.
  const first = b.instance({ store: (store) => ({
    ...store,
    async refund(id) {
      const found = await store.refund(id)
      if (++looked === 2) assert.equal((await ask(second)).status, 201)
      return found
    },
  }) })
  assert.equal((await ask(first)).status, 201)
  assert.ok(looked > 2)
  assert.deepEqual((await b.orders()).map(({ refunded }) => refunded), [1500])
  assert.deepEqual(await violations(b), [])
})
