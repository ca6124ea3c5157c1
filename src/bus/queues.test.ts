import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { attempts, counted, eventually, heard, notingStore, testLog } from '../../test/bus.ts'
import { stillWorld } from '../../test/still-world.ts'
import { openSqlite } from '../databases/sqlite/open.ts'
import type { Sql } from '../databases/sql.ts'
import { createQueues, queueMigrations } from './queues.ts'

test('published events, attempts and dead letters outlive their process', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mercado-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const world = stillWorld()
  const store = await notingStore(world)
  const open = async () => {
    const database = await openSqlite({ path: join(folder, 'bus.db'), migrations: queueMigrations, world })
    t.after(() => database.close())
    const queues = createQueues({ db: database.sql, world, log: testLog(), attempts })
    return { ...queues, die: () => database.close() }
  }
  const [poison, good] = [heard(world, 'poison'), heard(world, 'good')]
  let refused = 0
  const refuse = async () => { refused++; throw new Error('no') }

  const first = await open()
  first.hear('cart', [counted.type], (event) => event.id === poison.id ? refuse() : new Promise(() => {}))
  await first.publish([poison, good])
  await eventually(world, () => refused === attempts - 1)
  await first.die()

  const second = await open()
  second.hear('cart', [counted.type], (event) => event.id === poison.id ? refuse() : store.hear(event))
  await eventually(world, async () => (await second.deadLetters.list()).length === 1 && (await store.notes()).length === 1)
  assert.equal(refused, attempts, 'it went on counting')
  await second.stop()
  await second.die()

  const third = await open()
  assert.deepEqual((await third.deadLetters.list()).map(({ event }) => event), [poison])
  await third.stop()
})

test('an event that nobody hears costs nothing', async () => {
  const world = stillWorld()
  const { sql: db, close } = await openSqlite({ path: ':memory:', migrations: queueMigrations, world })
  let writes = 0
  const counting: Sql = { ...db, write: (change) => { writes++; return db.write(change) } }
  const queues = createQueues({ db: counting, world, log: testLog(), attempts })
  queues.hear('cart', ['stock.moved.v1'], async () => { throw new Error('never') })
  await queues.publish([heard(world), heard(world)])
  assert.equal(writes, 0)
  await queues.stop()
  await close()
})

test('a module is heard through one queue', async () => {
  const world = stillWorld()
  const { sql: db, close } = await openSqlite({ path: ':memory:', migrations: queueMigrations, world })
  const queues = createQueues({ db, world, log: testLog(), attempts })
  const never = async () => { throw new Error('never') }
  queues.hear('cart', [counted.type], never)
  assert.throws(() => queues.hear('cart', ['stock.moved.v1'], never), /cart hears already/)
  await queues.stop()
  await close()
})
