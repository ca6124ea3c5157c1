import { Type } from '@sinclair/typebox'
import { type Sql, sql } from '../../../src/databases/sql.ts'
import { stemOf, type Word } from '../rules/analyser.ts'
import type { Filter, Sort } from '../rules/listing.ts'
import { type Rank, ranks } from '../rules/relevance.ts'
import {
  categoryClass, categoryToken, type FieldClass, fieldClasses, lastClass, prefixToken, shortPrefix, skuToken, stemToken, tagToken, vendorToken,
  wordToken,
} from '../rules/tokens.ts'
import type { Tree } from './tree.ts'

/** Expressions of FTS5. Tokens are letters and digits only, and quoted: no text of a client is ever syntax. */
type Expression = string
const token = (text: string): Expression => `"${text}"`
const any = (expressions: readonly Expression[]): Expression => expressions.length === 1 ? expressions[0] ?? '' : `(${expressions.join(' OR ')})`
const all = (expressions: readonly Expression[]): Expression => expressions.join(' AND ')
const never: Expression = token('x')

/** A filter with what must be known of the store to look for it: the tree, and how the last word may go on. */
export interface Search { readonly filter: Filter; readonly tree: Tree; readonly endings: Endings }
type Endings = (of: FieldClass) => readonly Expression[]

const mostEndings = 16
const Known = Type.Object({ word: Type.String() })

/**
 * FTS5 copies all it finds by a prefix before it answers. So short ones have tokens of their own, and longer ones are first
 * completed from the words there are: mostly to a few, which it then reads only as far as the page needs.
 */
export const endingsOf = async (db: Sql, last: Word | undefined): Promise<Endings> => {
  if (last === undefined) return () => []
  const { word, stem } = last
  if (Array.from(word).length <= shortPrefix) return (of) => [token(prefixToken(of, word))]
  const known = await db.read(Known, sql`select word from word where word >= ${word} and word < ${`${word}\u{10ffff}`} limit ${mostEndings + 1}`)
  if (known.length > mostEndings) return (of) => [`${token(wordToken(of, word))} *`]
  const others = known.filter((one) => stemOf(one.word) !== stem)
  return (of) => others.map((one) => token(wordToken(of, one.word)))
}

/** The word in a field of this class or a better one. */
const within = (word: Word, isLast: boolean, worst: FieldClass, { tree, endings }: Search): Expression => {
  const found: Expression[] = []
  for (const of of worst === lastClass ? [lastClass] : fieldClasses) {
    if (of > worst) break
    found.push(token(stemToken(of, word.stem)))
    if (isLast) found.push(...endings(of))
  }
  if (worst >= categoryClass) for (const id of tree.named(word, isLast)) found.push(token(categoryToken(id)))
  return any(found)
}
const better = (of: FieldClass): FieldClass | null => fieldClasses[of - 1] ?? null

const ofRank = (words: readonly Word[], { weakest, strongest }: Rank, search: Search): Expression => {
  const each = (worst: FieldClass) => words.map((word, at) => within(word, at === words.length - 1, worst, search))
  const worse = better(weakest)
  if (strongest === 'any') return all(each(weakest))
  if (strongest === weakest) return worse === null ? all(each(weakest)) : `((${all(each(weakest))}) NOT (${any(each(worse))}))`
  const found = `((${all(each(weakest))} AND ${any(each(strongest))}) NOT (${worse === null ? never : all(each(worse))}))`
  const best = better(strongest)
  return best === null ? found : `(${found} NOT (${any(each(best))}))`
}

/** The filters that are tokens, or null where there is none. */
const exactly = (filter: Filter, tree: Tree): Expression | null => {
  const conditions: Expression[] = []
  const categories = filter.categories.flatMap((slug) => tree.within(slug))
  if (filter.categories.length > 0) conditions.push(any(categories.length > 0 ? categories.map((id) => token(categoryToken(id))) : [never]))
  if (filter.vendors.length > 0) conditions.push(any(filter.vendors.map((vendor) => token(vendorToken(vendor)))))
  if (filter.skus.length > 0) conditions.push(any(filter.skus.map((sku) => token(skuToken(sku)))))
  for (const tag of filter.tags) conditions.push(token(tagToken(tag)))
  return conditions.length > 0 ? all(conditions) : null
}
const both = (one: Expression | null, other: Expression | null): Expression | null => one && other ? `${one} AND ${other}` : one ?? other

/** All that the filter's words and tokens find, or null where it has neither. */
export const matching = (search: Search): Expression | null => {
  const { filter, tree } = search
  const { words } = filter
  if (words === null) return exactly(filter, tree)
  if (words.length === 0) return never
  return both(all(words.map((word, at) => within(word, at === words.length - 1, lastClass, search))), exactly(filter, tree))
}

/** The same, a rank at a time, the best first. */
export const matchingByRank = (search: Search): Expression[] => {
  const words = search.filter.words ?? []
  if (words.length === 0) return []
  const filters = exactly(search.filter, search.tree)
  return ranks(words.length).map((rank) => both(ofRank(words, rank, search), filters) ?? never)
}

/** What must be looked for in FTS5 where all other filters are the columns': the words, and SKUs, which have none. */
export const matchesFor = (search: Search, sort: Sort | null): readonly Expression[] | null => {
  const only = { ...search, filter: { ...search.filter, categories: [], vendors: [], tags: [] } }
  if (sort === 'relevance') return matchingByRank(only)
  const match = matching(only)
  return match === null ? null : [match]
}
