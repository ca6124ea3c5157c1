import type { Cache } from '../../../../src/databases/cache.ts'
import type { Documents } from '../../../../src/databases/documents.ts'
import type { ProductStore, StockStore } from '../../store.ts'
import { categories } from './categories.ts'
import { gone, products } from './collections.ts'
import { details } from './details.ts'
import { facets } from './facets.ts'
import { listing } from './listing.ts'
import { records } from './records.ts'
import { sampleIn } from './sample.ts'
import { saving, type Stocking } from './saving.ts'
import { type Show, showing } from './shown.ts'
import { type KeptTree, treeIn } from './tree.ts'

/** All that is not stock; `stocking` is asked where a change of the catalogue has stock follow it. */
export const catalogueOn = (documents: Documents, cache: Cache | null, stockingWith: (show: Show) => Stocking): Omit<ProductStore, keyof StockStore> & { tree: KeptTree; show: Show } => {
  const tree = treeIn(documents, cache)
  const { detail, changed } = details(documents, cache, tree)
  const show = showing(documents, changed)
  return {
    tree, show, detail,
    ...records(documents, tree), ...categories(documents, tree), ...listing(documents, tree), ...facets(documents, tree), ...sampleIn(documents),
    ...saving({ documents, tree, stocking: stockingWith(show), show, changed }),
    // Lists are asked of the server: nothing is kept here that could be late.
    refresh: async () => {},
    // What was deleted stays until its event is published.
    async tidy() { await documents.remove(products, { status: gone }) },
  }
}
