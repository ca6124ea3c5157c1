import { Type } from '@sinclair/typebox'
import { type Sql, sql } from '../../../src/databases/sql.ts'
import type { Tidying } from '../store.ts'
import type { KnownWords } from './known-words.ts'

const Word = Type.Object({ word: Type.String() })
const Index = Type.Object({ segments: Type.Integer(), pages: Type.Integer() })
const wordsAtOnce = 200
/** So many words a time: all of a large shop's within a day. */
const slices = 25
const mostSegments = 8
/** Pages of the index that one change merges: some milliseconds' work. */
const mergedPages = 64

/** What edits and imports leave behind in the index of words. Every step is a small change of its own, with others between. */
export const tidying = (db: Sql, known: KnownWords): Tidying => {
  let looked = ''
  /** Words that no product has any more. */
  const forgetWords = async (): Promise<boolean> => {
    const words = await db.read(Word, sql`select word from word where word > ${looked} order by word limit ${wordsAtOnce}`)
    const last = words.at(-1)?.word
    known.forget()
    if (last !== undefined) await db.write({ statements: [sql`delete from word where word > ${looked} and word <= ${last}
      and not exists (select 1 from search s where s.search match '"w' || word.word || '"')`], events: [] })
    looked = last ?? ''
    return last !== undefined
  }
  const index = async () => (await db.read(Index, sql`select count(distinct segid) as segments, count(*) as pages from search_idx`))[0]
  /** FTS5 looks into each of its segments for every word. It merges some by itself as it is written, all only when told to. */
  const merge = async (stop: AbortSignal): Promise<void> => {
    const before = await index()
    if (!before || before.segments < mostSegments) return
    for (let left = Math.ceil(before.pages / mergedPages) * 2, begins = true; left > 0 && !stop.aborted; left--, begins = false) {
      await db.write({ statements: [sql`insert into search (search, rank) values ('merge', ${begins ? -mergedPages : mergedPages})`], events: [] })
      if (((await index())?.segments ?? 0) <= 1) return
    }
  }
  return {
    async tidy(stop) {
      for (let slice = 0; slice < slices && !stop.aborted; slice++) if (!await forgetWords()) break
      await merge(stop)
    },
  }
}
