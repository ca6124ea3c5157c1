import { type Static, Type } from '@sinclair/typebox'
import type { Documents } from '../../../../src/databases/documents.ts'
import { gone, type Offer, Piece, products, ShownStock } from './collections.ts'

/*
 * A product's document shows the stock of each of its variants under `stock.<variant>`: a copy of `available` and the version
 * of the stock record that it is a copy of. It decides nothing.
 */

/** A stock record as it is now. */
export interface Level { variantId: string; productId: string; available: number | null; version: number }

export const shownOf = ({ available, version }: Pick<Level, 'available' | 'version'>): ShownStock =>
  ({ available, version, buyable: available === null || available > 0 })
/** What filters by price and stock look at: the variants' prices, and whether each can be bought. */
export const offersOf = (variants: readonly Static<typeof Piece>[], stock: Readonly<Record<string, ShownStock>>): Static<typeof Offer>[] =>
  variants.map(({ id, price }) => ({ price, buyable: stock[id]?.buyable ?? false }))

/** A product's state: every change raises one of the two. */
export const Counted = Type.Object({ _id: Type.String(), version: Type.Integer(), n: Type.Integer() })
export const countedFields = ['version', 'n']
const Standing = Type.Composite([Counted, Type.Object({ variants: Type.Array(Piece), stock: Type.Record(Type.String(), ShownStock) })])

/**
 * Shows these levels wherever products are read; answered when every reader finds them or newer ones. To be called after a
 * stock record changed and before that is answered; again, late and in any order it does no harm. `changed` tells the cache.
 */
export const showing = (documents: Documents, changed: (product: Static<typeof Counted>) => Promise<void>) => {
  /** A variant that sold out or came back changes what the filters see: both are written over the same state, or looked at again. */
  const turn = async (level: Level): Promise<void> => {
    const { variantId, productId, version } = level
    for (;;) {
      const [product] = await documents.read(Standing, products, { _id: productId, status: { $ne: gone } }, { fields: ['version', 'n', 'variants', 'stock'] })
      const was = product?.stock[variantId]
      if (!product || !was) return
      // A newer one is there: whoever wrote it may not have told the cache yet.
      if (was.version >= version) return await changed(product)
      const shown = shownOf(level)
      const offers = offersOf(product.variants, { ...product.stock, [variantId]: shown })
      const now = await documents.change(Counted, products, { _id: productId, version: product.version, n: product.n },
        { $set: { [`stock.${variantId}`]: shown, offers }, $inc: { n: 1 } }, { fields: countedFields })
      if (now) return await changed(now)
    }
  }
  const show = async (level: Level): Promise<void> => {
    const at = `stock.${level.variantId}`
    const shown = shownOf(level)
    const now = await documents.change(Counted, products, {
      _id: level.productId, [`${at}.version`]: { $lt: level.version }, [`${at}.buyable`]: shown.buyable,
    }, { $set: { [at]: shown }, $inc: { n: 1 } }, { fields: countedFields })
    if (now) await changed(now)
    else await turn(level)
  }
  /** Of a variant that many want one level is on its way, and behind it only the newest waits. */
  const onTheWay = new Map<string, Promise<void>>()
  const waiting = new Map<string, { level: Level; shown: Promise<void> }>()
  const begin = (level: Level): Promise<void> => {
    const showing = show(level).finally(() => { if (onTheWay.get(level.variantId) === showing) onTheWay.delete(level.variantId) })
    onTheWay.set(level.variantId, showing)
    return showing
  }
  const inTurn = (level: Level): Promise<void> => {
    const { variantId } = level
    const before = onTheWay.get(variantId)
    if (!before) return begin(level)
    const next = waiting.get(variantId)
    if (next) {
      if (level.version > next.level.version) next.level = level
      return next.shown
    }
    const one = { level, shown: Promise.resolve() }
    one.shown = before.catch(() => {}).then(() => {
      waiting.delete(variantId)
      return begin(one.level)
    })
    waiting.set(variantId, one)
    return one.shown
  }
  return async (levels: readonly Level[]): Promise<void> => {
    const byProduct = Map.groupBy(levels, ({ productId }) => productId)
    await Promise.all([...byProduct.values()].map(async (group) => { for (const level of group) await inTurn(level) }))
  }
}
export type Show = ReturnType<typeof showing>
