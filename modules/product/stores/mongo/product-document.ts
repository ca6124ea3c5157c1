import type { Static } from '@sinclair/typebox'
import { fold } from '../../rules/fold.ts'
import { head, priceRange, variantHead } from '../../rules/render.ts'
import { isRanking, tokensOf } from '../../rules/tokens.ts'
import type { ProductRecord } from '../../store.ts'
import { gone, type Piece, type ProductDocument } from './collections.ts'

export const piecesOf = ({ variants, currency }: ProductRecord): Static<typeof Piece>[] =>
  variants.map((variant) => ({ id: variant.id, price: variant.price, json: variantHead(variant, currency) }))

/** What only edits change, and what follows from it. */
export const writtenOf = (record: ProductRecord): Omit<ProductDocument, '_id' | 'version' | 'n' | 'variants' | 'stock' | 'offers' | 'rating' | 'ratingAverage' | 'ratingCount'> => {
  const { min, max } = priceRange(record.variants)
  const { tokens } = tokensOf(record)
  return {
    slug: record.slug, head: head(record), currency: record.currency, image: record.images[0]?.url ?? null, status: record.status,
    category: record.category, vendor: record.vendor, tags: [...new Set(record.tags)], createdAt: record.createdAt, updatedAt: record.updatedAt,
    name: fold(record.name), price: min, priceMax: max, tokens, ranking: tokens.filter(isRanking),
  }
}

/** What is left of a deleted product until its event is published. No slug has a blank: its own is free. */
export const emptied = (id: string): Partial<ProductDocument> =>
  ({ slug: ` ${id}`, status: gone, head: '', variants: [], stock: {}, offers: [], tokens: [], ranking: [], tags: [], vendor: null, category: null, image: null })
