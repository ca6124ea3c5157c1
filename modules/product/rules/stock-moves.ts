import { mostPieces } from '../contract/schemas.ts'

/** What a move of stock asks for: "now there are so many" (null: untracked), so many more or less, or what was sold comes back. */
export type Asked = { kind: 'set'; target: number | null } | { kind: 'change' | 'return'; pieces: number }
/** Why a move is refused, or that it is not. `closed`: the variant is sold no more. */
export type Outcome = 'applied' | 'closed' | 'untracked' | 'insufficient' | 'too_much'
/** What came of a move: how much `received` and `available` changed. */
export interface Moved { outcome: Outcome; received: number; pieces: number }
export interface Movable { sellable: boolean; tracked: boolean; available: number }

const refused = (outcome: Outcome): Moved => ({ outcome, received: 0, pieces: 0 })

/** What comes of a move, as the stock stands. */
export const movedBy = ({ sellable, tracked, available }: Movable, asked: Asked): Moved => {
  if (asked.kind === 'return') return { outcome: 'applied', received: 0, pieces: asked.pieces }
  if (!sellable) return refused('closed')
  if (asked.kind === 'set') {
    const pieces = asked.target === null ? 0 : asked.target - available
    return { outcome: 'applied', received: pieces, pieces }
  }
  if (!tracked) return refused('untracked')
  if (available + asked.pieces < 0) return refused('insufficient')
  return available + asked.pieces > mostPieces ? refused('too_much') : { outcome: 'applied', received: asked.pieces, pieces: asked.pieces }
}
