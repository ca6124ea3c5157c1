import { createReadStream } from 'node:fs'
import type { Log } from '../../../src/module/log.ts'
import type { World } from '../../../src/module/world.ts'
import { importCsv } from '../csv/import.ts'
import { exponentOf } from '../csv/values.ts'
import type { ProductStore } from '../store.ts'

export interface SampleParts {
  store: ProductStore
  settings: { currency: string; sampleCatalogue: boolean }
  world: World
  log: Log
}

/** Beside this file, or beside the bundle that it became part of. */
const file = new URL('./catalogue.csv', import.meta.url)

/** All of it at once: nobody is served yet who would have to wait. */
const whole = { products: 1000, rows: 10_000 }

/**
 * Fills a store that was just created with the sample catalogue, once; with the setting off the store is remembered as one
 * that does without. Products that are there are left alone, so a start that was interrupted here is made up for by the
 * next, and two instances that start at once do no harm.
 */
export const importSample = async ({ store, settings: { currency, sampleCatalogue }, world, log }: SampleParts): Promise<void> => {
  if (await store.sampleDecided()) return
  if (sampleCatalogue) {
    // Its prices have two digits behind the point; 19.90 in a currency without minor units is 1990.
    const exponent = Math.max(2, exponentOf(currency))
    const { products } = await importCsv(createReadStream(file), { store, world, currency, exponent, onlyNew: true, batch: whole })
    log.info('The sample catalogue is imported', { products: products.created })
  }
  await store.decideSample(world.now())
}
