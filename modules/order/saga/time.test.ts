import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, violations } from '../suites/bench.ts'
import { freezing, quiet } from '../suites/freezing.ts'

test('a bank that was not answered for 30 minutes: payment_failed, and the stock is free', async (t) => {
  const b = await bench(t)
  const one = b.instance()
  assert.equal((await one.place({ token: 'tok_action' })).body.status, 'pending')
  b.world.advance(1_799_000)
  await one.sweep()
  assert.equal((await b.orders())[0]?.['status'], 'pending')
  b.world.advance(2000)
  await one.sweep()
  assert.equal((await b.orders())[0]?.['status'], 'payment_failed')
  assert.equal(b.stock.available, 10)
  assert.deepEqual(await violations(b), [])
})

test('a wake that comes before the waiting is stored is not lost', async (t) => {
  const b = await bench(t)
  const stop = freezing('authorizing', 'between call and answer')
  const [first, second] = [b.instance(stop.wraps), b.instance()]
  const asked = first.place({ token: 'tok_action' })
  await stop.reached
  const reference = String((await b.ledger('authorizations'))[0]?.['reference'])
  await second.operations.paymentDecision({ reference, decision: 'approve' }, second.context())
  stop.wake()
  assert.equal((await asked).body.status, 'pending')
  await second.sweep()
  assert.equal((await b.orders())[0]?.['status'], 'paid')
  assert.deepEqual(await violations(b), [])
})

test('a wake without an answer waits on', async (t) => {
  const b = await bench(t)
  const one = b.instance()
  const { body } = await one.place({ token: 'tok_action' })
  const order = await b.store.find(body.id)
  assert.ok(order)
  assert.ok(await b.store.change(order, { after: { ...order, woken: true, nextAttempt: 0, version: order.version + 1 } }, { events: [] }))
  await one.sweep()
  const after = await b.store.find(body.id)
  assert.deepEqual([after?.step, after?.nextAttempt, after?.waitingUntil, after?.woken], ['waiting', order.waitingUntil, order.waitingUntil, false])
})

test('a provider that is not reached later than at the first attempt is an unknown: for at most 30 minutes', async (t) => {
  const b = await bench(t)
  const stop = freezing('authorizing', 'between store and call')
  void b.instance(stop.wraps).place({ token: 'tok_unavailable' })
  await stop.reached
  const second = b.instance()
  b.world.advance(31_000)
  await second.sweep()
  assert.deepEqual((await b.orders()).map(({ step, status }) => [step, status]), [['authorizing', 'pending']])
  b.world.advance(1_800_000)
  await b.rest(second)
  assert.deepEqual((await b.orders()).map(({ status, answer_is: is }) => [status, is]), [['payment_failed', 'refusal']])
  assert.deepEqual(await violations(b), [])
  assert.equal((await second.place({ token: 'tok_unavailable' })).body.code, 'checkout_abandoned')
})

test('where the cart\'s store is down the answer leaves after two seconds, and settling is repeated', async (t) => {
  const b = await bench(t)
  let down = true
  const one = b.instance({ doors: (doors) => ({ ...doors, cart: { ...doors.cart, settle: async (...given) => {
    if (down) throw new Error('the cart is down')
    return doors.cart.settle(...given)
  } } }) })
  const asked = one.place()
  await quiet()
  assert.equal((await b.orders())[0]?.['status'], 'paid')
  b.world.advance(2100)
  const answer = await asked
  assert.equal(answer.status, 201)
  const [unsettled] = await b.orders()
  assert.equal(unsettled?.['settled_at'], null)
  assert.ok(Number(unsettled?.['lease_until']) > b.world.now(), 'its request goes on')
  const replay = one.place()
  await quiet()
  b.world.advance(2100)
  assert.equal((await replay).replayed, true)
  down = false
  await b.rest(one)
  assert.deepEqual(await violations(b), [])
})

test('a client that hangs up stops nothing', async (t) => {
  const b = await bench(t)
  const one = b.instance()
  const asked = one.place({ token: 'tok_slow_8000', leftMs: 3000 })
  await quiet()
  b.world.advance(2600)
  assert.equal((await asked).status, 503)
  assert.equal((await b.orders())[0]?.['step'], 'authorizing')
  b.world.advance(5500)
  await quiet()
  assert.equal((await b.orders())[0]?.['status'], 'paid')
  const again = await one.place({ token: 'tok_slow_8000' })
  assert.deepEqual([again.status, again.replayed, again.body.status], [201, true, 'paid'])
})

