import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { testWorld } from '../../../test/world.ts'
import { copyDatabases } from './copy.ts'
import { openSqlite } from './open.ts'
import { inFolder } from './testing/temporary.ts'

test('a store, its log, its lock and its copy are readable by their owner alone', () => inFolder(async (folder) => {
  const path = join(folder, 'shop.db')
  const store = await openSqlite({ path, migrations: [], world: testWorld() })
  await copyDatabases([path], join(folder, 'copy'))
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.db'))) {
    assert.equal(statSync(join(folder, file)).mode & 0o077, 0, file)
  }
  assert.equal(readdirSync(folder).filter((name) => name.startsWith('shop.db')).length, 4)
  await store.close()
}))
