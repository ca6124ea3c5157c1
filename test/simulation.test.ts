import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutFences, withoutProviderKeys, withoutStockGuard } from './simulation/broken.ts'
import { foundBySeeds } from './simulation/found.ts'
import { type Broken, simulate } from './simulation/simulation.ts'

const seeds = process.env['CI'] === 'true' ? 1000 : 200

test(`${seeds} courses of events all end in a shop that adds up`, async () => {
  const failed: string[] = []
  let orders = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const { problems, about } = await simulate(seed)
    orders += about.orders
    if (problems.length > 0) failed.push(`seed ${seed}: ${problems[0]}\n  npm run simulate -- --seed ${seed}`)
  }
  assert.deepEqual(failed, [], failed.join('\n'))
  // Who watches the watchman: a simulation in which nobody buys anything finds nothing either.
  assert.ok(orders > 5 * seeds, `only ${orders} orders were placed`)
})

test('the same seed is the same course of events, to the last line', async () => {
  for (const seed of [7, 104]) {
    const [one, other] = [await simulate(seed), await simulate(seed)]
    assert.deepEqual(one.lines, other.lines)
    assert.equal(one.digest, other.digest)
  }
  assert.notEqual((await simulate(7)).digest, (await simulate(8)).digest)
})

test('a course of events that is cut short is the same until then', async () => {
  const [whole, short] = [await simulate(12), await simulate(12, { steps: 600 })]
  const parted = short.lines.findIndex((line, at) => line !== whole.lines[at])
  assert.ok(parted > 20, `they part at line ${parted}`)
  assert.ok(short.lines.length < whole.lines.length)
  assert.deepEqual(short.problems, [])
})

const controls: [string, Broken, RegExp][] = [
  ['an orders\' store without epoch, step and version', withoutFences, /check \d+/],
  ['requests to the provider under keys made up on the spot', withoutProviderKeys, /check 4: /],
  ['a reserve that takes what is not there', withoutStockGuard, /check 7: variant .* less than none/],
]
const soon = 40
for (const [title, broken, expected] of controls) {
  test(`${title} is found within ${soon} seeds (negative control)`, () => foundBySeeds(soon, (seed) => simulate(seed, { broken }), expected))
}
