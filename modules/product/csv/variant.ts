import type { Column } from './columns.ts'
import { Refusal } from './flaw.ts'
import type { Row } from './rows.ts'
import type { Cell } from './run.ts'
import type { NamedStock } from './stock.ts'
import { readGrams, readPolicy, readPosition, readPrice, readQuantity, readText } from './values.ts'

/** What a row says of a variant, which is known by its option values. What it does not say is undefined. */
export interface NamedVariant {
  readonly line: number
  /** In the order of the options, '' for one that it lacks; none for a product without options. */
  readonly values: readonly string[]
  /** Which of several with the same values, from 1; null where nobody says. Our own column, which Shopify has no need for. */
  readonly number: number | null
  readonly name: string | undefined
  readonly sku: string | null | undefined
  readonly price: number | undefined
  readonly compareAtPrice: number | null | undefined
  readonly weightGrams: number | null | undefined
  readonly stock: NamedStock
}

const nameColumns = ['option1Name', 'option2Name', 'option3Name'] as const
const valueColumns = ['option1Value', 'option2Value', 'option3Value'] as const
/** A row with text in one of these is about a variant; the others stand in rows of images too, as some shops' quantities do. */
const telling: readonly Column[] = [...valueColumns, 'price', 'sku']
export const speaksOfVariant = (row: Row, cell: Cell): boolean =>
  telling.some((column) => Boolean(cell(row, column))) || (Boolean(cell(row, 'quantity')) && !cell(row, 'image'))

/** What tells variants of one product apart. */
export const variantKey = (values: readonly string[], number: number): string => JSON.stringify([number, ...values])

/** Shopify's way of saying that there are no options. */
const isDefault = (name: string | undefined, value: string | undefined): boolean =>
  (name === undefined || name === '' || name.toLowerCase() === 'title') && value?.toLowerCase() === 'default title'

/** The names of a run's options from the first row that tells one; empty where there are none, undefined where no row tells. */
export const optionNames = (rows: readonly Row[], cell: Cell): readonly string[] | undefined => {
  for (const row of rows) {
    const names = nameColumns.map((column) => cell(row, column) ?? '')
    const [first] = names
    if (names.every((name) => name === '')) continue
    if (isDefault(first, cell(row, 'option1Value')) && names[1] === '' && names[2] === '') return []
    const last = names.findLastIndex((name) => name !== '')
    const told = names.slice(0, last + 1).map((name) => readText(name, 'An option\'s name', 100))
    if (told.includes('')) throw new Refusal('option_name_required', 'An option between others has no name')
    if (new Set(told.map((name) => name.toLowerCase())).size < told.length) throw new Refusal('duplicate_option', `Two options have one name: ${told.join(', ')}`)
    return told
  }
  return undefined
}

export const readVariant = (row: Row, cell: Cell, exponent: number): NamedVariant => {
  const said = <T>(column: Column, read: (text: string) => T): T | null | undefined => {
    const text = cell(row, column)
    if (text === undefined) return undefined
    return text === '' ? null : read(text)
  }
  return {
    line: row.line,
    values: readValues(row, cell),
    number: said('ownVariantNumber', readPosition) ?? null,
    name: said('ownVariantName', (text) => readText(text, 'The variant\'s name', 500)) ?? undefined,
    sku: said('sku', (text) => readText(text, 'The SKU', 255)),
    price: said('price', (text) => readPrice(text, exponent, 'invalid_price')) ?? undefined,
    compareAtPrice: said('compareAt', (text) => readPrice(text, exponent, 'invalid_compare_at_price')),
    weightGrams: readWeight(row, cell),
    stock: {
      tracked: said('tracker', () => true),
      quantity: said('quantity', readQuantity) ?? null,
      oversold: said('policy', readPolicy) === 'continue',
    },
  }
}

const readValues = (row: Row, cell: Cell): string[] => {
  const values = valueColumns.map((column) => cell(row, column) ?? '')
  const [first, second, third] = values
  if (isDefault(cell(row, 'option1Name'), first) && second === '' && third === '') return []
  const last = values.findLastIndex((value) => value !== '')
  return values.slice(0, last + 1).map((value) => readText(value, 'An option\'s value', 200))
}

const readWeight = (row: Row, cell: Cell): number | null | undefined => {
  const grams = cell(row, 'grams')
  if (grams) return readGrams(grams)
  const weight = cell(row, 'weight')
  if (weight) return readGrams(weight, cell(row, 'weightUnit') || 'no unit')
  return grams === undefined && weight === undefined ? undefined : null
}
