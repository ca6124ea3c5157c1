import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'node:test'
import { openSqlite } from '../../../src/databases/sqlite/open.ts'
import { onPostgres } from '../../../test/servers.ts'
import { testWorld } from '../../../test/world.ts'
import type { Open } from '../suites/orders.ts'
import { migrations } from './migrations.ts'
import { openOrders } from './sql.ts'

/** SQLite in memory. */
const embedded: Open = async () => {
  const { sql, close } = await openSqlite({ path: ':memory:', migrations: migrations('sqlite'), world: testWorld(), checked: true })
  return { store: openOrders(sql), close }
}

const folder = join(import.meta.dirname, '../suites/stores')
const declareAll = async (open: Open) => {
  for (const file of readdirSync(folder).sort()) {
    const { default: cases } = await import(join(folder, file))
    suite(file.replace('.ts', ''), () => cases(open))
  }
}
suite('orders over SQLite', () => declareAll(embedded))

onPostgres('orders over PostgreSQL', (server) => declareAll(async () => {
  const { sql, close } = await server.openPostgres(migrations('postgres'), testWorld())
  return { store: openOrders(sql), close }
}))
