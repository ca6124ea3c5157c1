import { DatabaseSync } from 'node:sqlite'
import { setImmediate as breathe } from 'node:timers/promises'
import { breathRows, neutral, quoted } from '../neutral.ts'
import { type Row, schemaTable } from '../sql.ts'
import { stepsMade } from './migrate.ts'
import { tablesOf } from './tables.ts'

/** The version of a store's schema: how many of its module's migrations were made. */
export const schemaVersion = (db: DatabaseSync): number => stepsMade(db).filter((step) => step.scope === 'module').length

/** All rows as they are now. Nothing may write over this connection until it ends. */
export function* rowsOf(db: DatabaseSync): Generator<Row> {
  yield { table: schemaTable, row: { dialect: 'sqlite', version: schemaVersion(db) } }
  for (const { name, columns, order } of tablesOf(db)) {
    const every = db.prepare(`SELECT ${columns.map(quoted).join(', ')} FROM ${quoted(name)} ORDER BY ${order}`)
    for (const row of every.iterate()) {
      yield { table: name, row: Object.fromEntries(Object.entries(row).map(([column, value]) => [column, neutral(value)])) }
    }
  }
}

/** Rows of the file at one moment, over a connection of its own, while others write on. */
export async function* dumpFile(path: string): AsyncGenerator<Row> {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    db.exec('PRAGMA busy_timeout = 2000; BEGIN')
    let rows = 0
    for (const row of rowsOf(db)) {
      yield row
      if (++rows % breathRows === 0) await breathe()
    }
  } finally {
    db.close()
  }
}

/** Which columns tell the rows of a table apart. */
const keysIn = (path: string): Map<string, readonly string[]> => {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    return new Map(tablesOf(db).map(({ name, columns, keys }) => [name, columns.includes('id') ? ['id'] : keys]))
  } finally {
    db.close()
  }
}

/** Reads a store without its lock, beside the process that writes it: for commands. */
export const openReadOnly = (path: string): { dump(): AsyncIterable<Row>; keys(): ReadonlyMap<string, readonly string[]> } =>
  ({ dump: () => dumpFile(path), keys: () => keysIn(path) })
