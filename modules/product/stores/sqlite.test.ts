import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'node:test'
import { openSqlite } from '../../../src/databases/sqlite/open.ts'
import { testWorld } from '../../../test/world.ts'
import type { Open } from '../suites/products.ts'
import { migrations } from './migrations.ts'
import { open } from './sqlite.ts'

/** SQLite in memory. */
const embedded: Open = async () => {
  const { sql, close } = await openSqlite({ path: ':memory:', migrations, world: testWorld(), checked: true })
  const events = async () => {
    const taken = await sql.outbox.take(1000, 1000)
    await sql.outbox.published(taken.map(({ id }) => id))
    return taken
  }
  return { store: open(sql), events, close }
}

const folder = join(import.meta.dirname, '../suites/stores')
suite('product over SQLite', async () => {
  for (const file of readdirSync(folder).sort()) {
    const { default: cases } = await import(join(folder, file))
    suite(file.replace('.ts', ''), () => cases(embedded))
  }
})
