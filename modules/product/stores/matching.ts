import { Type } from '@sinclair/typebox'
import { type Sql, sql } from '../../../src/databases/sql.ts'
import { stemOf, type Word } from '../rules/analyser.ts'
import type { Sort } from '../rules/listing.ts'
import { type Endings, matchingIn, type Search as SearchIn, shortEndings, type Terms } from '../rules/matching.ts'
import { wordToken } from '../rules/tokens.ts'

/** Expressions of FTS5. Tokens are letters and digits only, and quoted: no text of a client is ever syntax. */
type Expression = string
const terms: Terms<Expression> = {
  token: (text) => `"${text}"`,
  any: (expressions) => expressions.length === 1 ? expressions[0] ?? '' : `(${expressions.join(' OR ')})`,
  all: (expressions) => expressions.join(' AND '),
  but: (expression, not) => `((${expression}) NOT (${not}))`,
}
export type Search = SearchIn<Expression>

const mostEndings = 16
const Known = Type.Object({ word: Type.String() })

/**
 * FTS5 copies all it finds by a prefix before it answers. So short ones have tokens of their own, and longer ones are first
 * completed from the words there are: mostly to a few, which it then reads only as far as the page needs.
 */
export const endingsOf = async (db: Sql, last: Word | undefined): Promise<Endings<Expression>> => {
  if (last === undefined) return () => []
  const { word, stem } = last
  const short = shortEndings(terms, last)
  if (short) return short
  const known = await db.read(Known, sql`select word from word where word >= ${word} and word < ${`${word}\u{10ffff}`} limit ${mostEndings + 1}`)
  if (known.length > mostEndings) return (of) => [`${terms.token(wordToken(of, word))} *`]
  const others = known.filter((one) => stemOf(one.word) !== stem)
  return (of) => others.map((one) => terms.token(wordToken(of, one.word)))
}

export const { matching, byRank: matchingByRank } = matchingIn(terms)

/** What must be looked for in FTS5 where all other filters are the columns': the words, and SKUs, which have none. */
export const matchesFor = (search: Search, sort: Sort | null): readonly Expression[] | null => {
  const only = { ...search, filter: { ...search.filter, categories: [], vendors: [], tags: [] } }
  if (sort === 'relevance') return matchingByRank(only)
  const match = matching(only)
  return match === null ? null : [match]
}
