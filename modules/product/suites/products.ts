import { test } from 'node:test'
import type { Emitted } from '../../../src/contract/event.ts'
import type { Filter } from '../rules/listing.ts'
import { wordsSought } from '../rules/analyser.ts'
import type { CategoryRecord, ProductChange, ProductRecord, ProductStore, VariantRecord } from '../store.ts'

export interface Opened {
  store: ProductStore
  /** The events stored since they were last taken. */
  events(): Promise<readonly Emitted[]>
  close(): Promise<void>
}
export type Open = () => Promise<Opened>

/** A case over a store of its own. */
export const withStore = (open: Open) => (title: string, run: (store: ProductStore, events: Opened['events']) => Promise<void>) => test(title, async () => {
  const { store, events, close } = await open()
  try {
    await run(store, events)
  } finally {
    await close()
  }
})

/** The n-th product, variant, order …: UUIDv7s that sort by n. */
const id = (kind: string) => (n: number) => `0190${n.toString(16).padStart(4, '0')}-0000-7000-8000-${kind}${n.toString(16).padStart(8, '0')}`
export const productId = id('aaaa')
export const variantId = id('bbbb')
export const orderId = id('cccc')
export const categoryId = id('dddd')

export const variant = (n: number, about: Partial<VariantRecord> = {}): VariantRecord =>
  ({ id: variantId(n), sku: null, name: 'Default', options: {}, price: 1000, compareAtPrice: null, weightGrams: null, ...about })
export const record = (n: number, about: Partial<ProductRecord> = {}): ProductRecord => ({
  id: productId(n), slug: `product-${n}`, name: `Product ${n}`, description: null, vendor: null, currency: 'EUR', category: null, tags: [],
  status: 'active', options: [], attributes: {}, images: [], variants: [variant(n)], createdAt: n, updatedAt: n, version: 1, ...about,
})
/** A creation with so much of each variant in stock; null is untracked. */
export const made = (of: ProductRecord, available: number | null = 0, newCategory: CategoryRecord | null = null): ProductChange =>
  ({ record: of, replaces: null, newCategory, stock: of.variants.map((one) => ({ variantId: one.id, available, effect: 'first' })) })
export const edited = (was: ProductRecord, about: Partial<ProductRecord>): ProductChange =>
  ({ record: { ...was, ...about, version: was.version + 1 }, replaces: was.version, stock: [], newCategory: null })
export const category = (n: number, about: Partial<CategoryRecord> = {}): CategoryRecord =>
  ({ id: categoryId(n), slug: `category-${n}`, name: `Category ${n}`, parent: null, ...about })

export const filter = (about: Partial<Filter> = {}): Filter => ({
  words: null, ids: null, skus: [], categories: [], tags: [], vendors: [], statuses: ['active'], minPrice: null, maxPrice: null, inStock: null, ...about,
})
export const words = (q: string): Partial<Filter> => ({ words: wordsSought(q) })

/** All pages, one after the other; a list that goes on behind its end fails. */
export const paged = async <T, P>(page: (after: P | null) => Promise<{ items: readonly T[]; next: P | null }>): Promise<T[]> => {
  const all: T[] = []
  for (let pages = 0, after: P | null = null; pages < 500; pages++) {
    const { items, next }: { items: readonly T[]; next: P | null } = await page(after)
    all.push(...items)
    if (next === null) return all
    after = next
  }
  throw new Error('500 pages, and no end')
}

/** What is in stock of the n-th variant, as its product shows it. */
export const available = async (store: ProductStore, n: number): Promise<number | null | undefined> =>
  (await store.byId(productId(n)))?.available[variantId(n)]
