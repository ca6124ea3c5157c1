import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'node:test'
import { places } from './place.ts'

const modules = join(import.meta.dirname, '../modules')

/** Every module's behaviour, in every placement: suites are found by reading the folders. */
for (const place of places) {
  describe(place.name, async () => {
    for (const module of readdirSync(modules).sort()) {
      const folder = join(modules, module, 'suites/behaviour')
      if (!existsSync(folder)) continue
      for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts')).sort()) {
        const { default: suite } = await import(join(folder, file))
        describe(`${module}: ${file.replace('.ts', '')}`, () => suite(place))
      }
    }
  })
}
