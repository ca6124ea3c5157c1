import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attempts, counted, eventually, heard, notingStore, openBus, soldOut } from '../../test/bus.ts'
import { isFault } from '../contract/fault.ts'
import { internalError, unavailable } from '../contract/faults.ts'
import { effect } from '../databases/effect.ts'

test('an answer that changes when the call is sent again is a loud failure', async () => {
  const { stock, context, log, close } = await openBus('loopback')
  let count = 0
  const doors = await stock({ count: async () => ({ count: ++count }) })
  await assert.rejects(doors.count({}, context()), (error) => isFault(error, internalError))
  assert.ok(log.entries.some(({ level, message }) => level === 'error' && message === 'a call sent twice was answered differently'))
  await close()
})

const lines = [{ sku: 'A', quantity: 1 }]
const answers = {
  done: async () => ({ lines, note: null }),
  refused: async () => { throw soldOut() },
  down: async () => { throw unavailable() },
}
const pairs: [keyof typeof answers, keyof typeof answers, 'loud' | 'quiet'][] = [
  ['done', 'refused', 'loud'], ['refused', 'done', 'loud'], ['refused', 'refused', 'quiet'], ['done', 'down', 'quiet'], ['down', 'done', 'quiet'],
]
for (const [first, second, outcome] of pairs) {
  test(`a call that is first ${first} and then ${second} is ${outcome}`, async () => {
    const { stock, context, log, close } = await openBus('loopback')
    let calls = 0
    const doors = await stock({ take: () => answers[calls++ % 2 === 0 ? first : second]() })
    await doors.take({ lines }, context()).catch(() => {})
    assert.equal(calls, 2)
    assert.equal(log.entries.some(({ message }) => message.includes('answered differently')), outcome === 'loud')
    await close()
  })
}

test('answers may differ where another call ran meanwhile, which may have changed them', async () => {
  const { stock, context, log, close } = await openBus('loopback')
  let left = 10
  const doors = await stock({ count: async () => ({ count: left }), take: async ({ lines }) => { left = 9; return { lines, note: null } } })
  await Promise.all([doors.count({}, context()), doors.take({ lines }, context())])
  assert.deepEqual(log.entries, [])
  await close()
})

test('calls of one request do not excuse each other', async () => {
  const { stock, context, log, close } = await openBus('loopback')
  let count = 0
  const doors = await stock({ count: async () => ({ count: ++count }) })
  const one = context()
  const both = await Promise.allSettled([doors.count({}, one), doors.count({}, one)])
  assert.deepEqual(both.map(({ status }) => status), ['rejected', 'rejected'])
  assert.ok(log.entries.length > 0)
  await close()
})

test('a handler that stores the effect of an event a second time fails loudly', async () => {
  const { bus, world, log, close } = await openBus('loopback')
  let stored = 0
  await bus.hear('cart', [counted.type], async () => { stored++; return effect('stored') })
  await bus.publish([heard(world)])
  await eventually(world, async () => (await bus.deadLetters.list()).length === 1)
  assert.equal(stored, 2 * attempts)
  assert.match(String(log.entries.at(-1)?.about['error']), /cart stored the effect of stock\.counted\.v1 .* twice/)
  await close()
})

test('a handler is given each event twice', async () => {
  const { bus, world, close } = await openBus('loopback')
  const store = await notingStore(world)
  const effects: string[] = []
  await bus.hear('cart', [counted.type], async (event) => { const effect = await store.hear(event); effects.push(effect); return effect })
  await bus.publish([heard(world)])
  await eventually(world, () => effects.length === 2)
  await close()
  assert.deepEqual(effects, ['stored', 'repeated'])
})
