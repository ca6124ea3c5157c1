import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Statement, Value } from '../sql.ts'

/** `returns`: it is a select, or has `returning`. */
interface Prepared { readonly statement: StatementSync; readonly returns: boolean }
/** `met`: the rows it returned, or changed where it returns none. */
export interface Ran { readonly rows: Record<string, unknown>[]; readonly met: number }
export interface Statements { all(query: Statement): Record<string, unknown>[]; run(statement: Statement): Ran }

/** The engine binds a number as REAL, and so `json_object('n', ?)` would make 5.0 of 5, and `? / 2` 2.5: whole ones are bound as INTEGER. */
const whole = (value: Value): Value => typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
export const bound = (values: readonly Value[]): readonly Value[] => {
  for (const value of values) if (typeof value === 'number') return values.map(whole)
  return values
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
      prepared = { statement, returns: statement.columns().length > 0 }
      byText.set(joined, prepared)
      const oldest = byText.keys().next()
      if (byText.size > keptTexts && !oldest.done) byText.delete(oldest.value)
    }
    byTemplate.set(text, prepared)
    return prepared
  }
  return {
    all: (query) => (byTemplate.get(query.text) ?? prepare(query)).statement.all(...bound(query.values)),
    run(todo) {
      const { statement, returns } = byTemplate.get(todo.text) ?? prepare(todo)
      if (!returns) return { rows: [], met: Number(statement.run(...bound(todo.values)).changes) }
      const rows = statement.all(...bound(todo.values))
      return { rows, met: rows.length }
    },
  }
}
