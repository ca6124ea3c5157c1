import type { Statement, Value } from '../../../src/databases/sql.ts'

/** What was put together before, piece by piece: the engine knows a statement by the identity of its text. */
interface Composed { text: readonly string[] | null; readonly next: Map<string | readonly string[], Composed> }
const start: Composed = { text: null, next: new Map() }

const joined = (parts: readonly (string | Statement)[]): readonly string[] => {
  const text = ['']
  for (const part of parts) {
    const [first = '', ...more] = typeof part === 'string' ? [part] : part.text
    text[text.length - 1] += first
    text.push(...more)
  }
  return text
}

/**
 * Puts fixed pieces of SQL together. The number of different texts must be bounded: values never become text. Pieces are
 * known by what they are, a template's by its own array, so that nothing is joined twice.
 */
export const compose = (...parts: readonly (string | Statement)[]): Statement => {
  let known = start
  const values: Value[] = []
  for (const part of parts) {
    const piece = typeof part === 'string' ? part : part.text
    let next = known.next.get(piece)
    if (next === undefined) known.next.set(piece, (next = { text: null, next: new Map() }))
    known = next
    if (typeof part !== 'string') for (const value of part.values) values.push(value)
  }
  return { text: (known.text ??= joined(parts)), values }
}

export const nothing: Statement = { text: [''], values: [] }
