import { Type } from '@sinclair/typebox'
import type { Documents, Filter, Update } from '../../../../src/databases/documents.ts'
import type { OrderLine, Shortage } from '../../store.ts'
import { StockDocument, stocks } from './stock-documents.ts'

/** What a line holds: how much, and by which attempt. */
export interface Hold { quantity: number; token: number }
export type Placed = { hold: Hold; stock: StockDocument } | { short: Shortage }

const isThere = (variant: string, order: string, { token }: Pick<Hold, 'token'>): Filter => ({ _id: variant, [`holds.${order}.token`]: token })
const gone = (order: string): Update => ({ $unset: { [`holds.${order}`]: true } })

/** What was held is sold: only the hold that the reservation names. */
export const sold = (variant: string, order: string, hold: Hold): { filter: Filter; update: Update } => ({
  filter: isThere(variant, order, hold),
  update: { ...gone(order), $inc: { reserved: 0 - hold.quantity, sold: hold.quantity, held: -1 } },
})

/** The holds of orders in their variants' stock: one an order and variant at any time. */
export const holdsOn = (documents: Documents) => {
  const stockOf = async (variant: string): Promise<StockDocument | null> => (await documents.read(StockDocument, stocks, { _id: variant }))[0] ?? null

  const freed = (variant: string, order: string, hold: Hold): Promise<StockDocument | null> => documents.change(StockDocument, stocks, isThere(variant, order, hold), hold.quantity === 0
    ? { ...gone(order), $inc: { held: -1 } }
    : { ...gone(order), $set: { untold: true }, $inc: { available: hold.quantity, reserved: 0 - hold.quantity, held: -1, version: 1 } })

  return {
    /** Takes a line's pieces, unless this order holds them already: whoever placed that, it counts. `tracked` is what was seen last. */
    async place(order: string, { variantId, quantity }: OrderLine, token: number, tracked: boolean): Promise<Placed> {
      const free = { _id: variantId, sellable: true, [`holds.${order}`]: { $exists: false } }
      const hold = (quantity: number) => ({ [`holds.${order}`]: { quantity, token } })
      const take = (isTracked: boolean) => (isTracked
        ? documents.change(StockDocument, stocks, { ...free, tracked: true, available: { $gte: quantity } },
          { $set: { ...hold(quantity), untold: true }, $inc: { available: 0 - quantity, reserved: quantity, held: 1, version: 1 } })
        : documents.change(StockDocument, stocks, { ...free, tracked: false }, { $set: hold(0), $inc: { held: 1 } }))
      for (let isTracked = tracked; ;) {
        const taken = await take(isTracked)
        const stock = taken ?? await stockOf(variantId)
        const placed = stock?.holds[order]
        if (stock && placed) return { hold: placed, stock }
        if (!stock?.sellable) return { short: { variantId, available: 0, reserved: 0 } }
        if (stock.tracked && stock.available < quantity) return { short: { variantId, available: stock.available, reserved: stock.reserved } }
        isTracked = stock.tracked
      }
    },
    /** Gives back whatever this order holds of it; `known` is what it is thought to be. */
    async free(order: string, variant: string, known: Hold | null): Promise<StockDocument | null> {
      for (let hold = known; ;) {
        const now = hold && await freed(variant, order, hold)
        if (now) return now
        const stock = await stockOf(variant)
        hold = stock?.holds[order] ?? null
        if (hold === null) return stock
      }
    },
    freed,
    /** Stock that anything is held of, a page at a time. */
    held: () => documents.walk(Held, stocks, { held: { $gt: 0 } }),
  }
}
const Held = Type.Pick(StockDocument, ['_id', 'holds'])
export type Holds = ReturnType<typeof holdsOn>
