import type { Image, Kept, Option, ProductChange, ProductRecord, StockTarget, VariantRecord } from '../store.ts'
import { optionsOf, variantName } from '../rules/variants.ts'
import { Refusal, type Flaw } from './flaw.ts'
import type { NamedImage } from './images.ts'
import type { NamedProduct } from './product.ts'
import { stockAsked } from './stock.ts'
import { type NamedVariant, variantKey } from './variant.ts'

export interface ChangeOptions {
  currency: string
  now: number
  newId(): string
  /** The category's id; undefined: the file says nothing of it. */
  category: string | null | undefined
  /** Begins the stock moves' effects; each import's own. */
  effect: string
}
/** `change` is null where the shop has it all already. */
export type Change = { is: 'change'; change: ProductChange | null; variants: { created: number; updated: number } } | { is: 'refused'; flaw: Flaw }

const mostVariants = 2048
const mostImages = 250

/** What a run asks of the product that `kept` is now, or of a new one. What the run does not name stays as it is. */
export const changeOf = (named: NamedProduct, kept: Kept | null, options: ChangeOptions): Change => {
  let line = named.line
  try {
    if (!kept && named.name === undefined) throw new Refusal('title_required', 'The product is new, and its title is blank')
    const names = namesOf(named, kept?.record)
    const was = kept?.record
    const known = knownBy(was)
    const stock: StockTarget[] = []
    const written = new Map<VariantRecord | NamedVariant, VariantRecord>()
    for (const variant of named.variants) {
      line = variant.line
      const before = known.get(keyOf(variant, names, known))
      const made = variantOf(variant, before, names, options.newId)
      written.set(before ?? variant, made)
      const available = stockAsked(variant.stock, before ? (kept?.available[before.id] ?? null) : undefined)
      if (available !== undefined) stock.push({ variantId: made.id, available, effect: `${options.effect}:${variant.line}` })
    }
    line = named.line
    const old = was?.variants ?? []
    const variants = [
      ...old.map((variant) => written.get(variant) ?? variant),
      ...named.variants.flatMap((variant) => written.get(variant) ?? []),
    ]
    if (variants.length === 0) throw new Refusal('price_required', 'The product is new, and has no price')
    if (variants.length > mostVariants) throw new Refusal('too_many_variants', `A product has at most ${mostVariants} variants`)
    const record = recordOf(named, was, names, variants, options)
    const created = variants.length - old.length
    return {
      is: 'change', variants: { created, updated: named.variants.length - created },
      change: was && stock.length === 0 && isSame(was, record) ? null : { record, replaces: was?.version ?? null, stock, newCategory: null },
    }
  } catch (error) {
    if (error instanceof Refusal) return { is: 'refused', flaw: { line, code: error.code, message: error.message } }
    throw error
  }
}

const isSame = (was: ProductRecord, record: ProductRecord): boolean =>
  JSON.stringify(was) === JSON.stringify({ ...was, ...record, version: was.version, updatedAt: was.updatedAt })

/** The options' names: the run's; where it tells none, or nothing of variants, the product's. A product keeps how many it has. */
const namesOf = (named: NamedProduct, was: ProductRecord | undefined): readonly string[] => {
  if (was === undefined) return named.options ?? []
  const now = was.options.map(({ name }) => name)
  if (named.options === undefined || named.variants.length === 0) return now
  if (named.options.length !== now.length)
    throw new Refusal('options_differ', `The product has ${listed(now)}; here are ${listed(named.options)}. Change the product's options first`)
  return named.options.map((name, at) => (now[at]?.trim() === name ? now[at] : name))
}
const listed = (names: readonly string[]) => (names.length === 0 ? 'no options' : `the options ${names.join(', ')}`)

/** The product's variants by what tells them apart. */
const knownBy = (was: ProductRecord | undefined): ReadonlyMap<string, VariantRecord> => {
  const known = new Map<string, VariantRecord>()
  for (const variant of was?.variants ?? []) {
    const values = was?.options.map(({ name }) => variant.options[name]?.trim() ?? '') ?? []
    while (values.at(-1) === '') values.pop()
    for (let number = 1; ; number++) {
      const key = variantKey(values, number)
      if (known.has(key)) continue
      known.set(key, variant)
      break
    }
  }
  return known
}

