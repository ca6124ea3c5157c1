import { type Static, Type } from '@sinclair/typebox'
import { Nullable } from '../../../src/contract/scalars.ts'
import { type Sql, sql, type Written } from '../../../src/databases/sql.ts'
import { Status } from '../contract/schemas.ts'
import { type Columns, drop, isWorn, type Listed, noColumns, put } from './columns.ts'
import { compose } from './compose.ts'
import { wordsFound } from './words-found.ts'

const Row = Type.Object({
  num: Type.Integer(), status: Status, price: Type.Integer(), name: Type.String(), rating: Type.Number(), vendor: Nullable(Type.String()),
  category: Nullable(Type.String()), tags: Type.String(), offers: Type.String(),
})
const selected = `select l.num, l.status, l.price, l.name, l.rating, l.vendor, l.category,
    (select json_group_array(t.tag) from product_tag t where t.num = l.num) as tags,
    (select json_group_array(iif(v.buyable, v.price, -1 - v.price)) from variant v indexed by variant_offer where v.product = l.num) as offers
  from listing l where l.num `
const listedOf = ({ tags, offers, ...row }: Static<typeof Row>): Listed => ({ ...row, tags: JSON.parse(tags), offers: JSON.parse(offers) })
/** So many are read before others get their turn: a few milliseconds' work. */
const atOnce = 400

/** What `ask` lends, for as long as the call of `use` lasts. `found`: by row, 0 where the words do not stand, else 1 and the rank. */
export interface Lent { readonly columns: Columns; readonly found: Uint8Array | null }
export interface KeptColumns {
  /** Those of now: every change that was answered is in them. `matches` are expressions of FTS5; several are ranks, the best first. */
  ask<T>(matches: readonly string[] | null, use: (lent: Lent) => T): Promise<T>
  /** Builds them, and takes up what has changed: so that who asks later waits for little. */
  refresh(): Promise<void>
  /** All is to be read again. */
  forget(): void
}

/**
 * The catalogue's columns, in memory. This process alone writes the file; so every statement that changes what they hold
 * returns the product's number (as `edited`, or as `moved` where only stock did), which is looked at again before the next
 * question. `db` is the store that all changes must go through.
 */
export const keptColumns = (store: Sql): KeptColumns & { db: Sql } => {
  let columns = noColumns()
  /** The catalogue's generation: another one begins with a load. */
  let generation = 1
  let built = 0
  let edits = 0
  let stale = new Set<number>()
  let running: Promise<void> | undefined

  const note = (written: Written): void => {
    if (!written.ok) return
    for (const rows of written.rows) {
      for (const row of rows) {
        if ('edited' in row) edits++
        const num = row['edited'] ?? row['moved']
        if (num !== undefined) stale.add(Number(num))
      }
    }
  }
  const db: Sql = {
    ...store,
    async write(change) {
      const written = await store.write(change)
      note(written)
      return written
    },
  }
  /** Others get their turn. */
  const breathe = () => store.write({ statements: [], events: [] })

  const build = async (): Promise<void> => {
    const fresh = noColumns()
    const from = generation
    fresh.moves = columns.moves + 1
    built = 0
    stale = new Set()
    for (let after = Number.MIN_SAFE_INTEGER, more = true; more;) {
      const rows = await store.read(Row, compose(selected, sql`> ${after} order by l.num limit ${atOnce}`))
      for (const row of rows) put(fresh, listedOf(row))
      after = rows.at(-1)?.num ?? after
      more = rows.length === atOnce
      if (more) await breathe()
    }
    columns = fresh
    built = from
  }
  const takeUp = async (changed: readonly number[]): Promise<void> => {
    for (let from = 0; from < changed.length; from += atOnce) {
      if (from > 0) await breathe()
      const some = changed.slice(from, from + atOnce)
      const rows = new Map((await store.read(Row, compose(selected, sql`in (select value from json_each(${JSON.stringify(some)}))`)))
        .map((row) => [row.num, row]))
      for (const num of some) {
        const row = rows.get(num)
        if (row) put(columns, listedOf(row))
        else drop(columns, num)
      }
    }
  }
  const run = async (): Promise<void> => {
    if (built !== generation || isWorn(columns)) await build()
    const changed = stale
    stale = new Set()
    try {
      await takeUp([...changed])
    } catch (error) {
      for (const num of changed) stale.add(num)
      throw error
    }
  }
  /** A run that is under way may have read before the last change; the one after it has not. */
  const refresh = async (): Promise<void> => {
    for (let round = 0; round < 2 && (running !== undefined || built !== generation || stale.size > 0); round++) {
      await (running ??= run().finally(() => { running = undefined }))
    }
  }

  const words = wordsFound(store, { columns: () => columns, edits: () => edits, breathe })
  return {
    db,
    refresh,
    async ask(matches, use) {
      for (;;) {
        await refresh()
        const found = matches && await words(matches)
        if (found === null || found.moves === columns.moves) return use({ columns, found: found && found.rows })
      }
    },
    forget() {
      generation++
      edits++
    },
  }
}
