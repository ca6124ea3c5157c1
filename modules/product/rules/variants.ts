import { invalidInput } from '../../../src/contract/faults.ts'
import type { Detail } from '../../../src/contract/fault.ts'
import type { Money } from '../../../src/contract/money.ts'
import { variantNotFound } from '../contract/faults.ts'
import type { NewVariant, VariantPatch } from '../contract/schemas.ts'
import type { Option, VariantRecord } from '../store.ts'

const refuse = (...errors: Detail[]) => invalidInput(errors[0]?.message, { errors })
export const wrongField = (path: string, message: string) => refuse({ in: 'body', path, message })

/** A variant's value of an option. An option may have any name, `constructor` too. */
export const valueOf = (options: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(options, name) ? options[name] : undefined

/** The names and values that the variants have, in the order of their first mention. */
export const optionsOf = (variants: readonly { options: Readonly<Record<string, string>> }[]): Option[] => {
  const found = new Map<string, Set<string>>()
  for (const { options } of variants) {
    for (const [name, value] of Object.entries(options)) {
      const values = found.get(name)
      if (values) values.add(value)
      else found.set(name, new Set([value]))
    }
  }
  return Array.from(found, ([name, values]) => ({ name, values: [...values] }))
}

const maxOptions = 3
/** The options as given, which must hold the variants' ones, or derived from the variants. */
export const optionsFor = (variants: readonly VariantRecord[], given: readonly Option[] | null | undefined): readonly Option[] => {
  const derived = optionsOf(variants)
  if (derived.length > maxOptions) throw wrongField('/variants', `name ${derived.length} options; a product has at most ${maxOptions}`)
  if (!given) return derived
  const known = new Map(given.map(({ name, values }) => [name, new Set(values)]))
  if (known.size < given.length) throw wrongField('/options', 'name one option twice')
  for (const [at, { options }] of variants.entries()) {
    for (const [name, value] of Object.entries(options)) {
      if (!known.get(name)?.has(value)) throw wrongField(`/variants/${at}/options/${pointer(name)}`, 'is not among the options given')
    }
  }
  return given
}
const pointer = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** What a variant is called when nobody says: its option values, or `Default`. */
export const variantName = (options: Readonly<Record<string, string>>): string => Object.values(options).join(' / ') || 'Default'

const amountIn = (currency: string, money: Money, path: string): number => {
  if (money.currency !== currency) throw wrongField(`${path}/currency`, `must be ${currency}, the shop's currency`)
  return money.amount
}
const compareAt = (currency: string, money: Money | null | undefined, path: string): number | null =>
  money ? amountIn(currency, money, `${path}/compareAtPrice`) : null

export const newVariant = (id: string, given: NewVariant, currency: string, at: number): VariantRecord => {
  const options = { ...given.options }
  return {
    id, sku: given.sku ?? null, name: given.name ?? variantName(options), options,
    price: amountIn(currency, given.price, `/variants/${at}/price`),
    compareAtPrice: compareAt(currency, given.compareAtPrice, `/variants/${at}`),
    weightGrams: given.weightGrams ?? null,
  }
}

const changed = (was: VariantRecord, given: VariantPatch, currency: string, at: number): VariantRecord => {
  const options = given.options === undefined ? was.options : { ...given.options }
  const named = given.name === undefined ? (was.name === variantName(was.options) ? null : was.name) : given.name
  return {
    id: was.id, options, name: named ?? variantName(options),
    sku: given.sku === undefined ? was.sku : given.sku,
    price: given.price ? amountIn(currency, given.price, `/variants/${at}/price`) : was.price,
    compareAtPrice: given.compareAtPrice === undefined ? was.compareAtPrice : compareAt(currency, given.compareAtPrice, `/variants/${at}`),
    weightGrams: given.weightGrams === undefined ? was.weightGrams : given.weightGrams,
  }
}

/** What a patch does with one variant of its list. */
export type VariantChange = { is: 'known'; id: string; patch: VariantPatch } | { is: 'new'; given: NewVariant }

/** A patch's list as far as it can be judged without the product; throws what is wrong with it in itself. */
export const variantChanges = (given: readonly VariantPatch[], currency: string): VariantChange[] => {
  const ids = new Set<string>()
  return given.map((patch, at) => {
    const { id: written, price, stock, ...rest } = patch
    const path = `/variants/${at}`
    if (price) amountIn(currency, price, `${path}/price`)
    compareAt(currency, patch.compareAtPrice, path)
    if (written === undefined) {
      if (!price) throw wrongField(`${path}/price`, 'is needed for a new variant')
      if (stock === undefined) throw wrongField(`${path}/stock`, 'is needed for a new variant')
      return { is: 'new', given: { ...rest, price, stock } }
    }
    const id = written.toLowerCase()
    if (ids.has(id)) throw wrongField(`${path}/id`, 'stands here twice')
    ids.add(id)
    if (stock !== undefined) throw wrongField(`${path}/stock`, 'is set where the variant is new; change it at …/variants/{variantId}/stock')
    return { is: 'known', id, patch }
  })
}

/** The whole list as a patch gives it: known ones by id, new ones with the stock they begin with. */
export const patchedVariants = (
  was: readonly VariantRecord[], changes: readonly VariantChange[], currency: string, newId: () => string,
): { variants: VariantRecord[]; stock: { variantId: string; available: number | null }[] } => {
  const known = new Map(was.map((variant) => [variant.id, variant]))
  const stock: { variantId: string; available: number | null }[] = []
  const variants = changes.map((change, at) => {
    if (change.is === 'known') {
      const variant = known.get(change.id)
      if (!variant) throw variantNotFound(undefined, { errors: [{ in: 'body', path: `/variants/${at}/id`, message: 'is no variant of this product' }] })
      return changed(variant, change.patch, currency, at)
    }
    const variant = newVariant(newId(), change.given, currency, at)
    stock.push({ variantId: variant.id, available: change.given.stock })
    return variant
  })
  return { variants, stock }
}
