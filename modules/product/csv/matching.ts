import type { Option, ProductRecord, VariantRecord } from '../store.ts'
import { optionsOf, valueOf } from '../rules/variants.ts'
import { Refusal } from './flaw.ts'
import type { NamedProduct } from './product.ts'
import { type NamedVariant, variantKey } from './variant.ts'

/** The options' names: the run's; where it tells none, or nothing of variants, the product's. A product keeps how many it has. */
export const namesOf = (named: NamedProduct, was: ProductRecord | undefined): readonly string[] => {
  if (was === undefined) return named.options ?? []
  const now = was.options.map(({ name }) => name)
  if (named.options === undefined || named.variants.length === 0) return now
  if (named.options.length !== now.length)
    throw new Refusal('options_differ', `The product has ${listed(now)}; here are ${listed(named.options)}. Change the product's options first`)
  return named.options.map((name, at) => (now[at]?.trim() === name ? now[at] : name))
}
const listed = (names: readonly string[]) => (names.length === 0 ? 'no options' : `the options ${names.join(', ')}`)

/** The product's variants by what tells them apart. */
export const knownBy = (was: ProductRecord | undefined): ReadonlyMap<string, VariantRecord> => {
  const known = new Map<string, VariantRecord>()
  for (const variant of was?.variants ?? []) {
    const values = was?.options.map(({ name }) => valueOf(variant.options, name)?.trim() ?? '') ?? []
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

export const keyOf = ({ values, number }: NamedVariant, names: readonly string[], known: ReadonlyMap<string, VariantRecord>): string => {
  if (values.length > names.length) throw new Refusal('option_name_required', `There is a value ("${values.at(-1)}") for an option without a name`)
  const key = variantKey(values, number ?? 1)
  if (values.length === 0 && names.length > 0 && number === null && !known.has(key))
    throw new Refusal('option_value_required', `Which variant? There is no value for ${names.join(', ')}`)
  return key
}

/** Values keep the order they have, or are told in; new ones come behind. */
export const orderedOptions = (
  named: NamedProduct, was: ProductRecord | undefined, names: readonly string[], variants: readonly VariantRecord[],
): Option[] => {
  const used = new Map(optionsOf(variants).map(({ name, values }) => [name, values]))
  return names.map((name, at) => {
    const first = was ? was.options[at]?.values : named.values?.find((option) => option.name === name)?.values
    return { name, values: [...new Set([...(first ?? []), ...(used.get(name) ?? [])])] }
  })
}