test('a shutdown gives its leases back, and another instance carries on at once', async (t) => {
  const b = await bench(t)
  const stop = freezing('authorizing', 'between call and answer')
  const [first, second] = [b.instance(stop.wraps), b.instance()]
  const asked = first.place({ token: 'tok_timeout_once' })
  await stop.reached
  const stopped = first.stop?.()
  stop.wake()
  await stopped
  assert.equal((await asked).status, 503)
  const answer = await second.place({ token: 'tok_timeout_once' })
  assert.equal(answer.status, 201)
  assert.deepEqual(await violations(b), [])
})

test('a pause waits for the step that runs, holds the next, and lets go', async (t) => {
  const b = await bench(t)
  const stop = freezing('capturing', 'between call and answer')
  const one = b.instance(stop.wraps)
  const asked = one.place()
  await stop.reached
  let paused = false
  const pausing = one.pause?.().then((open) => { paused = true; return open })
  await quiet()
  assert.equal(paused, false, 'a call is in flight')
  stop.wake()
  const open = await pausing
  await quiet()
  assert.equal((await b.orders())[0]?.['step'], 'settling')
  const other = one.place({ key: 'other', caller: { is: 'guest', session: 's' } })
  await quiet()
  assert.equal((await b.orders()).length, 1, 'no order is inserted')
  open?.()
  assert.equal((await asked).status, 201)
  assert.equal((await other).status, 201)
})

test('one order that cannot be finished holds up no other', async (t) => {
  const b = await bench(t)
  const stops = [freezing('authorizing', 'between store and call'), freezing('capturing', 'between store and call')]
  for (const [at, stop] of stops.entries()) {
    void b.instance(stop.wraps).place({ key: String(at), caller: { is: 'guest', session: `guest ${at}` } })
    await stop.reached
  }
  const second = b.instance({ provider: (provider) => ({ ...provider, authorize: async () => { throw new Error('broken') } }) })
  b.world.advance(31_000)
  await second.sweep()
  assert.deepEqual((await b.orders()).map(({ status }) => status).sort(), ['paid', 'pending'])
  const [stuck] = (await b.orders()).filter(({ status }) => status === 'pending')
  assert.ok(Number(stuck?.['next_attempt']) > b.world.now(), 'it is tried again later')
  assert.equal(Number(stuck?.['attempts']), 1, 'a try counts once, or every next one comes four times as late')
  await b.rest(b.instance())
  assert.deepEqual(await violations(b), [])
})

test('the sweeper undoes what was interrupted before the payment; the same key carries it on', async (t) => {
  for (const by of ['sweeper', 'key'] as const) {
    const b = await bench(t)
    const stop = freezing('new', 'between call and answer')
    void b.instance(stop.wraps).place()
    await stop.reached
    b.world.advance(31_000)
    const second = b.instance()
    if (by === 'sweeper') await second.sweep()
    const answer = await second.place()
    assert.deepEqual([answer.status, answer.body.code ?? answer.body.status], by === 'sweeper' ? [409, 'checkout_abandoned'] : [201, 'paid'])
    assert.deepEqual(await violations(b), [])
  }
})

test('where the stock could not be asked, the same key has some seconds to carry the order on', async (t) => {
  for (const late of [false, true]) {
    const b = await bench(t)
    let down = true
    const one = b.instance({ doors: (doors) => ({ ...doors, product: { ...doors.product, reserve: async (...given) => {
      if (down) throw new Error('the stock is down')
      return doors.product.reserve(...given)
    } } }) })
    const asked = one.place()
    await quiet()
    b.world.advance(3100)
    assert.equal((await asked).status, 503)
    down = false
    b.world.advance(late ? 5100 : 4000)
    await one.sweep()
    const again = await one.place()
    assert.deepEqual([again.status, again.body.code ?? again.body.status], late ? [409, 'checkout_abandoned'] : [201, 'paid'])
    assert.deepEqual(await violations(b), [])
  }
})
