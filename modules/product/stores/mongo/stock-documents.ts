import { type Static, Type } from '@sinclair/typebox'
import { Nullable } from '../../../../src/contract/scalars.ts'
import type { Collection } from '../../../../src/databases/documents.ts'
import type { Level } from './shown.ts'

const count = Type.Integer({ minimum: 0 })
const one = <T extends string>(...names: T[]) => Type.Union(names.map((name) => Type.Literal(name)))

export const Outcome = one('applied', 'closed', 'untracked', 'insufficient', 'too_much')
const Moved = Type.Object({ outcome: Outcome, received: Type.Integer(), pieces: Type.Integer() })

/** A variant's stock, apart from its product. Never deleted. */
export const StockDocument = Type.Object({
  _id: Type.String(), product: Type.String(), sellable: Type.Boolean(), tracked: Type.Boolean(),
  received: count, available: count, reserved: count, sold: count,
  /** Counts changes of what can be sold; `published` is the last that was told, `untold` stands while there are newer ones. */
  version: count, published: count, untold: Type.Optional(Type.Literal(true)),
  /** By order: what it took, and by which attempt. `held` says how many there are. */
  holds: Type.Record(Type.String(), Type.Object({ quantity: count, token: Type.Integer() })), held: count,
  /** The last move, and what came of it. */
  last: Type.Composite([Type.Object({ n: count }), Moved]),
})
export type StockDocument = Static<typeof StockDocument>

export const State = one('reserving', 'held', 'committing', 'sold', 'returning', 'returned', 'releasing', 'released')
const Line = Type.Object({ variant: Type.String(), quantity: Type.Integer({ minimum: 1 }), took: Type.Optional(count), token: Type.Optional(Type.Integer()) })
/** An order's reservation. Each step is a compare-and-set of its state; the stock follows. */
export const ReservationDocument = Type.Object({
  _id: Type.String(), state: State,
  /** What each took and by which attempt, once it is held. */
  lines: Type.Array(Line),
  short: Type.Array(Type.Object({ variantId: Type.String(), available: count })),
  /** Counts those who tried to hold it: each has a token of its own. */
  attempts: count,
  at: Type.Integer(),
  /** Its state was changed, and the stock may not have followed yet. */
  follows: Type.Optional(Type.Literal(true)),
})
export type ReservationDocument = Static<typeof ReservationDocument>

/** A row of a variant's ledger, by its number: `<variant>/<n>`. What came of it is copied from the stock, where it was decided. */
export const MoveDocument = Type.Object({
  _id: Type.String(), variant: Type.String(), n: Type.Integer({ minimum: 1 }), effect: Type.String(), kind: one('set', 'change', 'return'),
  target: Type.Optional(Nullable(count)), pieces: Type.Optional(Type.Integer()), reason: Nullable(Type.String()), at: Type.Integer(),
  open: Type.Optional(Type.Literal(true)), moved: Type.Optional(Moved),
})
export type MoveDocument = Static<typeof MoveDocument>

/** An answer under an Idempotency-Key; until there is one, what was asked for. */
export const AnswerDocument = Type.Object({
  _id: Type.String(), fingerprint: Type.String(), at: Type.Integer(),
  status: Type.Optional(Type.Integer()), answer: Type.Optional(Type.String()),
  pending: Type.Optional(Type.Object({
    product: Type.String(), variant: Type.String(), effect: Type.String(), reason: Nullable(Type.String()),
    target: Type.Optional(Nullable(count)), change: Type.Optional(Type.Integer()),
  })),
})
export type AnswerDocument = Static<typeof AnswerDocument>

export const stocks = 'stock'
export const reservations = 'reservation'
export const moves = 'move'
export const answers = 'answered'

export const stockCollections: readonly Collection[] = [
  { name: stocks, shape: StockDocument, tells: true, indexes: [{ fields: { untold: 1 }, present: true }, { fields: { held: 1 } }] },
  { name: reservations, shape: ReservationDocument, indexes: [{ fields: { follows: 1 }, present: true }] },
  { name: moves, shape: MoveDocument, indexes: [{ fields: { variant: 1, n: 1 }, unique: true }, { fields: { variant: 1, effect: 1 }, unique: true }, { fields: { open: 1 }, present: true }] },
  { name: answers, shape: AnswerDocument, indexes: [{ fields: { at: 1 } }, { fields: { 'pending.effect': 1 }, present: true }] },
]

export const freeIn = ({ tracked, available }: Pick<StockDocument, 'tracked' | 'available'>): number | null => (tracked ? available : null)
export const levelOf = (stock: Pick<StockDocument, '_id' | 'product' | 'tracked' | 'available' | 'version'>): Level =>
  ({ variantId: stock._id, productId: stock.product, available: freeIn(stock), version: stock.version })
