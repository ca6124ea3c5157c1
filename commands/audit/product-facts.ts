import { Type } from '@sinclair/typebox'
import type { Row } from '../../src/databases/sql.ts'
import { reader, text, under, whole } from './rows.ts'

export interface StockFact {
  variant: string; tracked: boolean; received: number; available: number; reserved: number; sold: number
  moves: number; version: number; published: number
}
/** Of one variant: how many moves, the highest number among them, and what they received. */
export interface MoveFact { count: number; last: number; received: number; returns: number }
export interface ReservationFact { id: string; state: string; lines: { variantId: string; quantity: number; took: number }[] }

export interface ProductFacts {
  readonly stock: Map<string, StockFact>
  readonly moves: Map<string, MoveFact>
  readonly reservations: Map<string, ReservationFact>
}
export const productFacts = (): ProductFacts => ({ stock: new Map(), moves: new Map(), reservations: new Map() })

const StockRow = reader('stock', Type.Object({
  variant: text, tracked: whole, received: whole, available: whole, reserved: whole, sold: whole, moves: whole, version: whole, published: whole,
}))
const MoveRow = reader('move', Type.Object({ variant: text, n: whole, kind: text, received: whole, available: whole }))
const ReservationRow = reader('reservation', Type.Object({ id: text, state: text }))
const LineRow = reader('reservation_line', Type.Object({ reservation: text, variant: text, quantity: whole, took: whole }))

/** Keeps what the audit needs of one row of the product store. */
export const foldProduct = (facts: ProductFacts, { table, row }: Row): void => {
  if (table === 'stock') {
    const { tracked, ...stock } = StockRow(row)
    facts.stock.set(stock.variant, { ...stock, tracked: tracked === 1 })
  } else if (table === 'move') {
    const { variant, n, kind, received, available } = MoveRow(row)
    const move = under(facts.moves, variant, () => ({ count: 0, last: 0, received: 0, returns: 0 }))
    move.count += 1
    move.last = Math.max(move.last, n)
    move.received += received
    if (kind === 'return') move.returns += available
  } else if (table === 'reservation') {
    const { id, state } = ReservationRow(row)
    facts.reservations.set(id, { id, state, lines: [] })
  } else if (table === 'reservation_line') {
    const { reservation, variant, quantity, took } = LineRow(row)
    // Parents come before their children in every dump.
    facts.reservations.get(reservation)?.lines.push({ variantId: variant, quantity, took })
  }
}
