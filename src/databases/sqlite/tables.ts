import type { DatabaseSync } from 'node:sqlite'
import { parentsFirst, quoted } from '../neutral.ts'
import { migrationsTable } from '../migrations.ts'

/** `order`: what to sort its rows by, so that two dumps of the same rows are the same. `keys`: its primary key. */
export interface Table { readonly name: string; readonly columns: readonly string[]; readonly order: string; readonly keys: readonly string[] }

/**
 * The tables whose rows make the store, parents before children. Virtual tables (full-text indexes) and what stands behind
 * them are not among them: triggers fill those again at a load, or the store does after it.
 */
export const tablesOf = (db: DatabaseSync): Table[] => {
  const names = db.prepare(`SELECT name, wr FROM pragma_table_list
    WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> ? ORDER BY name`).all(migrationsTable)
  const parents = db.prepare('SELECT DISTINCT "table" AS parent FROM pragma_foreign_key_list(?)')
  const tables = new Map(names.map(({ name, wr }) => [String(name), wr === 1]))
  const sorted = parentsFirst([...tables.keys()], (name) => parents.all(name).map(({ parent }) => String(parent)))
  return sorted.map((name) => {
    const keys = primaryKey(db, name)
    return { name, columns: columnsOf(db, name), order: tables.get(name) ? keys.map(quoted).join(', ') : 'rowid', keys }
  })
}

/** Stored columns: generated ones make themselves. */
const columnsOf = (db: DatabaseSync, table: string): string[] =>
  db.prepare('SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid').all(table).map((row) => String(row['name']))

const primaryKey = (db: DatabaseSync, table: string): string[] =>
  db.prepare('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk').all(table).map((row) => String(row['name']))
