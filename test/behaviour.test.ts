import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'node:test'
import { type Place, placeOn, places } from './place.ts'
import { onPostgres } from './servers.ts'

const modules = join(import.meta.dirname, '../modules')

/** Every module's behaviour: suites are found by reading the folders. */
const behaviour = async (place: Place): Promise<void> => {
  for (const module of readdirSync(modules).sort()) {
    const folder = join(modules, module, 'suites/behaviour')
    if (!existsSync(folder)) continue
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts')).sort()) {
      const { default: suite } = await import(join(folder, file))
      describe(`${module}: ${file.replace('.ts', '')}`, () => suite(place))
    }
  }
}

for (const place of places) describe(place.name, () => behaviour(place))
onPostgres('local, with stores on PostgreSQL', (server) => behaviour(placeOn(server)))
