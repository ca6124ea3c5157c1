import { Type } from '@sinclair/typebox'
import { Nullable } from '../../../../src/contract/scalars.ts'
import type { Documents, Step } from '../../../../src/databases/documents.ts'
import type { Row } from '../../../../src/databases/sql.ts'
import { columns } from './dumped.ts'
import { rowId } from './moves.ts'
import type { StockRows } from './portable.ts'
import { answers, levelOf, MoveDocument, moves, ReservationDocument, reservations, State, StockDocument, stocks } from './stock-documents.ts'
import { stockRows } from './stock-rows.ts'

const text = Type.String()
const whole = Type.Integer()
const StockRow = Type.Object({
  variant: text, product: text, sellable: whole, tracked: whole, received: whole, available: whole, reserved: whole, sold: whole, version: whole, published: whole, moves: whole,
})
const MoveRow = Type.Object({
  variant: text, n: whole, effect: text, kind: Type.Index(MoveDocument, ['kind']), target: Nullable(whole), received: whole, available: whole, reason: Nullable(text), at: whole,
})
const ReservationRow = Type.Object({ id: text, state: State, short: text, at: whole })
const LineRow = Type.Object({ reservation: text, variant: text, quantity: whole, took: whole })
const AnswerRow = Type.Object({ scope: text, fingerprint: text, status: whole, answer: text, at: whole })
const Stated = Type.Pick(ReservationDocument, ['_id', 'state'])

/** Whoever held it elsewhere: no attempt has this number here. */
const token = 0

const stockStep = (row: Row): Step => {
  const { variant, sellable, tracked, moves: n, version, published, ...counts } = columns(StockRow, row)
  const last = { n, outcome: 'applied', received: 0, pieces: 0 }
  return { insert: { ...counts, _id: variant, sellable: sellable === 1, tracked: tracked === 1, version, published, ...version > published && { untold: true }, holds: {}, held: 0, last } }
}
const moveStep = (row: Row): Step => {
  const { variant, n, effect, kind, target, received, available: pieces, reason, at } = columns(MoveRow, row)
  // A change is asked for in pieces; one that was refused says no longer how many.
  const asked = kind === 'set' ? { target } : { pieces }
  return { insert: { _id: rowId(variant, n), variant, n, effect, kind, ...asked, reason, at, moved: { outcome: 'applied', received, pieces } } }
}
const reservationStep = (row: Row): Step => {
  const { id, state, short, at } = columns(ReservationRow, row)
  return { insert: { _id: id, state, lines: [], short: JSON.parse(short), attempts: token, at } }
}
const answerStep = (row: Row): Step => {
  const { scope, ...answer } = columns(AnswerRow, row)
  return { insert: { _id: scope, ...answer } }
}

/** The stock's share in a dump: as it stands, what is half done too. */
export const stockRowsOn = (documents: Documents): StockRows => {
  const lines = async (rows: readonly Row[]): Promise<void> => {
    const all = rows.map((row) => columns(LineRow, row))
    await documents.steps(reservations, all.map(({ reservation, ...line }) => ({ filter: { _id: reservation }, update: { $push: { lines: { ...line, token } } } })))
    const found = await documents.read(Stated, reservations, { _id: { $in: [...new Set(all.map(({ reservation }) => reservation))] }, state: 'held' }, { fields: ['state'] })
    const held = new Set(found.map(({ _id }) => _id))
    await documents.steps(stocks, all.filter(({ reservation }) => held.has(reservation)).map(({ reservation, variant, took }) => (
      { filter: { _id: variant }, update: { $set: { [`holds.${reservation}`]: { quantity: took, token } }, $inc: { held: 1 } } })))
  }
  const kinds: Readonly<Record<string, (rows: readonly Row[]) => Promise<unknown>>> = {
    stock: (rows) => documents.steps(stocks, rows.map(stockStep)),
    move: (rows) => documents.steps(moves, rows.map(moveStep)),
    reservation: (rows) => documents.steps(reservations, rows.map(reservationStep)),
    reservation_line: lines,
    answered: (rows) => documents.steps(answers, rows.map(answerStep)),
  }
  return {
    rows: () => stockRows(documents),
    async load(rows) {
      for (const [table, some] of Map.groupBy(rows, ({ table }) => table)) await kinds[table]?.(some)
    },
    levels: async (variants) => (await documents.read(StockDocument, stocks, { _id: { $in: variants } })).map(levelOf),
  }
}
