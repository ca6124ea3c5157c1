import type { Word } from './analyser.ts'
import type { Filter } from './listing.ts'
import { type Rank, ranks } from './relevance.ts'
import {
  categoryClass, categoryToken, type FieldClass, fieldClasses, lastClass, prefixToken, shortPrefix, skuToken, stemToken, tagToken, vendorToken,
  wordToken,
} from './tokens.ts'
import type { Tree } from './tree.ts'

/** How conditions on a product's tokens are said somewhere: in FTS5's words, in MongoDB's. */
export interface Terms<E> {
  token(text: string): E
  /** At least one of them. */
  any(conditions: readonly E[]): E
  all(conditions: readonly E[]): E
  /** The first holds, the other does not. */
  but(condition: E, not: E): E
}

/** How the last word may go on: the conditions of its longer forms in a class of field, beside its stem. */
export type Endings<E> = (of: FieldClass) => readonly E[]
/** A filter with what must be known of the store to look for it. */
export interface Search<E> { readonly filter: Filter; readonly tree: Tree; readonly endings: Endings<E> }

/** A short prefix has tokens of its own; null: it is longer. */
export const shortEndings = <E>({ token }: Terms<E>, { word }: Word): Endings<E> | null =>
  Array.from(word).length <= shortPrefix ? (of) => [token(prefixToken(of, word))] : null

/** What is looked for, the same in every store. */
export const matchingIn = <E>({ token, any, all, but }: Terms<E>) => {
  const never = token('x')

  /** The word in a field of this class or a better one. */
  const within = (word: Word, isLast: boolean, worst: FieldClass, { tree, endings }: Search<E>): E => {
    const found: E[] = []
    for (const of of worst === lastClass ? [lastClass] : fieldClasses) {
      if (of > worst) break
      found.push(token(stemToken(of, word.stem)))
      if (isLast) found.push(...endings(of))
    }
    if (worst >= categoryClass) for (const id of tree.named(word, isLast)) found.push(token(categoryToken(id)))
    return any(found)
  }
  const better = (of: FieldClass): FieldClass | null => fieldClasses[of - 1] ?? null

  const ofRank = (words: readonly Word[], { weakest, strongest }: Rank, search: Search<E>): E => {
    const each = (worst: FieldClass) => words.map((word, at) => within(word, at === words.length - 1, worst, search))
    const worse = better(weakest)
    if (strongest === 'any') return all(each(weakest))
    if (strongest === weakest) return worse === null ? all(each(weakest)) : but(all(each(weakest)), any(each(worse)))
    const found = but(all([...each(weakest), any(each(strongest))]), worse === null ? never : all(each(worse)))
    const best = better(strongest)
    return best === null ? found : but(found, any(each(best)))
  }

  /** The filters that are tokens. */
  const exactly = (filter: Filter, tree: Tree): E[] => {
    const conditions: E[] = []
    const categories = filter.categories.flatMap((slug) => tree.within(slug))
    if (filter.categories.length > 0) conditions.push(any(categories.length > 0 ? categories.map((id) => token(categoryToken(id))) : [never]))
    if (filter.vendors.length > 0) conditions.push(any(filter.vendors.map((vendor) => token(vendorToken(vendor)))))
    if (filter.skus.length > 0) conditions.push(any(filter.skus.map((sku) => token(skuToken(sku)))))
    for (const tag of filter.tags) conditions.push(token(tagToken(tag)))
    return conditions
  }

  return {
    /** All that the filter's words and tokens find, or null where it has neither. */
    matching(search: Search<E>): E | null {
      const { filter, tree } = search
      const words = filter.words ?? []
      if (filter.words !== null && words.length === 0) return never
      const conditions = [...words.map((word, at) => within(word, at === words.length - 1, lastClass, search)), ...exactly(filter, tree)]
      return conditions.length === 0 ? null : all(conditions)
    },
    /** The same, a rank at a time, the best first. */
    byRank(search: Search<E>): E[] {
      const words = search.filter.words ?? []
      if (words.length === 0) return []
      const filters = exactly(search.filter, search.tree)
      return ranks(words.length).map((rank) => all([ofRank(words, rank, search), ...filters]))
    },
  }
}
