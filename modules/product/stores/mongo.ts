import type { Cache } from '../../../src/databases/cache.ts'
import type { Collection, Documents } from '../../../src/databases/documents.ts'
import type { Portable } from '../../../src/databases/sql.ts'
import type { ProductStore } from '../store.ts'
import { catalogueOn } from './mongo/catalogue.ts'
import { catalogueCollections } from './mongo/collections.ts'
import { portable } from './mongo/portable.ts'
import { stockCollections } from './mongo/stock-documents.ts'
import { stockOn } from './mongo/stock.ts'
import { stockingOn } from './mongo/stocking.ts'

export const collections: readonly Collection[] = [...catalogueCollections, ...stockCollections]

/** Products in documents, with what clients read of them in a cache where there is one. Opening it asks and changes nothing. */
export const openMongo = (documents: Documents, cache: Cache | null): ProductStore & Portable => {
  const { tree, show, ...catalogue } = catalogueOn(documents, cache, stockingOn(documents))
  const { rows, ...stock } = stockOn({ documents, tree, show })
  return {
    ...catalogue, ...stock, ...portable(documents, rows),
    async resume(before, stop) {
      await catalogue.resume(before, stop)
      await stock.resume(before, stop)
    },
  }
}
