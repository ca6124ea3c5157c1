import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openSqlite } from '../../../src/databases/sqlite/open.ts'
import { testWorld } from '../../../test/world.ts'
import { migrations } from '../stores/migrations.ts'
import { open } from '../stores/sqlite.ts'
import type { ProductStore } from '../store.ts'
import { importCsv } from './import.ts'

const file = `Handle,Title,Variant Price,Variant Inventory Tracker,Variant Inventory Qty\n${[1, 2, 3, 4].map((n) => `lamp-${n},Lamp ${n},5,shopify,${n}\n`).join('')}`

/** A shop whose store saves only these of a batch and then finds somebody in the way, as often as there are lists. */
const shopIn = async (t: TestContext, savedFirst: number[][]) => {
  const world = testWorld()
  const { sql, close } = await openSqlite({ path: ':memory:', migrations, world, checked: true })
  t.after(close)
  const whole = open(sql)
  const store: ProductStore = {
    ...whole,
    async save(changes) {
      const stored = savedFirst.shift()
      if (!stored) return await whole.save(changes)
      for (const index of stored) assert.deepEqual(await whole.save(changes.slice(index, index + 1)), { is: 'saved' })
      return { is: 'version', index: changes.findIndex((_, index) => !stored.includes(index)), stored }
    },
  }
  const report = await importCsv((async function* () { yield new TextEncoder().encode(file) })(), { store, world, currency: 'EUR', exponent: 2 })
  return { report, products: (await whole.walk(null, 10)).products }
}

test('what a store could not save with the rest of a batch is saved again, and each product counts once', async (t) => {
  const { report, products } = await shopIn(t, [[0, 2], [1]])
  assert.deepEqual(report.products, { created: 4, updated: 0, failed: 0 })
  assert.deepEqual(report.variants, { created: 4, updated: 0, failed: 0 })
  const saved = products.map(({ record: { slug, version }, available }) => [slug, version, Object.values(available)])
  assert.deepEqual(saved.toSorted(), [1, 2, 3, 4].map((n) => [`lamp-${n}`, 1, [n]]))
})
