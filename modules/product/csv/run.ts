import type { Column, Header } from './columns.ts'
import { slugOf } from './handle.ts'
import type { Row } from './rows.ts'
import { unguard } from './guard.ts'

/** Consecutive rows with one handle: what a file says of a product in one place. */
export interface Run {
  /** null where no row has told a handle. */
  readonly slug: string | null
  readonly rows: readonly Row[]
  /** Rows beyond those that are kept; a run with any is refused. */
  readonly more: number
}

/** A row's text in a column, without outer spaces; undefined where the file has no such column. */
export type Cell = (row: Row, column: Column) => string | undefined
export const cellsOf = (header: Header): Cell => (row, column) => {
  const at = header.get(column)
  return at === undefined ? undefined : unguard((row.cells[at] ?? '').trim())
}

/** So many rows of one run are kept: all variants and all images a product may have. */
const mostRows = 2500

/**
 * Puts rows together. `take` answers the run that this row has ended, `end` the last one. A row without a handle belongs
 * to the run before it, unless it has a title, which then stands for its handle.
 */
export const runsOf = (cell: Cell): { take(row: Row): Run | null; end(): Run | null } => {
  let handle: string | undefined
  let slug: string | null = null
  let rows: Row[] = []
  let more = 0
  const end = (): Run | null => {
    if (rows.length === 0) return null
    const run = { slug, rows, more }
    rows = []
    more = 0
    return run
  }
  return {
    take(row) {
      const told = cell(row, 'handle') || cell(row, 'title') || undefined
      const begins = rows.length === 0 || (told !== undefined && told !== handle && slugOf(told) !== slug)
      const ended = begins ? end() : null
      if (begins) {
        handle = told
        slug = told === undefined ? null : slugOf(told)
      }
      if (rows.length < mostRows) rows.push(row)
      else more += 1
      return ended
    },
    end,
  }
}
