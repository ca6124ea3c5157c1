import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Statement, Value } from '../sql.ts'

/** `columns`: of what a select, or `returning`, answers; none where nothing comes back. */
interface Prepared { readonly statement: StatementSync; readonly columns: readonly string[] }
/** `met`: the rows it returned, or changed where it returns none. */
export interface Ran { readonly rows: Record<string, unknown>[]; readonly met: number }
export interface Statements { all(query: Statement): Record<string, unknown>[]; run(statement: Statement): Ran }

/** The engine binds a number as REAL, and so `json_object('n', ?)` would make 5.0 of 5, and `? / 2` 2.5: whole ones are bound as INTEGER. */
const whole = (value: Value): Value => typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
export const bound = (values: readonly Value[]): readonly Value[] => {
  for (const value of values) if (typeof value === 'number') return values.map(whole)
  return values
}

/**
 * Rows from lists of values. The engine's own objects are dictionaries: making and reading them takes twice as long as
 * making these, which all have one shape.
 */
const rowsOf = ({ statement, columns }: Prepared, values: readonly Value[]): Record<string, unknown>[] => {
  const lists: unknown[] = statement.all(...bound(values))
  return lists.map((list) => {
    const row: Record<string, unknown> = {}
    if (Array.isArray(list)) for (let at = 0; at < columns.length; at++) row[columns[at] ?? ''] = list[at]
    return row
  })
}

/** Statements of one connection, each prepared once. `keptTexts` bounds those whose texts are put together anew at each call. */
export const statementsOf = (db: DatabaseSync, keptTexts = 500): Statements => {
  const byTemplate = new WeakMap<readonly string[], Prepared>()
  const byText = new Map<string, Prepared>()
  const prepare = ({ text, values }: Statement): Prepared => {
    if (values.length !== text.length - 1) {
      throw new Error(`A statement has ${text.length - 1} places and ${values.length} values: ${text.join('?')}`)
    }
    const joined = text.join('?')
    let prepared = byText.get(joined)
    if (!prepared) {
      const statement = db.prepare(joined)
      statement.setReturnArrays(true)
      prepared = { statement, columns: statement.columns().map(({ name }) => name) }
      byText.set(joined, prepared)
      const oldest = byText.keys().next()
      if (byText.size > keptTexts && !oldest.done) byText.delete(oldest.value)
    }
    byTemplate.set(text, prepared)
    return prepared
  }
  return {
    all: (query) => rowsOf(byTemplate.get(query.text) ?? prepare(query), query.values),
    run(todo) {
      const prepared = byTemplate.get(todo.text) ?? prepare(todo)
      if (prepared.columns.length === 0) return { rows: [], met: Number(prepared.statement.run(...bound(todo.values)).changes) }
      const rows = rowsOf(prepared, todo.values)
      return { rows, met: rows.length }
    },
  }
}
