import type { Documents, Step } from '../../../../src/databases/documents.ts'
import type { StockTarget } from '../../store.ts'
import { decision, movesOn, rowId, rowOf, type Wanted } from './moves.ts'
import type { Stocking } from './saving.ts'
import type { Show } from './shown.ts'
import { freeIn, levelOf, moves, StockDocument, stocks } from './stock-documents.ts'
import { unlessTaken } from './taken.ts'

type Target = StockTarget & { productId: string }

const blank = ({ productId, variantId }: Target): StockDocument => ({
  _id: variantId, product: productId, sellable: true, tracked: false, received: 0, available: 0, reserved: 0, sold: 0, version: 0, published: 0,
  holds: {}, held: 0, last: { n: 0, outcome: 'applied', received: 0, pieces: 0 },
})
const wantedOf = ({ variantId, effect, available }: Target, at: number): Wanted =>
  ({ variant: variantId, effect, asked: { kind: 'set', target: available }, reason: null, at })

/** The stock of variants that the catalogue makes and changes. New ones come in hundreds: each step is one round trip for all. */
export const stockingOn = (documents: Documents) => (show: Show): Stocking => {
  const { make } = movesOn(documents, show)
  const standing = async (variants: readonly string[]): Promise<Map<string, StockDocument>> =>
    new Map((await documents.read(StockDocument, stocks, { _id: { $in: variants } })).map((stock) => [stock._id, stock]))
  /** False where one was there already. */
  const all = async (collection: string, steps: readonly Step[]): Promise<boolean> => {
    const done = await unlessTaken(documents.steps(collection, steps, { anyOrder: true }))
    return done !== 'taken' && done.met + done.made === steps.length
  }
  /** Their first move is their first number. Where somebody makes the same ones at this moment, nothing is guessed: each is looked at. */
  const first = async (targets: readonly Target[], at: number): Promise<void> => {
    const made = targets.map((target) => ({ stock: blank(target), wanted: wantedOf(target, at) }))
    if (!await all(stocks, made.map(({ stock }) => ({ insert: stock })))) return
    if (!await all(moves, made.map(({ wanted }) => ({ insert: rowOf(wanted, 1) })))) return
    if (!await all(stocks, made.map(({ stock, wanted }) => decision(stock, wanted.asked)))) return
    await all(moves, made.map(({ stock, wanted }) => {
      const { n: _, ...moved } = decision(stock, wanted.asked).last
      return { filter: { _id: rowId(wanted.variant, 1), open: true }, update: { $set: { moved }, $unset: { open: true } } }
    }))
  }

  return {
    async open(targets, at) {
      if (targets.length === 0) return []
      const before = await standing(targets.map(({ variantId }) => variantId))
      const fresh = targets.filter(({ variantId }, index) => !before.has(variantId) && targets.findIndex((one) => one.variantId === variantId) === index)
      if (fresh.length > 0) await first(fresh, at)
      const now = fresh.length > 0 ? await standing(targets.map(({ variantId }) => variantId)) : before
      await Promise.all([...Map.groupBy(targets, ({ variantId }) => variantId).values()].map(async (ofOne) => {
        for (const target of ofOne) {
          const stock = now.get(target.variantId)
          if (stock && (stock.last.n === 0 || freeIn(stock) !== target.available)) now.set(stock._id, (await make(wantedOf(target, at), stock)).stock)
        }
      }))
      return [...now.values()].map(levelOf)
    },
    async close(variants) {
      await documents.steps(stocks, variants.map((_id) => ({ filter: { _id }, update: { $set: { sellable: false } } })), { anyOrder: true })
    },
  }
}
