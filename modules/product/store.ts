import type { Static } from '@sinclair/typebox'
import type { Quote, Reservation } from './contract/inner.ts'
import type { Facets } from './contract/schemas.ts'
import type { SampleStore } from './importing-store.ts'
import type { Filter, Position, Sort } from './rules/listing.ts'

export type Status = 'active' | 'draft' | 'archived'
export interface Image {
  id: string; url: string; alt: string | null; width: number | null; height: number | null
  renditions: readonly { url: string; width: number; type: string }[]
}
export interface Option { name: string; values: readonly string[] }
/** Prices are minor units of the product's currency. */
export interface VariantRecord {
  id: string; sku: string | null; name: string; options: Readonly<Record<string, string>>
  price: number; compareAtPrice: number | null; weightGrams: number | null
}
/** A product as it is edited, with its variants in order. Stock, rating and the category's name are not part of it. */
export interface ProductRecord {
  id: string; slug: string; name: string; description: string | null; vendor: string | null
  /** ISO 4217, the shop's. */
  currency: string
  /** The category's id. */
  category: string | null
  tags: readonly string[]; status: Status; options: readonly Option[]; attributes: Readonly<Record<string, unknown>>
  images: readonly Image[]; variants: readonly VariantRecord[]
  /** Milliseconds since 1970. */
  createdAt: number; updatedAt: number
  /** Counts edits, from 1. */
  version: number
}
/** "Now there are so many" (null: untracked). Done once an `effect` (any string of the caller's, unique a variant). */
export interface StockTarget { variantId: string; available: number | null; effect: string }
export interface CategoryRecord { id: string; slug: string; name: string; parent: string | null }
/** A category with its place: `path` holds its slug and its ancestors', nearest first. `products` counts the active ones in it alone. */
export interface CategoryKept extends CategoryRecord { path: readonly string[]; products: number }
/** A product's creation (`replaces` null) or the edit that makes this record of version `replaces`; `record.version` is the next. */
export interface ProductChange {
  record: ProductRecord
  replaces: number | null
  /** For new variants, and in imports for known ones. */
  stock: readonly StockTarget[]
  /** A category made with it, whose id the record names. Where its slug exists meanwhile: `category`. */
  newCategory: CategoryRecord | null
}
/**
 * What stood in the way of the change with this index. Look again and repeat, without those that are `stored` all the same (by
 * index): where that is left out nothing at all was changed.
 */
export type Saved = { is: 'saved' } | { is: 'slug_taken' | 'version' | 'category'; index: number; stored?: readonly number[] }
/** A record with what is beside it: for edits, import and export. */
export interface Kept {
  record: ProductRecord
  categoryName: string | null
  categorySlug: string | null
  /** By variant id; null is untracked. */
  available: Readonly<Record<string, number | null>>
}

/** The catalogue as import, export and edits see it. */
export interface Catalogue {
  /**
   * Each change with its event, in one change of the store; all or none, as far as can be known before. Where the store
   * changes one product at a time, somebody who is faster may stand in the way of some when others are stored: it says which.
   * Up to some hundred at once.
   */
  save(changes: readonly ProductChange[]): Promise<Saved>
  /** Products by slug, in no order; unknown ones are left out. */
  bySlugs(slugs: readonly string[]): Promise<Kept[]>
  byId(id: string): Promise<Kept | null>
  /** The category that this text names: its slug, its name, or what its name's slug would be. */
  category(text: string): Promise<CategoryRecord | null>
  /** All products in the order of their making, drafts too: pages for export. `after` is the last page's `next`. */
  walk(after: string | null, limit: number): Promise<{ products: Kept[]; next: string | null }>
  /** The slugs of products that are this one, or this one with a number behind it. */
  slugsLike(slug: string): Promise<ReadonlySet<string>>
  /** Its variants become unsellable; their stock stays. */
  remove(id: string, version: number): Promise<'removed' | 'version' | 'unknown'>
}

