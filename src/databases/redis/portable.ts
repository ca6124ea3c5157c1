import { checkColumns, columnValue } from '../neutral.ts'
import type { Keys, Layout } from '../keys.ts'
import { checkEmpty, checkSchema, type Portable, type Row, schemaTable } from '../sql.ts'

const ROWS_AT_ONCE = 500

export interface Held {
  scan: Keys['scan']
  /** Keys, without the prefix. */
  forget(keys: readonly string[]): Promise<void>
  inbox: Layout
}

/** Dump and load of a store: its module's rows and the inbox. */
export const portableOf = ({ scan, forget, inbox }: Held, layout: Layout): Portable => {
  const columns = new Map(Object.entries({ ...layout.columns, ...inbox.columns }).map(([table, names]) => [table, new Set(names)]))
  const put = async (rows: readonly Row[]): Promise<void> => {
    const known = rows.filter(({ table }) => table in inbox.columns)
    await layout.put(rows.filter(({ table }) => !(table in inbox.columns)))
    await inbox.put(known)
  }
  const loaded = async (rows: AsyncIterable<Row>): Promise<number> => {
    let count = 0
    let waiting: Row[] = []
    for await (const { table, row } of rows) {
      if (table === schemaTable) {
        checkSchema('redis', layout.version, row)
        continue
      }
      checkColumns(columns, table, Object.keys(row))
      for (const [column, value] of Object.entries(row)) columnValue(`${table}.${column}`, value)
      waiting.push({ table, row })
      count++
      if (waiting.length === ROWS_AT_ONCE) {
        await put(waiting)
        waiting = []
      }
    }
    await put(waiting)
    return count
  }
  const clear = async (): Promise<void> => {
    let found: string[] = []
    for await (const key of scan('')) {
      if (found.push(key) < ROWS_AT_ONCE) continue
      await forget(found)
      found = []
    }
    await forget(found)
  }
  return {
    async* dump() {
      yield { table: schemaTable, row: { dialect: 'redis', version: layout.version } }
      yield* layout.rows()
      yield* inbox.rows()
    },
    async load(rows) {
      for await (const key of scan('')) checkEmpty([key.split(':')[0] ?? ''])
      try {
        return await loaded(rows)
      } catch (error) {
        // The store was empty, and is again.
        await clear()
        throw error
      }
    },
  }
}
