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
/** A product's creation (`replaces` null) or the edit that makes this record of version `replaces`; `record.version` is the next. */
export interface ProductChange {
  record: ProductRecord
  replaces: number | null
  /** For new variants, and in imports for known ones. */
  stock: readonly StockTarget[]
  /** A category made with it, whose id the record names. Where its slug exists meanwhile: `category`. */
  newCategory: CategoryRecord | null
}
/** What stood in the way of the change with this index: nothing at all was changed. Look again and repeat. */
export type Saved = { is: 'saved' } | { is: 'slug_taken' | 'version' | 'category'; index: number }

/** A record with what is beside it: for edits, import and export. */
export interface Kept {
  record: ProductRecord
  categoryName: string | null
  categorySlug: string | null
  /** By variant id; null is untracked. */
  available: Readonly<Record<string, number | null>>
}
/** The catalogue as import, export and edits see it; `ProductStore` (below) extends it. */
export interface Catalogue {
  /** All changes or none, with their events, in one change. Up to some hundred at once. */
  save(changes: readonly ProductChange[]): Promise<Saved>
  /** Products by slug, in no order; unknown ones are left out. */
  bySlugs(slugs: readonly string[]): Promise<Kept[]>
  byId(id: string): Promise<Kept | null>
  /** The category that this text names: its slug, its name, or what its name's slug would be. */
  category(text: string): Promise<CategoryRecord | null>
  /** All products in the order of their making, drafts too: pages for export. `after` is the last page's `next`. */
  walk(after: string | null, limit: number): Promise<{ products: Kept[]; next: string | null }>
}
