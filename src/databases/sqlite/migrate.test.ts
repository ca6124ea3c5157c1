import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { testWorld } from '../../../test/world.ts'
import { type Migration, sql } from '../sql.ts'
import { openSqlite } from './open.ts'
import { inFolder } from './testing/temporary.ts'

const shelves = { name: 'shelves', statements: ['CREATE TABLE shelf (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT'] }
const items = { name: 'items', statements: [
  'CREATE TABLE item (id INTEGER PRIMARY KEY, shelf_id INTEGER NOT NULL REFERENCES shelf (id) ON DELETE CASCADE) STRICT',
  "INSERT INTO shelf (id, name) VALUES (1, 'Left')",
  'INSERT INTO item (id, shelf_id) VALUES (1, 1)',
] }
const Name = Type.Object({ name: Type.String() })
const Count = Type.Object({ count: Type.Integer() })

const inFile = (use: (open: (migrations: readonly Migration[]) => ReturnType<typeof openSqlite>, path: string) => Promise<void>) => () =>
  inFolder((folder) => {
    const path = join(folder, 'shop.db')
    return use((migrations) => openSqlite({ path, migrations, world: testWorld() }), path)
  })
const names = async ({ sql: store }: Awaited<ReturnType<typeof openSqlite>>) =>
  (await store.read(Name, sql`SELECT name FROM migrations WHERE scope = 'module' ORDER BY number`)).map(({ name }) => name)

suite('migrations', () => {
  test('each is made once, and new ones are made at the next start', inFile(async (open) => {
    const first = await open([shelves])
    assert.deepEqual(await names(first), ['shelves'])
    await first.close()
    for (const _ of [1, 2]) {
      const next = await open([shelves, items])
      assert.deepEqual(await names(next), ['shelves', 'items'])
      await next.close()
    }
  }))

  test('one that was changed after its release is refused by name', inFile(async (open, path) => {
    await (await open([shelves])).close()
    const changed = { ...shelves, statements: [...shelves.statements, 'CREATE TABLE more (id INTEGER) STRICT'] }
    await assert.rejects(open([changed]), new RegExp(`${path} was migrated by another text of the module's migration 1 "shelves"`))
    await (await open([shelves])).close()
  }))

  test('a store of newer code is refused', inFile(async (open, path) => {
    await (await open([shelves, items])).close()
    await assert.rejects(open([shelves]), new RegExp(`${path} is newer than this version of Mercado: .* migration 2 "items"`))
  }))

  test('one that fails leaves the store as it was, those before it made', inFile(async (open) => {
    const broken = { name: 'broken', statements: ['CREATE TABLE half (id INTEGER) STRICT', 'CREATE TABLE shelf (id INTEGER) STRICT'] }
    await assert.rejects(open([shelves, broken]), /Migration 2 "broken" of .* failed: .*already exists/)
    const store = await open([shelves])
    assert.deepEqual(await names(store), ['shelves'])
    await assert.rejects(store.sql.read(Count, sql`SELECT count(*) AS count FROM half`), /no such table/)
    await store.close()
  }))

  test('a table is rebuilt without losing its children', inFile(async (open) => {
    const rebuilt = { name: 'rebuilt', statements: [
      'CREATE TABLE shelf_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, colour TEXT) STRICT',
      'INSERT INTO shelf_new (id, name) SELECT id, name FROM shelf',
      'DROP TABLE shelf',
      'ALTER TABLE shelf_new RENAME TO shelf',
    ] }
    const store = await open([shelves, items, rebuilt])
    assert.equal((await store.sql.read(Count, sql`SELECT count(*) AS count FROM item`))[0]?.count, 1)
    await assert.rejects(store.sql.write({ statements: [sql`INSERT INTO item (id, shelf_id) VALUES (${2}, ${9})`], events: [] }), /foreign/)
    await store.close()
  }))

  test('one that orphans a row is refused', inFile(async (open) => {
    await assert.rejects(open([shelves, items, { name: 'orphans', statements: ['DELETE FROM shelf'] }]), /leaves a row of item without its shelf/)
  }))
})
