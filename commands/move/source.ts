import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Row, schemaTable } from '../../src/databases/sql.ts'
import { openReadOnly } from '../../src/databases/sqlite/dump.ts'
import type { Moved } from './target.ts'

/** An embedded store that is to move. */
export interface Source {
  /** What goes along: not what a load makes anew, and where events are kept only until they are published, no others. */
  rows(): AsyncIterable<Row>
  /** Names a row by its table and its key. */
  nameOf(row: Row): string
}

/** Reads it as it is. One that another version of Mercado wrote is refused: its rows may not be the ones that this version knows. */
export const openSource = async (folder: string, { name, stores, server }: Moved): Promise<Source> => {
  const path = join(folder, `${name}.db`)
  if (!existsSync(path)) throw new Error(`${folder} holds no ${name}.db: it is no whole shop's data`)
  const file = openReadOnly(path)
  for await (const { table, row } of file.dump()) {
    if (table === schemaTable && row['version'] !== stores.sqlite.migrations.length) {
      throw new Error(`${path} has version ${String(row['version'])} of its schema, and this Mercado has ${stores.sqlite.migrations.length}: start the shop once with this version, stop it, and move it then`)
    }
    break
  }
  const keys = file.keys()
  const remade = new Set(stores.sqlite.remade)
  const goesAlong = ({ table, row }: Row) => !remade.has(table) && (server.on === 'postgres' || table !== 'outbox' || row['published_at'] === null)
  return {
    async* rows() {
      for await (const row of file.dump()) if (goesAlong(row)) yield row
    },
    nameOf: ({ table, row }) => JSON.stringify([table, ...(keys.get(table) ?? []).map((column) => row[column] ?? null)]),
  }
}
