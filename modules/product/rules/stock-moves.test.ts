import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mostPieces } from '../contract/schemas.ts'
import { type Asked, type Movable, movedBy, type Outcome } from './stock-moves.ts'

const five: Movable = { sellable: true, tracked: true, available: 5 }
const cases: [string, Movable, Asked, Outcome, number, number][] = [
  ['a number is reached by what is missing', five, { kind: 'set', target: 8 }, 'applied', 3, 3],
  ['a number may be lower', five, { kind: 'set', target: 0 }, 'applied', -5, -5],
  ['uncounting changes no number', five, { kind: 'set', target: null }, 'applied', 0, 0],
  ['counting begins from what was left', { ...five, tracked: false }, { kind: 'set', target: 6 }, 'applied', 1, 1],
  ['all there is may be taken', five, { kind: 'change', pieces: -5 }, 'applied', -5, -5],
  ['but not more', five, { kind: 'change', pieces: -6 }, 'insufficient', 0, 0],
  ['there is a most', five, { kind: 'change', pieces: mostPieces - 4 }, 'too_much', 0, 0],
  ['what is not counted is not changed by a number', { ...five, tracked: false }, { kind: 'change', pieces: 1 }, 'untracked', 0, 0],
  ['what is sold no more is not changed', { ...five, sellable: false }, { kind: 'set', target: 1 }, 'closed', 0, 0],
  ['what was sold comes back whatever became of the variant', { ...five, sellable: false }, { kind: 'return', pieces: 2 }, 'applied', 0, 2],
]

test('a move comes to what it asks for, or says why not', () => {
  for (const [title, stock, asked, outcome, received, pieces] of cases) assert.deepEqual(movedBy(stock, asked), { outcome, received, pieces }, title)
})
