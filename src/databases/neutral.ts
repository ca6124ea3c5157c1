import type { Value } from './sql.ts'

/** After so many rows the event loop gets its turn. */
export const breathRows = 500

/** A column's value as a dump has it. */
export const neutral = (value: unknown): unknown => value instanceof Uint8Array ? { $blob: Buffer.from(value).toString('base64') } : value

/** And as a statement binds it. */
export const columnValue = (place: string, value: unknown): Value => {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'object' && '$blob' in value && typeof value.$blob === 'string') return Buffer.from(value.$blob, 'base64')
  throw new Error(`The dump's ${place} holds neither text, a number, null nor {"$blob": …}`)
}

/** Refuses a row of a table or a column that is unknown here. */
export const checkColumns = (tables: ReadonlyMap<string, ReadonlySet<string>>, table: string, columns: readonly string[]): void => {
  const known = tables.get(table)
  const stranger = known ? columns.find((column) => !known.has(column)) : undefined
  if (!known || stranger !== undefined) throw new Error(`The dump's ${stranger === undefined ? table : `${table}.${stranger}`} is unknown here`)
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Tables with their parents before them, else in the alphabet's order. */
export const parentsFirst = (names: readonly string[], parentsOf: (name: string) => readonly string[]): string[] => {
  const known = new Set(names)
  const sorted = new Set<string>()
  const visiting = new Set<string>()
  const visit = (name: string): void => {
    if (!known.has(name) || visiting.has(name)) return
    visiting.add(name)
    for (const parent of parentsOf(name)) visit(parent)
    sorted.add(name)
  }
  for (const name of [...names].sort()) visit(name)
  return [...sorted]
}
