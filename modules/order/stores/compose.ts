import type { Statement, Value } from '../../../src/databases/sql.ts'

/** What was put together before, piece by piece. */
interface Composed { text: readonly string[] | null; readonly next: Map<readonly string[], Composed> }
const start: Composed = { text: null, next: new Map() }

const joined = (pieces: readonly Statement[]): readonly string[] => {
  const text = ['']
  for (const { text: [first = '', ...more] } of pieces) {
    text[text.length - 1] += first
    text.push(...more)
  }
  return text
}

/**
 * One statement of several pieces in a row. The same pieces give the same text, the very object, so that engines prepare
 * each shape once; callers keep the number of shapes small.
 */
export const composed = (pieces: readonly Statement[]): Statement => {
  let known = start
  const values: Value[] = []
  for (const piece of pieces) {
    let next = known.next.get(piece.text)
    if (next === undefined) known.next.set(piece.text, (next = { text: null, next: new Map() }))
    known = next
    for (const value of piece.values) values.push(value)
  }
  return { text: (known.text ??= joined(pieces)), values }
}
