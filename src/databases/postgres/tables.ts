import type postgres from 'postgres'
import { parentsFirst, quoted } from '../neutral.ts'
import { leaseColumn } from './events.ts'
import { migrationsTable } from '../migrations.ts'

type Asked = Pick<postgres.Sql, 'unsafe'>
/** `order`: what to sort its rows by, so that two dumps of the same rows are the same. `counter`: a column that counts by itself. */
export interface Table { readonly name: string; readonly columns: readonly string[]; readonly order: string; readonly counter: string | null }

const rows = async (db: Asked, text: string): Promise<Record<string, unknown>[]> => [...await db.unsafe(text)]
const grouped = (found: readonly Record<string, unknown>[]): Map<string, Record<string, unknown>[]> =>
  Map.groupBy(found, (row) => String(row['of']))

/** The tables whose rows make the store, parents before children, as the other engine names and sorts them. */
export const tablesOf = async (db: Asked): Promise<Table[]> => {
  const here = `n.nspname = current_schema() AND c.relkind = 'r' AND c.relname <> '${migrationsTable}'`
  const columns = grouped(await rows(db, `SELECT c.relname::text AS of, a.attname::text AS name, a.attidentity <> '' AS counts
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE ${here} AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND NOT (c.relname = 'outbox' AND a.attname = '${leaseColumn}')
    ORDER BY c.relname, a.attnum`))
  const keys = grouped(await rows(db, `SELECT c.relname::text AS of, a.attname::text AS name, a.attcollation <> 0 AS collates
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (number, place) ON true
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number WHERE ${here} AND i.indisprimary ORDER BY c.relname, k.place`))
  const parents = grouped(await rows(db, `SELECT c.relname::text AS of, p.relname::text AS parent
    FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class p ON p.oid = f.confrelid WHERE ${here} AND f.contype = 'f'`))
  const names = parentsFirst([...columns.keys()], (name) => (parents.get(name) ?? []).map(({ parent }) => String(parent)))
  return names.map((name) => {
    const own = columns.get(name) ?? []
    const counter = own.find(({ counts }) => counts === 1)
    const order = (keys.get(name) ?? []).map((key) => `${quoted(String(key['name']))}${key['collates'] === 1 ? ' COLLATE "C"' : ''}`)
    return {
      name, columns: own.map((column) => String(column['name'])), order: order.length > 0 ? order.join(', ') : 'ctid',
      counter: counter === undefined ? null : String(counter['name']),
    }
  })
}

/** How a schema's foreign keys are named, by their tables. */
export const foreignKeysOf = async (db: Asked): Promise<{ table: string; name: string }[]> =>
  (await rows(db, `SELECT c.relname::text AS of, f.conname::text AS name FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND f.contype = 'f'`))
    .map((row) => ({ table: String(row['of']), name: String(row['name']) }))
