import { readdirSync } from 'node:fs'
import { onMongo } from '../../../test/mongo.ts'
import { testWorld } from '../../../test/world.ts'
import { type DocumentSuite, suiteCollections } from './testing/conformance.ts'

const suites = new URL('./suites/', import.meta.url)
const found: DocumentSuite[] = []
for (const file of readdirSync(suites).sort()) {
  const { default: declare }: { default: DocumentSuite } = await import(new URL(file, suites).href)
  found.push(declare)
}

onMongo('MongoDB', (server) => {
  for (const declare of found) {
    declare(async () => {
      const world = testWorld()
      return { ...await server.openMongo(suiteCollections, world), advance: world.advance }
    })
  }
})
