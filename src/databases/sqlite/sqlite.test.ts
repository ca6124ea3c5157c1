import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'node:test'
import { testWorld } from '../../../test/world.ts'
import { type Suite, suiteMigrations } from '../conformance.ts'
import { openSqlite } from './open.ts'

const suites = new URL('../suites/', import.meta.url)
const found: Suite[] = []
for (const file of readdirSync(suites).sort()) {
  const { default: declare }: { default: Suite } = await import(new URL(file, suites).href)
  found.push(declare)
}

const migrations = suiteMigrations('sqlite')

suite('SQLite in memory', () => {
  for (const declare of found) {
    declare(async () => {
      const world = testWorld()
      return { ...await openSqlite({ path: ':memory:', migrations, world, checked: true }), advance: world.advance }
    })
  }
})

suite('SQLite in a file', () => {
  for (const declare of found) {
    declare(async () => {
      const world = testWorld()
      const folder = await mkdtemp(join(tmpdir(), 'mercado-sqlite-'))
      const { sql, close } = await openSqlite({ path: join(folder, 'shop.db'), migrations, world, checked: true })
      return {
        sql,
        advance: world.advance,
        async close() {
          await close()
          await rm(folder, { recursive: true })
        },
      }
    })
  }
})
