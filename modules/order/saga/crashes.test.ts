import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isFault } from '../../../src/contract/fault.ts'
import { unavailable } from '../../../src/contract/faults.ts'
import type { Step } from '../rules/order.ts'
import { type Bench, type Instance, bench, buyer, violations } from '../suites/bench.ts'
import { type Place, freezing, quiet, unfenced } from '../suites/freezing.ts'

/** How a first instance gets to each step. */
const scenarios: readonly { name: string; steps: readonly Step[]; run(one: Instance, b: Bench): Promise<unknown> }[] = [
  { name: 'a payment', steps: ['new', 'authorizing', 'capturing', 'settling', 'done'], run: (one) => one.place() },
  { name: 'a refused capture', steps: ['undoing', 'done'], run: (one) => one.place({ token: 'tok_capture_declined' }) },
  { name: 'a declined payment', steps: ['undoing'], run: (one) => one.place({ token: 'tok_declined' }) },
  { name: 'an unreachable provider', steps: ['undoing'], run: (one) => one.place({ token: 'tok_unavailable' }) },
  { name: 'a lost answer', steps: ['authorizing', 'capturing'], run: (one) => one.place({ token: 'tok_timeout_once' }) },
  { name: 'a lost capture', steps: ['capturing', 'settling'], run: (one) => one.place({ token: 'tok_capture_timeout_once' }) },
  { name: 'an approval', steps: ['waiting', 'capturing', 'settling'], run: (one, b) => decided(one, b, 'approve') },
  { name: 'a refused approval', steps: ['waiting', 'undoing'], run: (one, b) => decided(one, b, 'decline') },
  { name: 'a cancel after the payment', steps: ['returning'], run: cancelled },
]

async function decided(one: Instance, b: Bench, decision: 'approve' | 'decline'): Promise<void> {
  await one.place({ token: 'tok_action' })
  const [payment] = await b.ledger('authorizations')
  await one.operations.paymentDecision({ reference: String(payment?.['reference']), decision }, one.context({ caller: { is: 'nobody' } }))
}

async function cancelled(one: Instance, b: Bench): Promise<void> {
  await one.place()
  const [row] = await b.orders()
  await one.operations.cancel({ id: String(row?.['id']) }, one.context({ caller: buyer }))
}

const places: readonly Place[] = ['before the store', 'between store and call', 'between call and answer']
const stores = async (b: Bench) => ({
  orders: await b.orders(), history: await b.orders('order_history'), claims: await b.orders('order_claims'), keys: await b.orders('order_keys'),
  refunds: await b.orders('order_refunds'), authorizations: await b.ledger('authorizations'), captures: await b.ledger('captures'),
  paidBack: await b.ledger('refunds'), stock: { ...b.stock },
})

for (const { name, steps, run } of scenarios) {
  describe(name, () => {
    for (const step of steps) {
      for (const place of places) {
        if (step === 'done' && place === 'between call and answer') continue
        for (const by of ['the sweeper', 'the same key'] as const) {
          test(`stopped at ${step}, ${place}: ${by} of another instance takes the order to rest, and the sleeper changes nothing`, async (t) => {
            const b = await bench(t)
            const stop = freezing(step, place)
            const [first, second] = [b.instance(stop.wraps), b.instance()]
            const asked = run(first, b)
            await stop.reached
            b.world.advance(31_000)
            if (by === 'the same key') {
              const again = second.place({ token: (await b.orders())[0]?.['token']?.toString() ?? 'tok_ok' })
              await quiet()
              // So long an unknown outcome is asked about in place.
              b.world.advance(3100)
              await again
            }
            // A bank that was never answered is waited for as long as it takes.
            if ((await b.orders()).some((one) => one['step'] === 'waiting')) b.world.advance(1_800_001)
            await b.rest(second)
            assert.deepEqual(await violations(b), [], b.logged.join('\n'))
            const before = await stores(b)
            stop.wake()
            // Its own client was told long ago that the outcome is unknown.
            await asked.catch((error: unknown) => assert.ok(isFault(error, unavailable)))
            await quiet()
            // What a request had not stored yet, nobody could take over: waking, it is just a slow request.
            if (place === 'before the store' && (step === 'returning' || (step === 'new' && by === 'the sweeper'))) {
              await b.rest(second)
              assert.deepEqual(await violations(b), [])
            } else {
              assert.deepEqual(await stores(b), before)
            }
          })
        }
      }
    }
  })
}

test('without its fence a sleeper undoes what others have decided (negative control)', async (t) => {
  const b = await bench(t)
  const stop = freezing('new', 'between call and answer')
  const [first, second] = [b.instance({ ...stop.wraps, store: (store) => unfenced(stop.wraps.store?.(store) ?? store) }), b.instance()]
  const asked = first.place()
  await stop.reached
  b.world.advance(31_000)
  await b.rest(second)
  assert.deepEqual(await violations(b), [])
  stop.wake()
  await asked
  await quiet()
  assert.notDeepEqual(await violations(b), [])
})