/** Products as clients see them: JSON text, ready to be sent. */
export interface Shelf {
  /** By id or slug. `version` counts edits, `n` what moves beside them. */
  detail(idOrSlug: string): Promise<{ text: string; status: Status; version: number; n: number } | null>
  /** `items` is the JSON of their list without brackets; `next` is null on the last page. */
  page(filter: Filter, sort: Sort, limit: number, after: Position | null): Promise<{ items: string; next: Position | null }>
  facets(filter: Filter): Promise<Facets>
  /** Looks at what has changed, so that whoever asks for a list next need not wait for that. Changes nothing. */
  refresh(): Promise<void>
}

/** The tree of categories. */
export interface Categories {
  categories(): Promise<readonly CategoryKept[]>
  addCategory(category: CategoryRecord): Promise<'added' | 'slug_taken' | 'no_parent'>
  /** `cycle`: it would become its own ancestor. */
  changeCategory(category: CategoryRecord): Promise<'changed' | 'unknown' | 'cycle' | 'slug_taken' | 'no_parent'>
  /** Its products then have none. */
  removeCategory(id: string): Promise<'removed' | 'unknown' | 'not_empty'>
}

export type Reserved = Static<typeof Reservation>
export interface OrderLine { variantId: string; quantity: number }
/** What a line lacks: `reserved` of it is held by others who may yet give it back. */
export interface Shortage { variantId: string; available: number; reserved: number }
export interface StockLevel { available: number | null; reserved: number }
/** A change of stock that somebody asked for. With `answerAs`, its answer is kept under that scope in the same change. */
export interface StockMove {
  productId: string; variantId: string; effect: string; reason: string | null
  to: { available: number | null } | { change: number }
  answerAs: { scope: string; fingerprint: string } | null
  at: number
}
/** An answer kept under an Idempotency-Key. */
export interface Answered { fingerprint: string; status: number; answer: string }
export interface Untold { variantId: string; productId: string; available: number | null; version: number }

/** Stock and its reservations, apart from the catalogue. Each method is one atomic change; ended reservations absorb whatever comes later. */
export interface StockStore {
  /**
   * All lines or none. `short`: these lines had too little, and nothing is decided: it is to be said again, or refused. Else what
   * is stored now, by this call or before.
   */
  hold(order: string, lines: readonly OrderLine[], at: number): Promise<{ reservation: Reserved } | { short: readonly Shortage[] }>
  /** The final refusal, unless something is stored. */
  refuse(order: string, short: Reserved['short'], at: number): Promise<Reserved>
  commit(order: string, at: number): Promise<Reserved>
  release(order: string, at: number): Promise<Reserved>
  giveBack(order: string, at: number): Promise<Reserved>
  move(move: StockMove): Promise<StockLevel | 'unknown_product' | 'unknown_variant' | 'insufficient' | 'too_much' | 'untracked' | 'answered'>
  answered(scope: string): Promise<Answered | null>
  /** Keeps a refusal under a key, unless something is kept. */
  keepAnswer(scope: string, answer: Answered, at: number): Promise<void>
  /** Forgets answers from before; says how many. */
  forgetAnswers(before: number): Promise<number>
  /** Variants whose last change was not told yet. */
  untold(limit: number): Promise<Untold[]>
  /** Tells it, once. */
  tell(untold: readonly Untold[]): Promise<void>
  /** Unknown ones are left out. */
  quotes(ids: readonly string[]): Promise<Static<typeof Quote>[]>
}

export interface Tidying {
  /** Clears up behind edits and imports, in small steps; until all is done or `stop` says so. Nothing that anyone is told changes. */
  tidy(stop: AbortSignal): Promise<void>
}

export interface Resuming {
  /**
   * Goes on with what another instance began before that moment and left half done, where a store has anything of the kind;
   * until all is done or `stop` says so.
   */
  resume(before: number, stop: AbortSignal): Promise<void>
}

export interface ProductStore extends Catalogue, Shelf, Categories, StockStore, SampleStore, Tidying, Resuming {}
