import type { Documents } from '../../../../src/databases/documents.ts'
import type { Portable, Row } from '../../../../src/databases/sql.ts'
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

const schema = '$schema'
const stockTables = new Set(['stock', 'move', 'reservation', 'reservation_line', 'answered'])
const atOnce = 500

/** A dump has the tables and columns of the SQLite store, so that auditors and moves know only these. */
export const portable = (documents: Documents, stock: StockRows): Portable => ({
  async* dump() {
    yield { table: schema, row: { dialect: 'mongo', version: 1 } }
    yield* catalogueRows(documents)
    yield* stock.rows()
    yield* outboxRows(documents)
  },
  async load(rows) {
    for (const { name } of [...catalogueCollections, ...stockCollections]) {
      if (await documents.count(name, {}) > 0) throw new Error(`Rows are loaded into an empty store only, and this one has some in ${name}`)
    }
    const catalogue = catalogueLoading(documents)
    let count = 0
    let waiting: Row[] = []
    const write = async (): Promise<void> => {
      const some = waiting
      waiting = []
      await stock.load(some)
    }
    for await (const row of rows) {
      if (row.table === schema) {
        if (row.row['dialect'] === 'mongo' && row.row['version'] !== 1) throw new Error(`The dump has version ${String(row.row['version'])} of the schema, this store version 1. Load it with the version of Mercado that wrote it`)
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
