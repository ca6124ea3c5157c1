import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { setImmediate as breathe } from 'node:timers/promises'
import { breathRows, checkColumns, columnValue, quoted } from '../neutral.ts'
import { checkEmpty, checkSchema, type Row, schemaTable } from '../sql.ts'
import { schemaVersion } from './dump.ts'
import { refusal } from './refusal.ts'
import { bound } from './statements.ts'
import { tablesOf } from './tables.ts'

/** How a row of a table with these columns is inserted; prepared once. */
const inserter = (db: DatabaseSync): ((table: string, columns: readonly string[]) => StatementSync) => {
  const tables = new Map(tablesOf(db).map((table) => [table.name, new Set(table.columns)]))
  const inserts = new Map<string, StatementSync>()
  return (table, columns) => {
    const text = `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
    let insert = inserts.get(text)
    if (insert) return insert
    checkColumns(tables, table, columns)
    inserts.set(text, insert = db.prepare(text))
    return insert
  }
}

/** Rows of a dump into an empty store, all or none. The caller keeps everyone else from writing meanwhile. */
export const loadRows = async (db: DatabaseSync, rows: AsyncIterable<Row>): Promise<number> => {
  const filled = tablesOf(db).filter(({ name }) => db.prepare(`SELECT 1 FROM ${quoted(name)} LIMIT 1`).get())
  checkEmpty(filled.map(({ name }) => name))
  const insert = inserter(db)
  db.exec('BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON')
  try {
    let count = 0
    for await (const { table, row } of rows) {
      if (table === schemaTable) checkSchema('sqlite', schemaVersion(db), row)
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
