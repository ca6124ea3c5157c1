import { Type } from '@sinclair/typebox'
import { type Sql, sql, type Written } from '../../../src/databases/sql.ts'
import type { Columns } from './columns.ts'

const Num = Type.Object({ num: Type.Integer() })
/** So many are read before others get their turn. */
const atOnce = 4000
const most = 64

/** By row: 0 where nothing was found, else 1 and the place of the expression that found it. Worth something while `moves` is the columns'. */
export interface Found { readonly rows: Uint8Array; readonly moves: number }

/**
 * The rows that words are found in, kept until the next edit of the catalogue: to read all that a common word finds takes
 * some ten milliseconds.
 */
export const wordsFound = (db: Sql, { columns, edits, breathe }: { columns(): Columns; edits(): number; breathe(): Promise<Written> }) => {
  const read = async (matches: readonly string[]): Promise<Found> => {
    const found: number[][] = []
    for (const match of matches) {
      const nums: number[] = []
      for (let more = true; more;) {
        const rows = await db.read(Num, sql`select s.rowid as num from search s
          where s.search match ${match} and s.rowid > ${nums.at(-1) ?? Number.MIN_SAFE_INTEGER} order by s.rowid limit ${atOnce}`)
        for (const { num } of rows) nums.push(num)
        more = rows.length === atOnce
        if (more) await breathe()
      }
      found.push(nums)
    }
    const of = columns()
    const rows = new Uint8Array(of.rows)
    for (const [place, nums] of found.entries()) {
      let row = 0
      for (const num of nums) {
        while (row < of.rows && (of.num[row] ?? num) < num) row++
        if (row < of.rows && of.num[row] === num) rows[row] = place + 1
      }
    }
    return { rows, moves: of.moves }
  }

  const known = new Map<string, { edits: number; moves: number; found: Promise<Found> }>()
  return async (matches: readonly string[]): Promise<Found> => {
    const key = JSON.stringify(matches)
    const before = known.get(key)
    known.delete(key)
    const isSame = before?.edits === edits() && before.moves === columns().moves
    const entry = isSame ? before : { edits: edits(), moves: columns().moves, found: read(matches) }
    known.set(key, entry)
    const oldest = known.keys().next()
    if (known.size > most && !oldest.done) known.delete(oldest.value)
    entry.found.catch(() => { if (known.get(key) === entry) known.delete(key) })
    return await entry.found
  }
}
