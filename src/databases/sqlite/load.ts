import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { setImmediate as breathe } from 'node:timers/promises'
import type { Row, Value } from '../sql.ts'
import { breathRows, schemaTable, schemaVersion } from './dump.ts'
import { refusal } from './refusal.ts'
import { bound } from './statements.ts'
import { quoted, tablesOf } from './tables.ts'

const columnValue = (place: string, value: unknown): Value => {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'object' && '$blob' in value && typeof value.$blob === 'string') return Buffer.from(value.$blob, 'base64')
  throw new Error(`The dump's ${place} holds neither text, a number, null nor {"$blob": …}`)
}

const checkSchema = (db: DatabaseSync, row: Row['row']): void => {
  const version = schemaVersion(db)
  if (row['dialect'] !== 'sqlite' || row['version'] === version) return
  throw new Error(`The dump has version ${String(row['version'])} of the schema, this store version ${version}. Load it with the version of Mercado that wrote it, then start the newer one.`)
}

/** How a row of a table with these columns is inserted; prepared once. */
const inserter = (db: DatabaseSync): ((table: string, columns: readonly string[]) => StatementSync) => {
  const tables = new Map(tablesOf(db).map((table) => [table.name, new Set(table.columns)]))
  const inserts = new Map<string, StatementSync>()
  return (table, columns) => {
    const text = `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
    let insert = inserts.get(text)
    if (insert) return insert
    const known = tables.get(table)
    const stranger = known ? columns.find((column) => !known.has(column)) : undefined
    if (!known || stranger !== undefined) throw new Error(`The dump's ${stranger === undefined ? table : `${table}.${stranger}`} is unknown here`)
    inserts.set(text, insert = db.prepare(text))
    return insert
  }
}

/** Rows of a dump into an empty store, all or none. The caller keeps everyone else from writing meanwhile. */
export const loadRows = async (db: DatabaseSync, rows: AsyncIterable<Row>): Promise<number> => {
  const filled = tablesOf(db).filter(({ name }) => db.prepare(`SELECT 1 FROM ${quoted(name)} LIMIT 1`).get())
  if (filled.length > 0) {
    throw new Error(`Rows are loaded into an empty store only, and this one has some in ${filled.map(({ name }) => name).join(', ')}`)
  }
  const insert = inserter(db)
  db.exec('BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON')
  try {
    let count = 0
    for await (const { table, row } of rows) {
      if (table === schemaTable) checkSchema(db, row)
      else {
        const columns = Object.keys(row)
        insert(table, columns).run(...bound(columns.map((column) => columnValue(`${table}.${column}`, row[column]))))
        if (++count % breathRows === 0) await breathe()
      }
    }
    db.exec('COMMIT')
    return count
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw refusal(error)
  }
}
