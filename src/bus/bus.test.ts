import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { type OpenBus, openBus, type Placement } from '../../test/bus.ts'

/** What shows that a placement is what it says, before anything is believed that was tried in it. */
const premises: Record<Placement, (open: OpenBus) => Promise<void>> = {
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
}
const placements = Object.keys(premises).filter((name): name is Placement => Object.hasOwn(premises, name))

const folder = join(import.meta.dirname, 'suites')
const suites = await Promise.all(readdirSync(folder).filter((name) => name.endsWith('.ts')).sort().map(async (name) => {
  const { default: run }: { default: (open: () => Promise<OpenBus>) => void } = await import(join(folder, name))
  return { name: name.replace('.ts', ''), run }
}))

for (const placement of placements) {
  suite(`the ${placement} bus`, () => {
    test(`is ${placement}`, async () => {
      const open = await openBus(placement)
      await premises[placement](open)
      await open.close()
    })
    for (const { name, run } of suites) suite(name, () => run(() => openBus(placement)))
  })
}

test('there are suites', () => assert.ok(suites.length > 0))
