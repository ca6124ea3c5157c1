import type { ProductRecord, VariantRecord } from '../store.ts'

const money = (amount: number, currency: string) => ({ amount, currency })
const iso = (ms: number) => new Date(ms).toISOString()

/** A product's JSON up to its category's value: what only edits change. The rest is `{category}`, then `live.tail`. */
export const head = (record: ProductRecord): string => {
  const { id, slug, name, description, vendor, tags, status, options, attributes, images, variants, currency, version } = record
  const { min, max } = priceRange(variants)
  return `${JSON.stringify({
    id, slug, name, description, vendor, tags, status, options, attributes, images,
    priceRange: { min: money(min, currency), max: money(max, currency) },
    createdAt: iso(record.createdAt), updatedAt: iso(record.updatedAt), version,
  }).slice(0, -1)},"category":`
}

export const priceRange = (variants: readonly VariantRecord[]): { min: number; max: number } => {
  const [first] = variants
  let [min, max] = [first?.price ?? 0, first?.price ?? 0]
  for (const { price } of variants) {
    if (price < min) min = price
    if (price > max) max = price
  }
  return { min, max }
}

/** A variant's JSON up to its stock's value. */
export const variantHead = ({ id, sku, name, options, price, compareAtPrice, weightGrams }: VariantRecord, currency: string): string =>
  `${JSON.stringify({
    id, sku, name, options, price: money(price, currency),
    compareAtPrice: compareAtPrice === null ? null : money(compareAtPrice, currency), weightGrams,
  }).slice(0, -1)},"stock":`

/** A category as products show it. */
export const categoryShown = (slug: string, name: string): string => JSON.stringify({ slug, name })

/** What comes behind the category: the variants' JSON with their stock, and the rating. */
export const tail = (
  variants: readonly { json: string; available: number | null }[], rating: { average: number | null; count: number },
): string => `,"variants":[${variants.map(({ json, available }) =>
  `${json}{"available":${available},"tracked":${available !== null}}}`).join(',')}],"rating":${JSON.stringify(rating)}}`
