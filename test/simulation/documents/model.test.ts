import { readdirSync } from 'node:fs'
import { suite } from 'node:test'
import { type DocumentSuite, suiteCollections } from '../../../src/databases/mongo/testing/conformance.ts'
import { testWorld } from '../../world.ts'
import { documentsInMemory } from './model.ts'

/** The model is held to what the real server is held to: else what is found over it says nothing. */
const suites = new URL('../../../src/databases/mongo/suites/', import.meta.url)
const found: DocumentSuite[] = []
for (const file of readdirSync(suites).sort()) {
  const { default: declare }: { default: DocumentSuite } = await import(new URL(file, suites).href)
  found.push(declare)
}

suite('documents in memory', () => {
  for (const declare of found) {
    declare(async () => {
      const world = testWorld()
      return { documents: documentsInMemory({ collections: suiteCollections, world }), advance: world.advance, async close() {} }
    })
  }
})
