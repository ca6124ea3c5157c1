import type { Kept, ProductChange, ProductRecord, StockTarget, VariantRecord } from '../store.ts'
import { valueOf, variantName } from '../rules/variants.ts'
import { Refusal, type Flaw } from './flaw.ts'
import { imagesOf } from './images.ts'
import { keyOf, knownBy, namesOf, orderedOptions } from './matching.ts'
import type { NamedProduct } from './product.ts'
import { stockAsked } from './stock.ts'
import { told } from './told.ts'
import type { NamedVariant } from './variant.ts'

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
export type Change =
  | { is: 'change'; change: ProductChange | null; variants: { created: number; updated: number } }
  | { is: 'refused'; flaw: Flaw }

const mostVariants = 2048

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

/** The variant's own, in their order, where they are the same but for outer spaces. */
const optionsNamed = (
  { values }: NamedVariant, was: VariantRecord | undefined, names: readonly string[],
): Readonly<Record<string, string>> => {
  const pairs = names.flatMap((name, at) => (values[at] ? [[name, values[at]] as const] : []))
  const isSame = was && Object.keys(was.options).length === pairs.length
    && pairs.every(([name, value]) => valueOf(was.options, name)?.trim() === value)
  return isSame ? was.options : Object.fromEntries(pairs)
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
