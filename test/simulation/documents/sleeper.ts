import { collections, openMongo } from '../../../modules/product/stores/mongo.ts'
import { StockDocument } from '../../../modules/product/stores/mongo/stock-documents.ts'
import { made, orderId, record, variantId } from '../../../modules/product/suites/products.ts'
import type { Documents } from '../../../src/databases/documents.ts'
import { testWorld } from '../../world.ts'
import { documentsInMemory } from './model.ts'

type Asked = { collection: string; update: string }
/** Documents whose user goes no further than the first change that is like this. */
const stoppedAt = (documents: Documents, isIt: (asked: Asked) => boolean) => {
  let go = (): void => {}
  let reached = (): void => {}
  const [asleep, woken] = [new Promise<void>((resolve) => { reached = resolve }), new Promise<void>((resolve) => { go = resolve })]
  const stopped: Documents = {
    ...documents,
    async change(shape, collection, filter, update, about) {
      if (isIt({ collection, update: JSON.stringify(update) })) {
        reached()
        await woken
      }
      return await documents.change(shape, collection, filter, update, about)
    },
  }
  return { documents: stopped, asleep, wake: go }
}

/**
 * One tries to hold an order's line and falls asleep, another holds it, a third sells it and dies before it says so; then the
 * first wakes and holds the line, and a fourth goes on with the sale. What became of ten pieces, of which the order is for two.
 */
export const soldByTwo = async (guarded: (documents: Documents) => Documents): Promise<Pick<StockDocument, 'available' | 'reserved' | 'sold'>> => {
  const world = testWorld()
  const documents = guarded(documentsInMemory({ collections, world }))
  const [order, lines] = [orderId(1), [{ variantId: variantId(1), quantity: 2 }]]
  const awake = openMongo(documents, null)
  await awake.save([made(record(1), 10)])

  const sleeper = stoppedAt(documents, ({ collection }) => collection === 'stock')
  const late = openMongo(sleeper.documents, null).hold(order, lines, 1)
  await sleeper.asleep
  await awake.hold(order, lines, 1)
  const dying = stoppedAt(documents, ({ collection, update }) => collection === 'reservation' && update.includes('"sold"'))
  const never = openMongo(dying.documents, null).commit(order, 1)
  await dying.asleep
  sleeper.wake()
  await awake.commit(order, 1)
  await late
  dying.wake()
  await never
  await awake.resume(Infinity, new AbortController().signal)
  const [stock] = await documents.read(StockDocument, 'stock', {})
  if (!stock) throw new Error('There is no stock')
  const { available, reserved, sold } = stock
  return { available, reserved, sold }
}
