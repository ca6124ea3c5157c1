import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { testWorld } from '../../../test/world.ts'
import { sql, Violation } from '../sql.ts'
import { collect } from '../conformance.ts'
import { openReadOnly } from './dump.ts'
import { openSqlite, type SqliteOptions } from './open.ts'
import { inFolder } from './testing/temporary.ts'

const migrations = [{ name: 'shelves', statements: [
  'CREATE TABLE shelf (id INTEGER PRIMARY KEY, inside INTEGER REFERENCES shelf (id) DEFERRABLE INITIALLY DEFERRED) STRICT',
] }]
const insert = (id: number, inside: number | null = null) => ({ statements: [sql`INSERT INTO shelf (id, inside) VALUES (${id}, ${inside})`], events: [] })
const Id = Type.Object({ id: Type.Integer() })
const all = sql`SELECT id FROM shelf ORDER BY id`

const opened = (use: (store: Awaited<ReturnType<typeof openSqlite>>, commits: number[]) => Promise<void>, more: Partial<SqliteOptions> = {}) => () =>
  inFolder(async (folder) => {
    const commits: number[] = []
    const observe: SqliteOptions['observe'] = (kind, ms, changes) => {
      assert.ok(ms >= 0)
      if (kind === 'commit') commits.push(changes)
    }
    const store = await openSqlite({ path: join(folder, 'shop.db'), migrations, world: testWorld(), observe, ...more })
    try {
      await use(store, commits)
    } finally {
      await store.close()
    }
  })

suite('shared commits', () => {
  test('changes that come together share one commit', opened(async ({ sql: store }, commits) => {
    await Promise.all(Array.from({ length: 30 }, (_, id) => store.write(insert(id))))
    assert.deepEqual(commits, [30])
  }))

  test('changes that come one after the other have a commit each', opened(async ({ sql: store }, commits) => {
    for (let id = 0; id < 3; id++) await store.write(insert(id))
    assert.deepEqual(commits, [1, 1, 1])
  }))

  test('very many are spread over several commits, in their order', opened(async ({ sql: store }, commits) => {
    const answered: number[] = []
    await Promise.all(Array.from({ length: 300 }, (_, id) => store.write(insert(id)).then(() => answered.push(id))))
    assert.deepEqual(commits, [128, 128, 44])
    assert.deepEqual(answered, Array.from({ length: 300 }, (_, id) => id))
  }))

  test('another connection sees a change as soon as it is answered', opened(async ({ sql: store, path }) => {
    const seen = async (id: number) => {
      await store.write(insert(id))
      const rows = await collect(openReadOnly(path).dump())
      assert.ok(rows.some(({ table, row }) => table === 'shelf' && row['id'] === id))
    }
    await Promise.all([1, 2, 3, 4].map(seen))
  }))

  test('a constraint that speaks up at the commit refuses only whose it is', opened(async ({ sql: store }) => {
    const results = await Promise.allSettled([store.write(insert(1)), store.write(insert(2, 99)), store.write(insert(3, 1))])
    assert.deepEqual(results.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled'])
    assert.ok(results[1]?.status === 'rejected' && results[1].reason instanceof Violation && results[1].reason.kind === 'foreign')
    assert.deepEqual((await store.read(Id, all)).map(({ id }) => id), [1, 3])
  }))

  test('a statement that ends the whole transaction refuses only its own change', opened(async ({ sql: store }) => {
    await store.write(insert(2))
    const ending = { statements: [sql`INSERT OR ROLLBACK INTO shelf (id) VALUES (${2})`], events: [] }
    const results = await Promise.allSettled([store.write(insert(1)), store.write(ending), store.write(insert(3))])
    assert.deepEqual(results.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled'])
    assert.deepEqual((await store.read(Id, all)).map(({ id }) => id), [1, 2, 3])
  }))

  test('a read does not see what waits, nor hold it up', opened(async ({ sql: store }) => {
    const writing = store.write(insert(1))
    assert.deepEqual(await store.read(Id, all), [])
    await writing
    assert.equal((await store.read(Id, all)).length, 1)
  }))

  test('closing commits what waits, and refuses what comes later', opened(async (store) => {
    const waiting = [store.sql.write(insert(1)), store.sql.write(insert(2))]
    await Promise.all([store.close(), store.close()])
    await Promise.all(waiting)
    await assert.rejects(store.sql.write(insert(3)), /closed/)
    const again = await openSqlite({ path: store.path, migrations, world: testWorld() })
    assert.deepEqual((await again.sql.read(Id, all)).map(({ id }) => id), [1, 2])
    await again.close()
  }))

  test('a row that does not fit its schema is told apart in tests', opened(async ({ sql: store }) => {
    await store.write(insert(1))
    await assert.rejects(store.read(Type.Object({ id: Type.String() }), all), /at \/id: Expected string.*SELECT id FROM shelf/)
  }, { checked: true }))
})
