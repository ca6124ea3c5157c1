import type { Status } from '../store.ts'
import type { Word } from './analyser.ts'

export type Sort = 'relevance' | 'newest' | 'price' | '-price' | 'name' | 'rating'

/** Within a list of values any counts (of tags: all); different filters all hold. An empty list is no filter. */
export interface Filter {
  /** Null: nothing is searched for. Without any word nothing is found. */
  words: readonly Word[] | null
  /** In this order; null: all. */
  ids: readonly string[] | null
  skus: readonly string[]
  /** Slugs; their subcategories count too. */
  categories: readonly string[]
  tags: readonly string[]
  vendors: readonly string[]
  statuses: readonly Status[]
  /** One variant must fit all three. */
  minPrice: number | null
  maxPrice: number | null
  inStock: boolean | null
}

/** Where a page ended: the sort's value (a rank, a price, a name …) of its last product, whose ties are by id. */
export interface Position { value: number | string; id: string }
