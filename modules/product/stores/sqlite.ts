import type { Portable, Row, Sql } from '../../../src/databases/sql.ts'
import type { ProductStore } from '../store.ts'
import { categories } from './categories.ts'
import { detail } from './detail.ts'
import { facets } from './facets.ts'
import { sampleIn } from './importing.ts'
import { listing } from './listing.ts'
import { records } from './records.ts'
import { indexed, saving } from './saving.ts'
import { stock } from './stock.ts'
import { treeIn } from './tree.ts'

const reindexedAtOnce = 200

/** Products in one SQLite file, a capability a file. */
export const open = (db: Sql): ProductStore & Portable => {
  const tree = treeIn(db)
  const counts = facets(db, tree)
  const changed = () => { tree.changed(); counts.changed() }
  const read = records(db)
  const { save, remove } = saving(db, tree.changed)
  const grouped = categories(db, { tree: tree.tree, changed })
  const afterwards = async <T>(change: Promise<T>): Promise<T> => {
    try {
      return await change
    } finally {
      counts.changed()
    }
  }
  /** The index of words is no part of a dump: it follows from the products. */
  const reindex = async (): Promise<void> => {
    for (let after: string | null = null, done = false; !done;) {
      const { products, next } = await read.walk(after, reindexedAtOnce)
      await db.write({ statements: products.flatMap(({ record }) => indexed(record)), events: [] })
      after = next
      done = next === null
    }
  }
  return {
    ...read, ...grouped, ...detail(db), ...listing(db, tree), ...stock(db), ...sampleIn(db),
    facets: counts.facets,
    save: (changes) => afterwards(save(changes)),
    remove: (id, version) => afterwards(remove(id, version)),
    dump: () => db.dump(),
    async load(rows: AsyncIterable<Row>) {
      const count = await db.load(rows)
      changed()
      await reindex()
      return count
    },
  }
}
