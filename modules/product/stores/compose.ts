import type { Statement, Value } from '../../../src/databases/sql.ts'

/** Texts that were put together before: the engine knows a statement by the identity of its text. */
const texts = new Map<string, readonly string[]>()

/** Puts fixed pieces of SQL together. The number of different texts must be bounded: values never become text. */
export const compose = (...parts: readonly (string | Statement)[]): Statement => {
  const text = ['']
  const values: Value[] = []
  const append = (piece: string) => { text[text.length - 1] += piece }
  for (const part of parts) {
    if (typeof part === 'string') append(part)
    else {
      append(part.text[0] ?? '')
      text.push(...part.text.slice(1))
      values.push(...part.values)
    }
  }
  const key = text.join('\u0000')
  const known = texts.get(key)
  if (known) return { text: known, values }
  texts.set(key, text)
  return { text, values }
}

export const nothing: Statement = { text: [''], values: [] }
