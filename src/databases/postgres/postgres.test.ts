import { readdirSync } from 'node:fs'
import { onPostgres } from '../../../test/servers.ts'
import { testWorld } from '../../../test/world.ts'
import { type Suite, suiteMigrations } from '../conformance.ts'
import { openPostgres } from './open.ts'

const suites = new URL('../suites/', import.meta.url)
const found: Suite[] = []
for (const file of readdirSync(suites).sort()) {
  const { default: declare }: { default: Suite } = await import(new URL(file, suites).href)
  found.push(declare)
}

const migrations = suiteMigrations('postgres')
let stores = 0

onPostgres('PostgreSQL', (server) => {
  for (const declare of found) {
    declare(async () => {
      const world = testWorld()
      const schema = `case${++stores}`
      const { sql, close } = await openPostgres({ url: server.url(), schema, migrations, world, checked: true, connections: 6 })
      return {
        sql,
        advance: world.advance,
        async close() {
          await close()
          await server.drop(schema)
        },
      }
    })
  }
})
