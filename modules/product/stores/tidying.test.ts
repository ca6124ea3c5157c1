import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { sql } from '../../../src/databases/sql.ts'
import { openSqlite } from '../../../src/databases/sqlite/open.ts'
import { testWorld } from '../../../test/world.ts'
import { edited, filter, made, productId, record, words } from '../suites/products.ts'
import { migrations } from './migrations.ts'
import { open } from './sqlite.ts'

const going = new AbortController().signal
const inMemory = async () => {
  const { sql: db, close } = await openSqlite({ path: ':memory:', migrations, world: testWorld() })
  return { db, store: open(db), close }
}

suite('tidying', () => {
  test('forgets the words that no product has any more, and no others', async () => {
    const { db, store, close } = await inMemory()
    await store.save([made(record(1, { name: 'red lamp' })), made(record(2, { name: 'red chair' })), made(record(3, { name: 'bench' }))])
    await store.remove(productId(1), 1)
    await store.save([edited(record(3), { name: 'stool' })])
    await store.tidy(going)
    await store.tidy(going)
    const left = await db.read(Type.Object({ word: Type.String() }), sql`select word from word order by word`)
    assert.deepEqual(left.map(({ word }) => word), ['chair', 'red', 'stool'])
    await store.save([made(record(4, { name: 'red lamp, a bench' }))])
    assert.equal((await store.facets(filter(words('benc')))).total, 1)
    assert.equal((await store.facets(filter(words('lamp')))).total, 1)
    await close()
  })

  test('merges what many changes have written, and all is found as before', async () => {
    const { db, store, close } = await inMemory()
    const segments = async () => (await db.read(Type.Object({ n: Type.Integer() }), sql`select count(distinct segid) as n from search_idx`))[0]?.n
    for (let n = 1; n <= 12; n++) await store.save([made(record(n, { name: `lamp ${n}` }))])
    assert.equal(await segments(), 12)
    await store.tidy(going)
    assert.equal(await segments(), 1)
    assert.equal((await store.facets(filter(words('lamp')))).total, 12)
    await close()
  })
})
