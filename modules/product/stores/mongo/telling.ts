import { Type } from '@sinclair/typebox'
import type { Documents } from '../../../../src/databases/documents.ts'
import { inventoryUpdated } from '../../contract/events.ts'
import type { StockStore } from '../../store.ts'
import { gone, products, ShownStock } from './collections.ts'
import type { Show } from './shown.ts'
import { levelOf, StockDocument, stocks } from './stock-documents.ts'

const Standing = Type.Pick(StockDocument, ['_id', 'product', 'tracked', 'available', 'version'])
const fields = ['product', 'tracked', 'available', 'version']
const Copies = Type.Object({ _id: Type.String(), stock: Type.Record(Type.String(), ShownStock) })

/** Tells what moved. The event rides in the change that raises `published`, so of several who tell the same one does. */
export const tellingOn = (documents: Documents, show: Show): Pick<StockStore, 'untold' | 'tell'> => ({
  untold: async (limit) => (await documents.read(Standing, stocks, { untold: true }, { sort: { _id: 1 }, limit, fields })).map(levelOf),
  async tell(untold) {
    // Who moved it may have died before showing it.
    const found = await documents.read(Copies, products, { _id: { $in: [...new Set(untold.map(({ productId }) => productId))] }, status: { $ne: gone } }, { fields: ['stock'] })
    const copies = new Map(found.map(({ _id, stock }) => [_id, stock]))
    await show(untold.filter(({ productId, variantId, version }) => (copies.get(productId)?.[variantId]?.version ?? version) < version))
    await documents.steps(stocks, untold.flatMap((item) => {
      const tells = { events: [inventoryUpdated(item)] }
      const { variantId: _id, version } = item
      return [
        { filter: { _id, version, published: { $lt: version } }, update: { $set: { published: version }, $unset: { untold: true } }, tells },
        // It moved on: there is more to tell.
        { filter: { _id, published: { $lt: version } }, update: { $set: { published: version } }, tells },
      ]
    }))
  },
})
