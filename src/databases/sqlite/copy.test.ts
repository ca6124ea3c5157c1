import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { testWorld } from '../../../test/world.ts'
import { collect } from '../conformance.ts'
import { guarded, sql } from '../sql.ts'
import { copyDatabases } from './copy.ts'
import { openReadOnly } from './dump.ts'
import { openSqlite } from './open.ts'
import { inFolder } from './testing/temporary.ts'

const migrations = [{ name: 'two boxes', statements: [
  'CREATE TABLE box (id TEXT PRIMARY KEY, quantity INTEGER NOT NULL CHECK (quantity >= 0)) STRICT',
  "INSERT INTO box (id, quantity) VALUES ('left', 100000), ('right', 0)",
] }]

suite('copies of stores', () => {
  test('are consistent while the stores are written', () => inFolder(async (folder) => {
    const paths = [join(folder, 'one.db'), join(folder, 'two.db')]
    const stores = await Promise.all(paths.map((path) => openSqlite({ path, migrations, world: testWorld() })))
    let copying = true
    const move = async ({ sql: store }: (typeof stores)[number]) => {
      while (copying) {
        await store.write({ statements: [
          guarded(sql`UPDATE box SET quantity = quantity - 1 WHERE id = ${'left'}`),
          guarded(sql`UPDATE box SET quantity = quantity + 1 WHERE id = ${'right'}`),
        ], events: [] })
      }
    }
    const moving = stores.map(move)
    const copies = await copyDatabases(paths, join(folder, 'copies', 'today'))
    copying = false
    await Promise.all(moving)
    await Promise.all(stores.map((store) => store.close()))
    assert.deepEqual(copies, [join(folder, 'copies', 'today', 'one.db'), join(folder, 'copies', 'today', 'two.db')])
    assert.deepEqual((await readdir(join(folder, 'copies', 'today'))).sort(), ['one.db', 'two.db'])
    for (const path of copies) {
      const rows = (await collect(openReadOnly(path).dump())).filter(({ table }) => table === 'box')
      assert.equal(rows.reduce((sum, { row }) => sum + Number(row['quantity']), 0), 100_000)
      await (await openSqlite({ path, migrations, world: testWorld() })).close()
    }
  }))

  test('never replace what is there, and say so', () => inFolder(async (folder) => {
    const path = join(folder, 'one.db')
    await (await openSqlite({ path, migrations, world: testWorld() })).close()
    await copyDatabases([path], join(folder, 'copies'))
    await assert.rejects(copyDatabases([path], join(folder, 'copies')), /not copied to .*copies: .*one\.db exists already/)
  }))

  test('of a store that is not there are refused, and leave nothing', () => inFolder(async (folder) => {
    await assert.rejects(copyDatabases([join(folder, 'none.db')], join(folder, 'copies')), /not copied .*unable to open/)
    assert.deepEqual(await readdir(join(folder, 'copies')), [])
  }))
})
