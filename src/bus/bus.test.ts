import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { onBroker } from '../../test/broker.ts'
import { type OpenBus, openBus, type Placement, type Test } from '../../test/bus.ts'

/** What shows that a placement is what it says, before anything is believed that was tried in it. */
const premises: Record<Placement | 'rabbitmq', (open: OpenBus) => Promise<void>> = {
  async local({ bus, context }) {
    const given: unknown[] = []
    await bus.answer('stock', async (_operation, input) => { given.push(input); return input })
    const input = { sku: 'A' }
    assert.equal(await bus.call('stock', 'take', input, context()), input)
    assert.deepEqual(given, [input])
    assert.equal(given[0], input, 'no copy was made')
  },
  async loopback({ bus, context }) {
    const given: unknown[] = []
    await bus.answer('stock', async (_operation, input) => { given.push(input); return input })
    const input = { sku: 'A' }
    const answer = await bus.call('stock', 'take', input, context())
    assert.deepEqual(given, [input, input], 'it was sent twice')
    assert.equal(new Set([input, answer, ...given]).size, 4, 'each is a copy')
  },
  async rabbitmq({ bus, context }) {
    const given: unknown[] = []
    await bus.answer('stock', async (_operation, input) => { given.push(input); return input })
    const input = { sku: 'A' }
    const answer = await bus.call('stock', 'take', input, context())
    assert.deepEqual([answer, ...given], [input, input], 'it was sent once')
    assert.equal(new Set([input, answer, ...given]).size, 3, 'each is a copy')
  },
}
const placements: readonly Placement[] = ['local', 'loopback']

const folder = join(import.meta.dirname, 'suites')
const suites = await Promise.all(readdirSync(folder).filter((name) => name.endsWith('.ts')).sort().map(async (name) => {
  const { default: run }: { default: (open: () => Promise<OpenBus>, test: Test) => void } = await import(join(folder, name))
  return { name: name.replace('.ts', ''), run }
}))

const everyCase = (placement: Placement | 'rabbitmq', opening: () => Promise<OpenBus>, as: Test): void => {
  test(`is ${placement}`, async () => {
    const open = await opening()
    await premises[placement](open)
    await open.close()
  })
  for (const { name, run } of suites) suite(name, () => run(opening, as))
}

for (const placement of placements) suite(`the ${placement} bus`, () => everyCase(placement, () => openBus(placement), test))

/** What a broker does otherwise, by the case's title. */
const otherwise: Record<string, string> = {
  'a handler that fails is asked again after a growing delay, and then has its effect': 'the broker waits by its own clock: rabbitmq.test.ts asks that',
  'a dead letter that is published again is not delivered': 'a broker does not look into one queue before it fills another; the inbox answers for it',
  'a relay that wakes at once needs no poll': 'the broker works on while the clock stands still',
  'a relay that is paused publishes nothing until it is let go': 'the same',
}
onBroker('the rabbitmq bus', (broker) => {
  const left = new Set(Object.keys(otherwise))
  everyCase('rabbitmq', () => broker.open(), (title, run) => {
    left.delete(title)
    return otherwise[title] === undefined ? test(title, run) : test(title, { skip: otherwise[title] }, run)
  })
  test('every case that is left out exists', () => assert.deepEqual([...left], []))
})

test('there are suites', () => assert.ok(suites.length > 0))
