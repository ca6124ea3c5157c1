import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { testWorld } from '../../../test/world.ts'
import { collect } from '../conformance.ts'
import { sql } from '../sql.ts'
import { openSqlite } from './open.ts'

const open = (...statements: string[]) => openSqlite({ path: ':memory:', migrations: [{ name: 'all', statements }], world: testWorld() })

suite('a dump of SQLite', () => {
  test('leaves out full-text indexes and generated columns, which a load makes again', async () => {
    const schema = [
      'CREATE TABLE page (id INTEGER PRIMARY KEY, words TEXT NOT NULL, length INTEGER AS (length(words)) STORED) STRICT',
      "CREATE VIRTUAL TABLE page_words USING fts5 (words, content = '', contentless_delete = 1)",
      'CREATE TRIGGER page_index AFTER INSERT ON page BEGIN INSERT INTO page_words (rowid, words) VALUES (new.id, new.words); END',
    ]
    const [one, other] = [await open(...schema), await open(...schema)]
    await one.sql.write({ statements: [sql`INSERT INTO page (id, words) VALUES (${7}, ${'blue chair'})`], events: [] })
    const rows = await collect(one.sql.dump())
    assert.deepEqual(rows.slice(1), [{ table: 'page', row: { id: 7, words: 'blue chair' } }])
    await other.sql.load(one.sql.dump())
    const found = await other.sql.read(Type.Object({ rowid: Type.Integer() }), sql`SELECT rowid FROM page_words WHERE page_words MATCH ${'chair'}`)
    assert.equal(found[0]?.rowid, 7)
    await Promise.all([one.close(), other.close()])
  })

  test('orders tables by their foreign keys, in a circle too', async () => {
    const store = await open(
      'CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER REFERENCES b (id)) STRICT',
      'CREATE TABLE b (id INTEGER PRIMARY KEY, c INTEGER REFERENCES c (id)) STRICT',
      'CREATE TABLE "c" (id INTEGER, part TEXT, d INTEGER REFERENCES d (id), PRIMARY KEY (id, part), UNIQUE (id)) STRICT, WITHOUT ROWID',
      'CREATE TABLE d (id INTEGER PRIMARY KEY, c INTEGER REFERENCES c (id)) STRICT',
    )
    await store.sql.write({ statements: [
      sql`INSERT INTO c (id, part) VALUES (${1}, ${'x'})`, sql`INSERT INTO d (id, c) VALUES (${1}, ${1})`,
      sql`UPDATE c SET d = ${1}`, sql`INSERT INTO b (id, c) VALUES (${1}, ${1})`, sql`INSERT INTO a (id, b) VALUES (${1}, ${1})`,
    ], events: [] })
    const tables = (await collect(store.sql.dump())).map(({ table }) => table).slice(1)
    assert.deepEqual(tables, ['d', 'c', 'b', 'a'])
    await store.close()
  })
})
