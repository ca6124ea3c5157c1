import type { Static } from '@sinclair/typebox'
import type { Product, Variant } from '../contract/schemas.ts'
import type { Kept, ProductRecord } from '../store.ts'

type Shown = Omit<Static<typeof Product>, 'category'>
const variantOf = ({ id, sku, name, options, price, compareAtPrice, weightGrams }: Static<typeof Variant>) =>
  ({ id, sku, name, options, price: price.amount, compareAtPrice: compareAtPrice?.amount ?? null, weightGrams })

/**
 * A record is read from what clients are sent: there is no second copy that could differ. `text` is that JSON, whatever it
 * has for a category.
 */
export const keptOf = (text: string, { currency, category }: { currency: string; category: { id: string; name: string; slug: string } | null }): Kept => {
  const shown: Shown = JSON.parse(text)
  const { id, slug, name, description, vendor, tags, status, options, attributes, images, version } = shown
  const record: ProductRecord = {
    id, slug, name, description, vendor, tags, status, options, attributes, images, version,
    currency, category: category?.id ?? null, variants: shown.variants.map(variantOf),
    createdAt: Date.parse(shown.createdAt), updatedAt: Date.parse(shown.updatedAt),
  }
  const available = Object.fromEntries(shown.variants.map((variant) => [variant.id, variant.stock.available]))
  return { record, available, categoryName: category?.name ?? null, categorySlug: category?.slug ?? null }
}
