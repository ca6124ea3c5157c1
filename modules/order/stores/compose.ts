import type { Statement, Value } from '../../../src/databases/sql.ts'

const kept = new Map<string, readonly string[]>()

/**
 * One statement of several pieces in a row. Texts of the same shape are the same object, so that engines prepare each shape
 * once; callers keep the number of shapes small.
 */
export const composed = (pieces: readonly Statement[]): Statement => {
  const text: string[] = ['']
  const values: Value[] = []
  for (const piece of pieces) {
    for (const [at, part] of piece.text.entries()) {
      if (at === 0) text[text.length - 1] += part
      else text.push(part)
    }
    values.push(...piece.values)
  }
  const shape = text.join('\u0000')
  const known = kept.get(shape) ?? text
  if (known === text) kept.set(shape, text)
  return { text: known, values }
}
