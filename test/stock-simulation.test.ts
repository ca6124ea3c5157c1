import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Documents } from '../src/databases/documents.ts'
import { withoutNumbers, withoutStates, withoutStock, withoutTokens } from './simulation/documents/broken.ts'
import { soldByTwo } from './simulation/documents/sleeper.ts'
import { simulateStock } from './simulation/documents/stock-course.ts'
import { foundBySeeds } from './simulation/found.ts'
import { simulate } from './simulation/simulation.ts'

const isCI = process.env['CI'] === 'true'
const seeds = isCI ? 1000 : 200
const wholeSeeds = isCI ? 300 : 40

test(`${seeds} courses of events of a stock in documents all end in one that adds up`, async () => {
  const failed: string[] = []
  let [sold, returned] = [0, 0]
  for (let seed = 1; seed <= seeds; seed++) {
    const { problems, about } = await simulateStock(seed)
    sold += about.sold
    returned += about.returned
    if (problems.length > 0) failed.push(`seed ${seed}: ${problems[0]}\n  npm run simulate -- --stock --seed ${seed}`)
  }
  assert.deepEqual(failed, [], failed.join('\n'))
  // One in which nobody buys anything finds nothing either.
  assert.ok(sold > 2 * seeds && returned > seeds, `only ${sold} orders were sold, and ${returned} given back`)
})

test(`${wholeSeeds} courses of events of a shop with its products in documents all end in one that adds up`, async () => {
  const failed: string[] = []
  for (let seed = 1; seed <= wholeSeeds; seed++) {
    const { problems } = await simulate(seed, { documents: true })
    if (problems.length > 0) failed.push(`seed ${seed}: ${problems[0]}\n  npm run simulate -- --documents --seed ${seed}`)
  }
  assert.deepEqual(failed, [], failed.join('\n'))
})

test('the same seed is the same course of the stock, to the last line', async () => {
  const [one, other] = [await simulateStock(7), await simulateStock(7)]
  assert.deepEqual(one.lines, other.lines)
  assert.notEqual(one.digest, (await simulateStock(8)).digest)
})

const soon = 100
const controls: [string, (documents: Documents) => Documents, RegExp][] = [
  ['moves that are applied whatever was applied before', withoutNumbers, /check 7|staff moved|fit its schema at/],
  ['reservations that whoever comes last decides about', withoutStates, /check [78]|the reservation of order .* may be/],
  ['lines that are held whatever there is', withoutStock, /check 7|fit its schema at \/available/],
]
for (const [title, broken, expected] of controls) {
  test(`${title} are found within ${soon} seeds (negative control)`, () => foundBySeeds(soon, (seed) => simulateStock(seed, { broken }), expected))
}

// Four have to meet for it, which seldom happens by chance: by seeds it is only looked for where there is time.
test(`holds without tokens are found within ${seeds} seeds (negative control)`, { skip: isCI ? false : 'it takes many seeds; the next case makes it happen' },
  () => foundBySeeds(seeds, (seed) => simulateStock(seed, { broken: withoutTokens }), /check 7/))

test('what a sleeper holds of an order that is being sold is not sold as well, and comes back; without tokens it is sold', async () => {
  assert.deepEqual(await soldByTwo((documents) => documents), { available: 8, reserved: 0, sold: 2 })
  assert.deepEqual(await soldByTwo(withoutTokens), { available: 6, reserved: 0, sold: 4 })
})
