import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { onPostgres } from '../../../test/servers.ts'
import { testWorld } from '../../../test/world.ts'
import { collect } from '../conformance.ts'
import { type Migration, guarded, sql } from '../sql.ts'
import { openPostgres } from './open.ts'

const One: Migration = { name: 'one', statements: ['create table one (id text primary key, n bigint not null)', "insert into one values ('a', 0), ('b', 0)"] }
const Two: Migration = { name: 'two', statements: ['create table two (id text primary key)'] }
const Row = Type.Object({ n: Type.Integer() })
const open = (url: string, schema: string, migrations: readonly Migration[]) =>
  openPostgres({ url, schema, migrations, world: testWorld(), checked: true, connections: 4 })

onPostgres('opening a store on PostgreSQL', (server) => {
  test('several instances that start at once make each step once', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => open(server.url(), 'at_once', [One, Two])))
    const rows = await collect(all[0]!.sql.dump())
    assert.deepEqual(rows.map(({ table, row }) => `${table} ${row['id'] ?? row['version']}`), ['$schema 2', 'one a', 'one b'])
    await Promise.all(all.map(({ close }) => close()))
  })

  test('a step that fails leaves nothing, and is told by name', async () => {
    const broken = { name: 'broken', statements: ['create table three (id text)', 'create table three (id text)'] }
    await assert.rejects(open(server.url(), 'broken', [One, broken]), /Migration 2 "broken" of the schema broken .* already exists/)
    const { sql: store, close } = await open(server.url(), 'broken', [One])
    assert.equal((await store.read(Row, sql`select n from one`)).length, 2)
    await close()
  })

  test('a schema that newer code wrote is refused', async () => {
    await (await open(server.url(), 'newer', [One, Two])).close()
    await assert.rejects(open(server.url(), 'newer', [One]), /is newer than this version/)
  })

  test('a server that would lose what it acknowledged is opened with a warning', async () => {
    const { warnings, close } = await open(server.url(), 'warned', [One])
    await close()
    // Servers of tests are started so.
    assert.match(warnings.join(' '), /fsync is off/)
    assert.doesNotMatch(warnings.join(' '), /full_page_writes/)
  })

  test('a server that is away is told by its place, without the password', async () => {
    await assert.rejects(open('postgres://me:secret@127.0.0.1:1/shop', 'x', []), (error) =>
      error instanceof Error && 'code' in error && error.code === 'unavailable' && !`${error.message} ${error.cause}`.includes('secret'))
  })

  test('of two changes that wait for each other one is made again, and both hold', async () => {
    const { sql: store, close } = await open(server.url(), 'crossed', [One])
    const add = (...ids: string[]) => store.write({ statements: ids.map((id) => guarded(sql`update one set n = n + 1 where id = ${id}`)), events: [] })
    await add('a', 'b')
    const written = await Promise.all(Array.from({ length: 30 }, (_, at) => (at % 2 ? add('a', 'b') : add('b', 'a'))))
    assert.ok(written.every(({ ok }) => ok))
    assert.deepEqual(await store.read(Row, sql`select n from one`), [{ n: 31 }, { n: 31 }])
    await close()
  })

  test('a number that a row cannot hold exactly is refused, never rounded', async () => {
    const { sql: store, close } = await open(server.url(), 'large', [One])
    await store.write({ statements: [sql`update one set n = ${2n ** 60n}`], events: [] })
    await assert.rejects(store.read(Row, sql`select n from one`), /beyond 2\^53/)
    await close()
  })
})
