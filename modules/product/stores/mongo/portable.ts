import type { Documents } from '../../../../src/databases/documents.ts'
import { checkEmpty, checkSchema, type Portable, type Row, schemaTable } from '../../../../src/databases/sql.ts'
import { catalogueCollections } from './collections.ts'
import { catalogueRows, outboxRows } from './dumping.ts'
import { catalogueLoading } from './loading.ts'
import type { Level } from './shown.ts'
import { stockCollections } from './stock-documents.ts'

/** The stock's share in a dump. */
export interface StockRows {
  rows(): AsyncIterable<Row>
  /** Rows of its tables, some at a time, in the order of a dump. */
  load(rows: readonly Row[]): Promise<void>
  levels(variants: readonly string[]): Promise<readonly Level[]>
}

const dialect = 'mongo'
const version = 1
const stockTables = new Set(['stock', 'move', 'reservation', 'reservation_line', 'answered'])
const atOnce = 500

/** A dump has the tables and columns of the SQLite store, so that auditors and moves know only these. */
export const portable = (documents: Documents, stock: StockRows): Portable => ({
  async* dump() {
    yield { table: schemaTable, row: { dialect, version } }
    yield* catalogueRows(documents)
    yield* stock.rows()
    yield* outboxRows(documents)
  },
  async load(rows) {
    const names = [...catalogueCollections, ...stockCollections].map(({ name }) => name)
    const counts = await Promise.all(names.map((name) => documents.count(name, {})))
    checkEmpty(names.filter((_, at) => counts[at] !== 0))
    const catalogue = catalogueLoading(documents)
    let count = 0
    let waiting: Row[] = []
    const write = async (): Promise<void> => {
      const some = waiting
      waiting = []
      await stock.load(some)
    }
    for await (const row of rows) {
      if (row.table === schemaTable) {
        checkSchema(dialect, version, row.row)
        continue
      }
      count++
      if (stockTables.has(row.table)) {
        if (waiting.push(row) >= atOnce) await write()
      } else if (!(await catalogue.take(row))) throw new Error(`The dump's ${row.table} is unknown here`)
    }
    await write()
    await catalogue.end(stock.levels)
    return count
  },
})
