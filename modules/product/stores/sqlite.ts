import type { Portable, Row, Sql } from '../../../src/databases/sql.ts'
import type { ProductStore } from '../store.ts'
import { categories } from './categories.ts'
import { detail } from './detail.ts'
import { counting } from './facets.ts'
import { sampleIn } from './importing.ts'
import { keptColumns } from './kept-columns.ts'
import { knownWords } from './known-words.ts'
import { listing } from './listing.ts'
import { endingsOf, matchesFor } from './matching.ts'
import { records } from './records.ts'
import { indexed, saving } from './saving.ts'
import { stock } from './stock.ts'
import { tidying } from './tidying.ts'
import { treeIn } from './tree.ts'

const reindexedAtOnce = 200

/** Products in one SQLite file, a capability a file. */
export const open = (file: Sql): ProductStore & Portable => {
  const columns = keptColumns(file)
  const { db } = columns
  const tree = treeIn(db)
  const read = records(db)
  const known = knownWords()
  const counted = counting()
  /** The index of words is no part of a dump: it follows from the products. */
  const reindex = async (): Promise<void> => {
    for (let after: string | null = null, done = false; !done;) {
      const { products, next } = await read.walk(after, reindexedAtOnce)
      await db.write({ statements: indexed(products.map(({ record }) => record)), events: [] })
      after = next
      done = next === null
    }
  }
  return {
    ...read, ...categories(db, tree), ...detail(db), ...listing(db, tree, columns), ...stock(db), ...sampleIn(db),
    ...saving(db, known, tree.changed), ...tidying(db, known),
    async facets(filter) {
      const search = { filter, tree: await tree.tree(), endings: await endingsOf(db, filter.words?.at(-1)) }
      return await columns.ask(matchesFor(search, null), (lent) => counted(lent, search))
    },
    refresh: columns.refresh,
    // One transaction leaves nothing half done.
    resume: async () => {},
    dump: () => db.dump(),
    async load(rows: AsyncIterable<Row>) {
      const count = await db.load(rows)
      tree.changed()
      await reindex()
      columns.forget()
      return count
    },
  }
}
