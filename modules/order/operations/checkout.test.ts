import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, buyer, violations } from '../suites/bench.ts'
import { freezing, quiet } from '../suites/freezing.ts'

const guest = (session: string) => ({ is: 'guest', session } as const)

test('a stored answer is replayed as it was: 201, 402, 409', async (t) => {
  for (const [token, received] of [['tok_ok', 10], ['tok_declined', 10], ['tok_ok', 1]] as const) {
    const b = await bench(t, { received })
    const one = b.instance()
    const first = await one.place({ token })
    b.stock.available = 5
    const again = await b.instance().place({ token })
    assert.deepEqual([first.replayed, again.replayed], [false, true])
    assert.deepEqual({ ...again, replayed: false }, first)
    assert.equal((await b.orders()).length, 1)
  }
})

test('a refused line is named, with what there is', async (t) => {
  const b = await bench(t, { received: 1 })
  const { status, body } = await b.instance().place()
  assert.deepEqual([status, body.code, body.errors.length], [409, 'out_of_stock', 1])
  assert.match(body.errors[0].path, /^\/items\/0000/)
  assert.match(body.errors[0].message, /only 1/)
  assert.deepEqual(await violations(b), [])
})

test('the same key with another body is refused, at once and later', async (t) => {
  const b = await bench(t)
  const one = b.instance()
  await one.place()
  assert.equal((await one.place({ more: { note: 'other' } })).body.code, 'idempotency_key_reused')
  assert.equal((await one.place({ more: { note: undefined } })).status, 201)
})

test('keys of two callers do not meet', async (t) => {
  const b = await bench(t)
  const answers = await Promise.all([buyer, guest('a'), guest('b')].map((caller) => b.instance().place({ caller })))
  assert.deepEqual(answers.map(({ status }) => status), [201, 201, 201])
  assert.equal(new Set(answers.map(({ body }) => body.id)).size, 3)
  assert.deepEqual(await violations(b), [])
})

test('one whose key is in use waits a little, and is told to come again', async (t) => {
  const b = await bench(t)
  const stop = freezing('capturing', 'between store and call')
  void b.instance(stop.wraps).place()
  await stop.reached
  const asked = b.instance().place()
  await quiet()
  b.world.advance(2100)
  assert.equal((await asked).body.code, 'idempotency_in_progress')
})

test('one who waited for the same key has the other\'s answer', async (t) => {
  const b = await bench(t)
  const stop = freezing('capturing', 'between store and call')
  const one = b.instance(stop.wraps)
  const first = one.place()
  await stop.reached
  const second = one.place()
  await quiet()
  stop.wake()
  assert.deepEqual((await second).body, (await first).body)
  assert.equal((await second).replayed, true)
})

test('a replay leaves when the order is settled, or after two seconds', async (t) => {
  for (const how of ['settled', 'late'] as const) {
    const b = await bench(t)
    const stop = freezing('settling', 'between store and call')
    void b.instance(stop.wraps).place()
    await stop.reached
    let left = false
    const replay = b.instance().place().then((answer) => { left = true; return answer })
    await quiet()
    assert.equal(left, false, 'its stock is not sold yet')
    if (how === 'settled') stop.wake()
    else b.world.advance(2100)
    assert.deepEqual([(await replay).status, (await replay).replayed], [201, true])
    assert.equal((await b.orders())[0]?.['settled_at'] !== null, how === 'settled')
  }
})

test('one whose key got further while its cart was read has that answer, not a refusal', async (t) => {
  const b = await bench(t)
  let others: Promise<unknown> | undefined
  const slow = b.instance({ doors: (doors) => ({ ...doors, cart: { ...doors.cart, async snapshot(...given) {
    await (others ??= b.instance().place())
    return doors.cart.snapshot(...given)
  } } }) })
  const answer = await slow.place()
  assert.deepEqual([answer.status, answer.replayed], [201, true])
  assert.deepEqual(await violations(b), [])
})

test('an event of the provider wakes once, however often it is sent', async (t) => {
  const b = await bench(t)
  const sent: [Uint8Array, Headers][] = []
  const one = b.instance({ provider: (provider) => ({ ...provider, webhook: (...given) => { sent.push(given); return provider.webhook(...given) } }) })
  const { body } = await one.place({ token: 'tok_action' })
  const reference = String((await b.ledger('authorizations'))[0]?.['reference'])
  const down = b.instance({ store: (store) => ({ ...store, change: async () => { throw new Error('the store is down') } }) })
  await down.operations.paymentDecision({ reference, decision: 'approve' }, down.context())
  assert.equal((await b.ledger('webhooks'))[0]?.['taken_at'], null, 'it is sent again')
  b.world.advance(2000)
  await one.jobs?.find(({ name }) => name.startsWith('webhooks'))?.run(new AbortController().signal)
  await quiet()
  assert.equal((await b.store.find(body.id))?.status, 'paid')
  assert.equal(sent.length, 1)
  const [[bytes, headers] = [new Uint8Array(), new Headers()]] = sent
  const settled = await b.store.find(body.id)
  assert.ok(settled)
  assert.ok(await b.store.change(settled, { after: { ...settled, version: settled.version + 1, step: 'waiting', settledAt: null } }, { events: [] }))
  await one.operations.webhook({ provider: 'test', body: { bytes, headers } }, one.context())
  assert.equal((await b.store.find(body.id))?.version, settled.version + 1)
})

