import { readdirSync } from 'node:fs'
import { onPostgres } from '../../../test/servers.ts'
import { testWorld } from '../../../test/world.ts'
import { type Suite, suiteMigrations } from '../conformance.ts'

const suites = new URL('../suites/', import.meta.url)
const found: Suite[] = []
for (const file of readdirSync(suites).sort()) {
  const { default: declare }: { default: Suite } = await import(new URL(file, suites).href)
  found.push(declare)
}

const migrations = suiteMigrations('postgres')

onPostgres('PostgreSQL', (server) => {
  for (const declare of found) {
    declare(async () => {
      const world = testWorld()
      return { ...await server.openPostgres(migrations, world), advance: world.advance }
    })
  }
})
