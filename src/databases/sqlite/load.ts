import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { setImmediate as breathe } from 'node:timers/promises'
import type { Row } from '../sql.ts'
import { schemaTable, schemaVersion } from './dump.ts'
import { quoted, tablesOf } from './tables.ts'

const breathRows = 500

const bound = (table: string, column: string, value: unknown): string | number | bigint | Uint8Array | null => {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'object' && '$blob' in value && typeof value.$blob === 'string') return Buffer.from(value.$blob, 'base64')
  throw new Error(`The dump's ${table}.${column} holds neither text, a number, null nor {"$blob": …}`)
}

const checkSchema = (db: DatabaseSync, row: Row['row']): void => {
  const version = schemaVersion(db)
  if (row['dialect'] !== 'sqlite' || row['version'] === version) return
  throw new Error(`The dump has version ${String(row['version'])} of the schema, this store version ${version}. Load it with the version of Mercado that wrote it, then start the newer one.`)
}

/** Rows of a dump into an empty store, all or none. The caller keeps everyone else from writing meanwhile. */
export const loadRows = async (db: DatabaseSync, rows: AsyncIterable<Row>): Promise<number> => {
  const tables = new Map(tablesOf(db).map((table) => [table.name, new Set(table.columns)]))
  const filled = [...tables.keys()].filter((name) => db.prepare(`SELECT 1 FROM ${quoted(name)} LIMIT 1`).get())
  if (filled.length > 0) throw new Error(`Rows are loaded into an empty store only, and this one has some in ${filled.join(', ')}`)
  const inserts = new Map<string, StatementSync>()
  const insert = (table: string, columns: readonly string[]): StatementSync => {
    const text = `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
    const prepared = inserts.get(text)
    if (prepared) return prepared
    const known = tables.get(table)
    const unknown = known ? columns.find((column) => !known.has(column)) : undefined
    if (!known || unknown !== undefined) throw new Error(`The dump's ${unknown === undefined ? table : `${table}.${unknown}`} is unknown here`)
    const statement = db.prepare(text)
    inserts.set(text, statement)
    return statement
  }
  db.exec('BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON')
  try {
    let count = 0
    for await (const { table, row } of rows) {
      if (table === schemaTable) checkSchema(db, row)
      else {
        const columns = Object.keys(row)
        insert(table, columns).run(...columns.map((column) => bound(table, column, row[column])))
        if (++count % breathRows === 0) await breathe()
      }
    }
    db.exec('COMMIT')
    return count
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
