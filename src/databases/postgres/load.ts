import { breathRows, checkColumns, columnValue, quoted } from '../neutral.ts'
import { checkEmpty, checkSchema, type Row, schemaTable } from '../sql.ts'
import type { Long } from './long.ts'
import { schemaVersion } from './migrate.ts'
import { bound, prepared } from './statements.ts'
import { foreignKeysOf, tablesOf } from './tables.ts'

/**
 * Rows of a dump into an empty schema, inside the caller's transaction. Whoever wants to write meanwhile waits, in this
 * process and in every other. Parents may come after their children: foreign keys are asked at the end.
 */
export const loadRows = async (db: Long, rows: AsyncIterable<Row>): Promise<number> => {
  const tables = await tablesOf(db)
  await db.unsafe(`LOCK TABLE ${tables.map(({ name }) => quoted(name)).join(', ')} IN EXCLUSIVE MODE`)
  const filled: string[] = []
  for (const { name } of tables) if ((await db.unsafe(`SELECT 1 FROM ${quoted(name)} LIMIT 1`)).length > 0) filled.push(name)
  checkEmpty(filled)
  const keys = await foreignKeysOf(db)
  const asked = (when: string) => keys.map(({ table, name }) => `ALTER TABLE ${quoted(table)} ALTER CONSTRAINT ${quoted(name)} ${when}`).join('; ')
  if (keys.length > 0) await db.unsafe(asked('DEFERRABLE INITIALLY DEFERRED'))

  const columnsOf = new Map(tables.map((table) => [table.name, new Set(table.columns)]))
  const version = await schemaVersion(db)
  let sent: PromiseLike<unknown>[] = []
  let count = 0
  for await (const { table, row } of rows) {
    if (table === schemaTable) checkSchema('postgres', version, row)
    else {
      const columns = Object.keys(row)
      checkColumns(columnsOf, table, columns)
      const text = `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) VALUES (${columns.map((_, at) => `$${at + 1}`).join(', ')})`
      sent.push(settledLater(db.unsafe(text, bound(columns.map((column) => columnValue(`${table}.${column}`, row[column]))), prepared)))
      if (++count % breathRows === 0) {
        await Promise.all(sent)
        sent = []
      }
    }
  }
  await Promise.all(sent)
  if (keys.length > 0) await db.unsafe(`SET CONSTRAINTS ALL IMMEDIATE; ${asked('NOT DEFERRABLE')}`)
  for (const { name, counter } of tables) {
    if (counter === null) continue
    await db.unsafe(`SELECT setval(pg_get_serial_sequence('${quoted(name)}', '${counter}'), max(${quoted(counter)})) FROM ${quoted(name)}`)
  }
  return count
}

/** Sends it now. Its refusal is heard where it is awaited, and no warning is given before. */
const settledLater = <T>(query: Promise<T>): Promise<T> => {
  query.catch(() => {})
  return query
}
