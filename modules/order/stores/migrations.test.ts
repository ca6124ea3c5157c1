import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openPostgres } from '../../../src/databases/postgres/open.ts'
import { type Database, type Migration, sql } from '../../../src/databases/sql.ts'
import { openSqlite } from '../../../src/databases/sqlite/open.ts'
import { onPostgres } from '../../../test/servers.ts'
import { testWorld } from '../../../test/world.ts'
import { frozen, id } from '../suites/orders.ts'
import { migrations } from './migrations.ts'
import { openOrders } from './sql.ts'

const refusal = { code: 'out_of_stock', detail: 'Gone', lines: [] }

/** Orders of the first version: one answered with itself, one with a refusal, one not yet. */
const first = (what: object) => [['order', '{"status":"paid"}'], ['refusal', JSON.stringify(refusal)], [null, null]].map(([is, answer], n) => sql`
  insert into orders (id, user_id, email, frozen, total, created_at, checkout_key, status, payment_status, provider, step, epoch, version, lease_until,
    next_attempt, attempts, woken, to_void, captured, refund_committed, refunded, answer_is, answer, updated_at)
  values (${id(n + 1)}, ${'u'}, ${'a@example.com'}, ${JSON.stringify(what)}, ${0}, ${1}, ${`k${n}`}, 'pending', 'pending', 'test', 'new', 1, 1, 0, 0, 0, 0, 0, 0, 0, 0,
    ${is ?? null}, ${answer ?? null}, ${1})`)

const keepsAll = async (open: (migrations: readonly Migration[]) => Promise<Database>, all: readonly Migration[]): Promise<void> => {
  const what = frozen()
  const before = await open(all.slice(0, 1))
  await before.sql.write({ statements: first(what), events: [] })
  await before.close()
  const after = await open(all)
  const store = openOrders(after.sql)
  const found = await Promise.all([1, 2, 3].map((n) => store.find(id(n))))
  await after.close()
  assert.deepEqual(found.map((one) => one?.frozen), [what, what, what])
  assert.deepEqual(found.map((one) => one?.answer), [{ is: 'order', body: '{"status":"paid"}' }, { is: 'refusal', refusal }, null])
}

test('orders of the first version keep what was frozen and answered, in a file', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mercado-order-migrations-'))
  t.after(() => rmSync(folder, { recursive: true }))
  await keepsAll((steps) => openSqlite({ path: join(folder, 'order.db'), migrations: steps, world: testWorld(), checked: true }), migrations('sqlite'))
})

onPostgres('orders of the first version', (server) => {
  test('keep what was frozen and answered, on PostgreSQL', () =>
    keepsAll((steps) => openPostgres({ url: server.url(), schema: 'migrated', migrations: steps, world: testWorld(), checked: true }), migrations('postgres')))
})