const keyOf = ({ values, number }: NamedVariant, names: readonly string[], known: ReadonlyMap<string, VariantRecord>): string => {
  if (values.length > names.length) throw new Refusal('option_name_required', `There is a value ("${values.at(-1)}") for an option without a name`)
  const key = variantKey(values, number ?? 1)
  if (values.length === 0 && names.length > 0 && number === null && !known.has(key))
    throw new Refusal('option_value_required', `Which variant? There is no value for ${names.join(', ')}`)
  return key
}

/** The variant's own, in their order, where they are the same but for outer spaces. */
const optionsNamed = ({ values }: NamedVariant, was: VariantRecord | undefined, names: readonly string[]): Readonly<Record<string, string>> => {
  const told = names.flatMap((name, at) => (values[at] ? [[name, values[at]] as const] : []))
  const isSame = was && Object.keys(was.options).length === told.length && told.every(([name, value]) => was.options[name]?.trim() === value)
  return isSame ? was.options : Object.fromEntries(told)
}

const variantOf = (named: NamedVariant, was: VariantRecord | undefined, names: readonly string[], newId: () => string): VariantRecord => {
  const options = optionsNamed(named, was, names)
  const price = named.price ?? was?.price
  if (price === undefined) throw new Refusal('price_required', 'The variant is new, and has no price')
  const called = was && was.name !== variantName(was.options) ? was.name : variantName(options)
  return {
    ...was,
    id: was?.id ?? newId(),
    sku: told(named.sku, was?.sku, null),
    name: told(named.name, called, called),
    options, price,
    compareAtPrice: told(named.compareAtPrice, was?.compareAtPrice, null),
    weightGrams: told(named.weightGrams, was?.weightGrams, null),
  }
}

/** What is said, unless it is what stands there but for outer spaces, which a file cannot hold. */
const told = <T>(said: T | undefined, was: T | undefined, blank: T): T => {
  if (said === undefined) return was ?? blank
  if (typeof was === 'string' && (was.trim() === said || (said === null && was.trim() === ''))) return was
  return said
}

const recordOf = (
  named: NamedProduct, was: ProductRecord | undefined, names: readonly string[], variants: readonly VariantRecord[],
  { currency, now, newId, category }: ChangeOptions,
): ProductRecord => ({
  id: was?.id ?? newId(),
  slug: was?.slug ?? named.slug,
  name: told(named.name, was?.name, named.slug),
  description: told(named.description, was?.description, null),
  vendor: told(named.vendor, was?.vendor, null),
  currency: was?.currency ?? currency,
  category: category === undefined ? (was?.category ?? null) : category,
  tags: named.tags && !(was && was.tags.map((tag) => tag.trim()).join() === named.tags.join()) ? named.tags : (was?.tags ?? []),
  status: named.status ?? was?.status ?? 'active',
  options: orderedOptions(named, was, names, variants),
  attributes: named.attributes ?? was?.attributes ?? {},
  images: imagesOf(named.images, was?.images ?? [], newId),
  variants,
  createdAt: was?.createdAt ?? now,
  updatedAt: now,
  version: (was?.version ?? 0) + 1,
})

/** Values keep the order they have, or are told in; new ones come behind. */
const orderedOptions = (
  named: NamedProduct, was: ProductRecord | undefined, names: readonly string[], variants: readonly VariantRecord[],
): Option[] => {
  const used = new Map(optionsOf(variants).map(({ name, values }) => [name, values]))
  return names.map((name, at) => {
    const first = was ? was.options[at]?.values : named.values?.find((option) => option.name === name)?.values
    return { name, values: [...new Set([...(first ?? []), ...(used.get(name) ?? [])])] }
  })
}

const imagesOf = (named: readonly NamedImage[], was: readonly Image[], newId: () => string): readonly Image[] => {
  if (named.length === 0) return was
  const images = new Map(was.map((image) => [image.url, image]))
  const places = new Map(was.map(({ url }, at) => [url, at + 1]))
  for (const { url, alt, position } of named) {
    const known = images.get(url)
    images.set(url, known
      ? { ...known, alt: told(alt, known.alt, null) }
      : { id: newId(), url, alt: alt ?? null, width: null, height: null, renditions: [] })
    if (position !== null) places.set(url, position)
  }
  if (images.size > mostImages) throw new Refusal('too_many_images', `A product has at most ${mostImages} images`)
  // Where nothing is said they stay where they are, new ones at the end.
  return [...images.values()].sort((a, b) => (places.get(a.url) ?? last) - (places.get(b.url) ?? last))
}
const last = 1_000_000
