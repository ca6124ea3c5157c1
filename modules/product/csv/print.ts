import { slugify } from '../rules/slug.ts'
import { optionsOf, valueOf, variantName } from '../rules/variants.ts'
import type { Kept, Option, ProductRecord, VariantRecord } from '../store.ts'
import { type CategoryStep, writtenCategory } from './category.ts'
import { guard } from './guard.ts'
import { readTags, writePrice } from './values.ts'
import { writtenTags } from './own.ts'

/** What a row is printed from: the product on its first row, and the variant and the image that stand beside each other. */
interface Printed {
  kept: Kept
  first: boolean
  variant: VariantRecord | undefined
  image: number
  category: readonly CategoryStep[]
  numbers: ReadonlyMap<VariantRecord, number>
  exponent: number
}
type Print = (of: Printed) => string | null | undefined

const ofProduct = (print: (record: ProductRecord, of: Printed) => string | null): Print => (of) => (of.first ? print(of.kept.record, of) : null)
const ofVariant = (print: (variant: VariantRecord, of: Printed) => string | null | undefined): Print => (of) => of.variant && print(of.variant, of)

const hasOptions = ({ options }: ProductRecord) => options.length > 0
const optionName = (at: number) => ofProduct((record) => hasOptions(record) ? (record.options[at]?.name ?? null) : at === 0 ? 'Title' : null)
const optionValue = (at: number) => ofVariant(({ options }, { kept: { record } }) => {
  const name = record.options[at]?.name
  return name === undefined ? (at === 0 && !hasOptions(record) ? 'Default Title' : null) : valueOf(options, name)
})

/** The older header generation, which every reader of such files knows; then ours, for what Shopify has no column for. */
const columns: readonly (readonly [string, Print])[] = [
  ['Handle', ({ kept }) => kept.record.slug],
  ['Title', ofProduct(({ name }) => name)],
  ['Body (HTML)', ofProduct(({ description }) => description)],
  ['Vendor', ofProduct(({ vendor }) => vendor)],
  ['Type', ofProduct((_, { category }) => writtenCategory(category))],
  ['Tags', ofProduct(({ tags }) => writtenTags(tags))],
  ['Published', ofProduct(({ status }) => String(status === 'active'))],
  ['Option1 Name', optionName(0)], ['Option1 Value', optionValue(0)],
  ['Option2 Name', optionName(1)], ['Option2 Value', optionValue(1)],
  ['Option3 Name', optionName(2)], ['Option3 Value', optionValue(2)],
  ['Variant SKU', ofVariant(({ sku }) => sku)],
  ['Variant Grams', ofVariant(({ weightGrams }) => weightGrams?.toString())],
  ['Variant Inventory Tracker', ofVariant(({ id }, { kept }) => (kept.available[id] ?? null) === null ? null : 'shopify')],
  ['Variant Inventory Qty', ofVariant(({ id }, { kept }) => kept.available[id]?.toString())],
  ['Variant Inventory Policy', ofVariant(() => 'deny')],
  ['Variant Fulfillment Service', ofVariant(() => 'manual')],
  ['Variant Price', ofVariant(({ price }, { exponent }) => writePrice(price, exponent))],
  ['Variant Compare At Price', ofVariant(({ compareAtPrice: price }, { exponent }) => price === null ? null : writePrice(price, exponent))],
  ['Variant Requires Shipping', ofVariant(() => 'true')],
  ['Variant Taxable', ofVariant(() => 'true')],
  ['Image Src', ({ kept, image }) => kept.record.images[image]?.url],
  ['Image Position', ({ kept, image }) => kept.record.images[image] && String(image + 1)],
  ['Image Alt Text', ({ kept, image }) => kept.record.images[image]?.alt],
  ['Status', ofProduct(({ status }) => status)],
  ['Mercado / Category', ofProduct((_, { category }) => isTold(category) ? null : JSON.stringify(category))],
  ['Mercado / Tags', ofProduct(({ tags }) => isReadBack(tags) ? null : JSON.stringify(tags))],
  ['Mercado / Options', ofProduct(({ options, variants }) => isDerived(options, variants) ? null : JSON.stringify(options))],
  ['Mercado / Attributes', ofProduct(({ attributes }) => Object.keys(attributes).length === 0 ? null : JSON.stringify(attributes))],
  ['Mercado / Variant Name', ofVariant(({ name, options }, { kept }) => name === variantName(inOrder(options, kept.record.options)) ? null : name)],
  ['Mercado / Variant Number', ofVariant((variant, { numbers }) => numbers.get(variant)?.toString())],
]

/** A variant's options in the product's order, in which an import makes them. */
const inOrder = (of: VariantRecord['options'], options: readonly Option[]): Record<string, string> =>
  Object.fromEntries(options.flatMap(({ name }) => (of[name] === undefined ? [] : [[name, of[name]]])))
/** Whether `Type` alone leads to these categories, also in a shop that has none. */
const isTold = (category: readonly CategoryStep[]): boolean =>
  category.every(({ name, slug }) => slug === slugify(name, '') && !/\s>\s/.test(name))
const isReadBack = (tags: readonly string[]): boolean => {
  try {
    return JSON.stringify(readTags(writtenTags(tags))) === JSON.stringify(tags.map((tag) => tag.trim()))
  } catch {
    return false
  }
}
const isDerived = (options: readonly Option[], variants: readonly VariantRecord[]): boolean => {
  const derived = new Map(optionsOf(variants).map(({ name, values }) => [name, values]))
  return options.every(({ name, values }) => JSON.stringify(derived.get(name) ?? []) === JSON.stringify(values))
}

/** The number of each variant that its option values alone do not tell from the others. */
const numbersOf = ({ variants, options }: ProductRecord): ReadonlyMap<VariantRecord, number> => {
  const valuesOf = (variant: VariantRecord) => options.map(({ name }) => valueOf(variant.options, name)?.trim() ?? '')
  const alike = Map.groupBy(variants, (variant) => JSON.stringify(valuesOf(variant)))
  const numbers = new Map<VariantRecord, number>()
  for (const group of alike.values()) {
    const isBlank = options.length > 0 && group.some((variant) => valuesOf(variant).every((value) => value === ''))
    if (group.length > 1 || isBlank) for (const [at, variant] of group.entries()) numbers.set(variant, at + 1)
  }
  return numbers
}

const quote = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const line = (cells: readonly string[]): string => `${cells.map(quote).join(',')}\n`

export const headerLine = line(columns.map(([name]) => name))

/** A product's lines: as many as it has variants or images. `category` leads from the root to the product's own. */
export const productLines = (kept: Kept, category: readonly CategoryStep[], exponent: number): string => {
  const { record } = kept
  const numbers = numbersOf(record)
  let lines = ''
  for (let at = 0; at < Math.max(record.variants.length, record.images.length); at++) {
    const of = { kept, first: at === 0, variant: record.variants[at], image: at, category, numbers, exponent }
    lines += line(columns.map(([, print]) => guard((print(of) ?? '').trim())))
  }
  return lines
}
