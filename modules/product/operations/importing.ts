import type { Operations } from '../../../src/module/module.ts'
import { deadlineExceeded } from '../../../src/contract/faults.ts'
import type { World } from '../../../src/module/world.ts'
import type { product } from '../contract/index.ts'
import { importCsv } from '../csv/import.ts'
import { exponentOf } from '../csv/values.ts'
import type { ProductStore } from '../store.ts'

export interface ImportParts { store: ProductStore; settings: { currency: string }; world: World }

/** Shopify's product CSV into the catalogue. What was saved before a failure stays; doing it again goes on. */
export const importing = ({ store, settings: { currency }, world }: ImportParts): Pick<Operations<typeof product>, 'importProducts'> => ({
  importProducts: ({ body }, context) => importCsv(body, {
    store, world, currency, exponent: exponentOf(currency),
    check() { if (context.leftMs() === 0) throw deadlineExceeded('The import took too long; what was imported until now stays') },
  }),
})
