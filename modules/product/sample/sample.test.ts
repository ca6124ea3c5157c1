import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openSqlite } from '../../../src/databases/sqlite/open.ts'
import type { Log } from '../../../src/module/log.ts'
import { testWorld } from '../../../test/world.ts'
import { importCsv } from '../csv/import.ts'
import { migrations } from '../stores/migrations.ts'
import { open } from '../stores/sqlite.ts'
import { importSample } from './sample.ts'

const nowhere = () => {}
const log: Log = { debug: nowhere, info: nowhere, warn: nowhere, error: nowhere }

const shopIn = async (t: TestContext, currency = 'EUR') => {
  const world = testWorld()
  const { sql, close } = await openSqlite({ path: ':memory:', migrations, world, checked: true })
  t.after(close)
  const store = open(sql)
  return {
    store,
    importSample: (sampleCatalogue: boolean) => importSample({ store, settings: { currency, sampleCatalogue }, world, log }),
    import: (file: string) => importCsv((async function* () { yield new TextEncoder().encode(file) })(), { store, world, currency, exponent: 2 }),
    products: async () => (await store.walk(null, 1000)).products.map(({ record }) => record),
  }
}

test('a start that was interrupted is made up for, and what was edited meanwhile stays', async (t) => {
  const shop = await shopIn(t)
  await shop.import('Handle,Title,Variant Price\nparing-knife,My Knife,5\n')
  await shop.importSample(true)
  assert.equal((await shop.products()).length, 200)
  const [knife] = await shop.store.bySlugs(['paring-knife'])
  assert.deepEqual([knife?.record.name, knife?.record.variants[0]?.price], ['My Knife', 500])
})

test('it is asked once: neither a later start nor another setting brings it back', async (t) => {
  const full = await shopIn(t)
  await full.importSample(true)
  const [first] = await full.products()
  assert.ok(first)
  await full.store.remove(first.id, first.version)
  await full.importSample(true)
  assert.equal((await full.products()).length, 199)
  const empty = await shopIn(t)
  await empty.importSample(false)
  await empty.importSample(true)
  assert.equal((await empty.products()).length, 0)
})

test('it goes into a shop of any currency', async (t) => {
  const shop = await shopIn(t, 'JPY')
  await shop.importSample(true)
  const prices = (await shop.products()).flatMap(({ variants }) => variants.map(({ price }) => price))
  assert.ok(Math.min(...prices) >= 100)
})

test('the catalogue is what a first look should see', async (t) => {
  const file = join(import.meta.dirname, 'catalogue.csv')
  assert.ok(statSync(file).size < 300_000)
  assert.doesNotMatch(readFileSync(file, 'utf8'), /lorem|ipsum|\ufffd/i)
  const shop = await shopIn(t)
  await shop.importSample(true)
  const products = await shop.products()
  assert.equal(new Set(products.map(({ description }) => description)).size, 200)
  const variants = products.flatMap((product) => product.variants)
  assert.equal(new Set(variants.map(({ sku }) => sku)).size, variants.length)
  for (const { price, compareAtPrice, weightGrams } of variants) assert.ok((compareAtPrice ?? price + 1) > price && (weightGrams ?? 0) > 0)
})
