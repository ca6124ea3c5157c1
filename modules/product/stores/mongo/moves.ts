import type { Documents, Filter, Update } from '../../../../src/databases/documents.ts'
import { mostPieces } from '../../contract/schemas.ts'
import { type Asked, type Moved, movedBy } from '../../rules/stock-moves.ts'
import type { Show } from './shown.ts'
import { levelOf, MoveDocument, moves, StockDocument, stocks } from './stock-documents.ts'
import { unlessTaken } from './taken.ts'

/** A move as it is asked for, and by what it is known: it is made once an effect. */
export interface Wanted { variant: string; effect: string; asked: Asked; reason: string | null; at: number }
export interface Done { moved: Moved; stock: StockDocument }

export const rowId = (variant: string, n: number): string => `${variant}/${n}`
export const rowOf = ({ variant, effect, asked, reason, at }: Wanted, n: number): MoveDocument =>
  ({ _id: rowId(variant, n), variant, n, effect, reason, at, open: true, ...asked })
const askedIn = ({ kind, target = null, pieces = 0 }: MoveDocument): Asked => (kind === 'set' ? { kind, target } : { kind, pieces })

/** A change, and what the stock remembers of it. */
export interface Decision { filter: Filter; update: Update; last: StockDocument['last'] }
/** The change of a variant's stock that decides its next move: whoever makes it first has decided. */
export const decision = (stock: Pick<StockDocument, '_id' | 'sellable' | 'tracked' | 'available' | 'last'>, asked: Asked): Decision => {
  const { _id, sellable, tracked, available, last: { n } } = stock
  const moved = movedBy(stock, asked)
  const next = { _id, 'last.n': n }
  const last = { n: n + 1, ...moved }
  const asSeen = { ...next, sellable, tracked, available }
  if (moved.outcome !== 'applied') return { filter: asSeen, update: { $set: { last } }, last }
  if (asked.kind === 'set') {
    return {
      filter: asSeen, last,
      update: { $set: { last, untold: true, tracked: asked.target !== null }, $inc: { available: moved.pieces, received: moved.received, version: 1 } },
    }
  }
  // What others hold and give back meanwhile is no obstacle to these.
  const fits = asked.kind === 'return' ? {} : { sellable, tracked, available: { $gte: 0 - asked.pieces, $lte: mostPieces - asked.pieces } }
  const causes = asked.kind === 'return' ? { sold: 0 - asked.pieces } : { received: moved.received }
  return { filter: { ...next, ...fits }, last, update: { $set: { last, untold: true }, $inc: { available: moved.pieces, ...causes, version: 1 } } }
}

/**
 * The ledger of a variant: a row is appended under the number that comes next, then anyone applies it to the stock, which
 * decides and remembers what came of its last move until the row has a copy.
 */
export const movesOn = (documents: Documents, show: Show) => {
  const stockOf = async (variant: string): Promise<StockDocument | null> => (await documents.read(StockDocument, stocks, { _id: variant }))[0] ?? null

  /** Copies what came of the last move into its row: before the next one takes its place. */
  const note = async ({ _id, last: { n, ...moved } }: Pick<StockDocument, '_id' | 'last'>): Promise<void> => {
    await documents.change(MoveDocument, moves, { _id: rowId(_id, n), open: true }, { $set: { moved }, $unset: { open: true } })
  }
  /** Applies the row behind the stock's last move where there is one; null where there was none, or somebody was faster. */
  const advance = async (stock: StockDocument): Promise<StockDocument | null> => {
    const { _id, last } = stock
    const rows = await documents.read(MoveDocument, moves, { _id: { $in: [rowId(_id, last.n), rowId(_id, last.n + 1)] } })
    if (rows.some(({ n, open }) => n === last.n && open)) await note(stock)
    const next = rows.find(({ n }) => n === last.n + 1)
    return next ? await apply(stock, askedIn(next)) : stock
  }
  const apply = async (stock: StockDocument, asked: Asked): Promise<StockDocument | null> => {
    const { filter, update } = decision(stock, asked)
    const now = await documents.change(StockDocument, stocks, filter, update)
    if (now) await Promise.all([note(now), show([levelOf(now)])])
    return now
  }
  /** Applies whatever waits. */
  const settle = async (variant: string): Promise<StockDocument | null> => {
    for (;;) {
      const stock = await stockOf(variant)
      if (!stock) return null
      const now = await advance(stock)
      if (now === stock) return stock
    }
  }
  /** What came of a move that was appended. */
  const outcomeOf = async (variant: string, effect: string): Promise<Done> => {
    for (;;) {
      const [row] = await documents.read(MoveDocument, moves, { variant, effect })
      if (!row) throw new Error(`The move ${effect} of ${variant} was appended and is not there`)
      const stock = await settle(variant)
      if (!stock) throw new Error(`The variant ${variant} has moves and no stock`)
      if (!row.moved) continue
      // Who applied it may not have come to show it.
      await show([levelOf(stock)])
      return { moved: row.moved, stock }
    }
  }

  return {
    stockOf, settle, note, outcomeOf,
    /** Appends a move, unless its effect is there, and applies it. `seen`: the stock as it was read just now. */
    async make(wanted: Wanted, seen: StockDocument): Promise<Done> {
      const { variant, effect, asked } = wanted
      for (let stock: StockDocument | null = seen; ;) {
        const before: StockDocument | null = stock && await advance(stock)
        if (before === null || before !== stock) {
          stock = before ?? await stockOf(variant)
          if (!stock) throw new Error(`The variant ${variant} has no stock`)
          continue
        }
        if (await unlessTaken(documents.insert(moves, [rowOf(wanted, before.last.n + 1)])) === 'taken') {
          if (await documents.count(moves, { variant, effect }) > 0) return await outcomeOf(variant, effect)
          stock = await stockOf(variant)
          continue
        }
        const now = await apply(before, asked)
        if (now) {
          const { n: _, ...moved } = now.last
          return { moved, stock: now }
        }
        return await outcomeOf(variant, effect)
      }
    },
  }
}
export type Moves = ReturnType<typeof movesOn>
