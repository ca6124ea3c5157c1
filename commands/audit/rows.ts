import { type Static, type TObject, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import type { Row } from '../../src/databases/sql.ts'

export const text = Type.String()
export const whole = Type.Integer()
export const orNull = <T extends typeof text | typeof whole>(type: T) => Type.Union([type, Type.Null()])

/**
 * Reads the columns that the audit stands on. Throws where a table no longer has them: an auditor that misunderstands what
 * it reads must not say that all is well.
 */
export const reader = <T extends TObject>(table: string, columns: T): ((row: Row['row']) => Static<T>) => {
  const compiled = TypeCompiler.Compile(columns)
  return (row) => {
    if (compiled.Check(row)) return row
    const wrong = compiled.Errors(row).First()
    throw new TypeError(`A row of ${table} is not as the audit knows it: ${wrong?.path.slice(1) ?? ''} ${wrong?.message ?? ''}`)
  }
}

/** The value under a key, made where there is none yet. */
export const under = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

export const addTo = <K>(sums: Map<K, number>, key: K, more: number): void => { sums.set(key, (sums.get(key) ?? 0) + more) }
