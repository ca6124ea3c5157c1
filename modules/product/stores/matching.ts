import type { Word } from '../rules/analyser.ts'
import type { Filter } from '../rules/listing.ts'
import { type Rank, ranks } from '../rules/relevance.ts'
import {
  categoryClass, categoryToken, type FieldClass, fieldClasses, prefixToken, shortPrefix, skuToken, stemToken, tagToken, vendorToken, wordToken,
} from '../rules/tokens.ts'
import type { Tree } from './tree.ts'

/** Expressions of FTS5. Tokens are letters and digits only, and quoted: no text of a client is ever syntax. */
type Expression = string
const token = (text: string): Expression => `"${text}"`
const any = (expressions: readonly Expression[]): Expression => expressions.length === 1 ? expressions[0] ?? '' : `(${expressions.join(' OR ')})`
const all = (expressions: readonly Expression[]): Expression => expressions.join(' AND ')
const never: Expression = token('x')

/** The word in a field of this class or a better one. */
const within = (word: Word, isLast: boolean, worst: FieldClass, tree: Tree): Expression => {
  const found: Expression[] = []
  const short = Array.from(word.word).length <= shortPrefix
  for (const of of fieldClasses) {
    if (of > worst) break
    found.push(token(stemToken(of, word.stem)))
    if (isLast) found.push(short ? token(prefixToken(of, word.word)) : `${token(wordToken(of, word.word))} *`)
  }
  if (worst >= categoryClass) for (const id of tree.named(word, isLast)) found.push(token(categoryToken(id)))
  return any(found)
}
const better = (of: FieldClass): FieldClass | null => fieldClasses[of - 1] ?? null

const ofRank = (words: readonly Word[], { weakest, strongest }: Rank, tree: Tree): Expression => {
  const each = (worst: FieldClass) => words.map((word, at) => within(word, at === words.length - 1, worst, tree))
  const worse = better(weakest)
  if (strongest === 'any') return all(each(weakest))
  if (strongest === weakest) return worse === null ? all(each(weakest)) : `((${all(each(weakest))}) NOT (${any(each(worse))}))`
  const found = `((${all(each(weakest))} AND ${any(each(strongest))}) NOT (${worse === null ? never : all(each(worse))}))`
  const best = better(strongest)
  return best === null ? found : `(${found} NOT (${any(each(best))}))`
}

/** The filters that are tokens, or null where there is none. */
export const exactly = (filter: Filter, tree: Tree): Expression | null => {
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
export const matching = (filter: Filter, tree: Tree): Expression | null => {
  const { words } = filter
  if (words === null) return exactly(filter, tree)
  if (words.length === 0) return never
  return both(all(words.map((word, at) => within(word, at === words.length - 1, 3, tree))), exactly(filter, tree))
}

/** The same, a rank at a time, the best first. */
export const matchingByRank = (filter: Filter, tree: Tree): Expression[] => {
  const words = filter.words ?? []
  if (words.length === 0) return []
  const filters = exactly(filter, tree)
  return ranks(words.length).map((rank) => both(ofRank(words, rank, tree), filters) ?? never)
}
