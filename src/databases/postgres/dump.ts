import { neutral, quoted } from '../neutral.ts'
import { type Row, schemaTable } from '../sql.ts'
import { openLong, unhurried } from './long.ts'
import { schemaVersion } from './migrate.ts'
import { refusal } from './refusal.ts'
import { tablesOf } from './tables.ts'

const ROWS_AT_ONCE = 500

export interface ReadOnlyOptions { url: string; schema: string }

/** Rows of a schema at one moment, over a connection of its own, while others write on. */
export async function* dumpSchema(options: ReadOnlyOptions): AsyncGenerator<Row> {
  const { db, end } = await openLong(options).catch((error: unknown) => { throw refusal(error) })
  try {
    await db.unsafe(unhurried('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY'))
    yield { table: schemaTable, row: { dialect: 'postgres', version: await schemaVersion(db) } }
    for (const { name, columns, order } of await tablesOf(db)) {
      await db.unsafe(`DECLARE every NO SCROLL CURSOR FOR SELECT ${columns.map(quoted).join(', ')} FROM ${quoted(name)} ORDER BY ${order}`)
      for (let full = true; full;) {
        const rows = await db.unsafe(`FETCH ${ROWS_AT_ONCE} FROM every`)
        full = rows.length === ROWS_AT_ONCE
        for (const row of rows) yield { table: name, row: Object.fromEntries(Object.entries(row).map(([column, value]) => [column, neutral(value)])) }
      }
      await db.unsafe('CLOSE every')
    }
  } finally {
    await end()
  }
}

/** Reads a store beside the processes that write it: for commands. */
export const openReadOnly = (options: ReadOnlyOptions): { dump(): AsyncIterable<Row> } => ({ dump: () => dumpSchema(options) })