test('an unreached provider gives the key back, to those who wait for it too', async (t) => {
  const b = await bench(t)
  let reached = false
  const one = b.instance({ provider: (provider) => ({ ...provider, authorize: (...given) => (reached ? provider.authorize(...given) : Promise.resolve({ is: 'unreached' })) }) })
  const first = await one.place()
  assert.deepEqual([first.status, first.body.code], [503, 'payment_unavailable'])
  assert.deepEqual([b.stock.available, (await b.orders('order_keys')).length], [10, 0])
  reached = true
  const again = await one.place({ more: { note: 'another body' } })
  assert.deepEqual([again.status, again.replayed], [201, false])
  assert.deepEqual(await violations(b), [])
})

test('a cart becomes one order, by whatever keys it is asked for', async (t) => {
  const b = await bench(t, { received: 100 })
  const one = b.instance()
  const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => one.place({ key: `k${n}` })))
  assert.equal(answers.filter(({ status }) => status === 201).length, 1)
  for (const { status, body } of answers) if (status !== 201) assert.ok(['checkout_in_progress', 'cart_empty'].includes(body.code), body.code)
  assert.deepEqual(await violations(b), [])
})

test('a cart whose store forgot that it was settled is settled again, and the attempt repeated', async (t) => {
  const b = await bench(t)
  const one = b.instance()
  await one.place()
  const cart = b.cartOf(buyer.is === 'user' ? buyer.id : '')
  Object.assign(cart, { generation: 0, quantity: 2 })
  cart.settled.clear()
  const again = await one.place({ key: 'another' })
  assert.deepEqual([again.status, again.body.code], [409, 'cart_empty'])
  assert.equal(cart.generation, 1)
  Object.assign(cart, { generation: 0, quantity: 3 })
  const more = await one.place({ key: 'a third' })
  assert.equal(more.status, 201)
  assert.deepEqual(await violations(b), [])
})

test('while another order of the cart waits for its bank the cart is taken', async (t) => {
  const b = await bench(t)
  const one = b.instance()
  await one.place({ token: 'tok_action' })
  const other = await one.place({ key: 'another' })
  assert.deepEqual([other.status, other.body.code], [409, 'checkout_in_progress'])
})

test('refusals before the start are not stored', async (t) => {
  const b = await bench(t)
  const one = b.instance()
  const cart = b.cartOf(buyer.is === 'user' ? buyer.id : '')
  cart.quantity = 0
  assert.equal((await one.place()).body.code, 'cart_empty')
  cart.quantity = 2
  assert.equal((await one.place({ more: { expectedTotal: { amount: 1999, currency: 'EUR' } } })).body.code, 'total_changed')
  assert.equal((await one.place({ more: { expectedTotal: { amount: 2000, currency: 'USD' } } })).body.errors[0].path, '/expectedTotal/currency')
  assert.equal((await one.place({ token: 'tok_invented' })).body.errors[0].path, '/payment/token')
  assert.equal((await one.place({ caller: guest('a'), more: { email: undefined } })).body.errors[0].path, '/email')
  assert.equal((await one.place({ caller: { is: 'nobody' } })).body.code, 'cart_empty')
  assert.deepEqual(await b.orders(), [])
  assert.equal((await one.place()).status, 201)
})

test('a total of zero is paid without the provider, and cancelled without a refund', async (t) => {
  const b = await bench(t, { price: 0 })
  const one = b.instance({ provider: () => ({ ...unreachable, name: 'test', accepts: () => true }) })
  const { status, body } = await one.place()
  assert.deepEqual([status, body.status, body.payment.status, body.total.amount], [201, 'paid', 'captured', 0])
  assert.deepEqual(await b.ledger('authorizations'), [])
  const cancelled: any = await one.operations.cancel({ id: body.id }, one.context())
  assert.deepEqual([cancelled.status, cancelled.payment.status, b.stock.available], ['cancelled', 'refunded', 10])
  assert.deepEqual(await b.orders('order_refunds'), [])
})
const never = async (): Promise<never> => { throw new Error('the provider is not to be asked') }
const unreachable = { authorize: never, capture: never, void: never, refund: never, webhook: never }

test('a person\'s token is forgotten once nothing is authorized any more', async (t) => {
  const b = await bench(t)
  await b.instance().place()
  assert.deepEqual((await b.orders()).map(({ token }) => token), [null])
})
