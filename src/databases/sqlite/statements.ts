import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Statement } from '../sql.ts'

/** `returns`: it is a select, or has `returning`. */
export interface Prepared { readonly statement: StatementSync; readonly returns: boolean }

/** Statements of one connection, each prepared once. `keptTexts` bounds those whose texts are put together anew at each call. */
export const preparer = (db: DatabaseSync, keptTexts = 500): ((statement: Statement) => Prepared) => {
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
  return (statement) => byTemplate.get(statement.text) ?? prepare(statement)
}
