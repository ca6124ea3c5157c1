import type { Status } from '../store.ts'
import { cleanHtml } from '../rules/html.ts'
import { type CategoryStep, readCategory } from './category.ts'
import type { Column } from './columns.ts'
import { type Flaw, Refusal } from './flaw.ts'
import { type NamedImage, readImage } from './images.ts'
import { readAttributes, readOptions, readOwnTags } from './own.ts'
import type { Row } from './rows.ts'
import type { Cell, Run } from './run.ts'
import { readFlag, readStatus, readTags, readText } from './values.ts'
import { optionNames, type NamedVariant, readVariant, speaksOfVariant, variantKey } from './variant.ts'

/** What a run says of a product. What it does not say is undefined: it stays as it is. */
export interface NamedProduct {
  readonly line: number
  readonly slug: string
  readonly name: string | undefined
  readonly description: string | null | undefined
  readonly vendor: string | null | undefined
  /** From the root to the product's own. */
  readonly category: readonly CategoryStep[] | null | undefined
  readonly tags: readonly string[] | undefined
  readonly status: Status | undefined
  readonly attributes: Readonly<Record<string, unknown>> | undefined
  /** The options' names where the run tells any; an empty list is a product without options. */
  readonly options: readonly string[] | undefined
  /** The order of the options' values, where it is another than the variants'. */
  readonly values: readonly { name: string; values: readonly string[] }[] | undefined
  readonly variants: readonly NamedVariant[]
  readonly images: readonly NamedImage[]
}

/** How many rows of a run speak of variants, for the count of those that failed. */
export type ReadRun = { is: 'product'; product: NamedProduct } | { is: 'refused'; flaws: readonly Flaw[]; variants: number }

export interface ReadOptions { cell: Cell; columns: number; exponent: number }

/** Reads a run whole: all its flaws are found, the first of each row. */
export const readRun = ({ slug, rows, more }: Run, options: ReadOptions): ReadRun => {
  const { cell } = options
  const flaws: Flaw[] = []
  const attempt = <T>(row: Row, read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (flaws.at(-1)?.line !== row.line) flaws.push({ line: row.line, code: error.code, message: error.message })
      return undefined
    }
  }
  const [first] = rows
  if (first === undefined) throw new Error('A run has rows')
  for (const row of rows) attempt(row, () => refuseDamage(row, options.columns))

  const main = rows.find((row) => cell(row, 'title')) ?? first
  const names = attempt(main, () => optionNames(rows, cell))
  const about = attempt(main, () => readMain(main, cell))
  const variants: NamedVariant[] = []
  const images: NamedImage[] = []
  let speaking = 0
  for (const row of rows) {
    if (speaksOfVariant(row, cell)) {
      speaking += 1
      const variant = attempt(row, () => readVariant(row, cell, options.exponent))
      if (variant) variants.push(variant)
    }
    const image = attempt(row, () => readImage(row, cell))
    if (image) images.push(image)
  }
  refuseTwice(variants, flaws)
  if (more > 0) flaws.push({ line: first.line, code: 'too_many_variants', message: 'A product has at most 2048 variants and 250 images' })
  if (slug === null) flaws.push({ line: first.line, code: 'handle_required', message: 'There is neither a handle nor a title' })
  if (flaws.length > 0 || about === undefined || slug === null)
    return { is: 'refused', flaws: flaws.sort((a, b) => a.line - b.line), variants: speaking + more }
  return { is: 'product', product: { line: first.line, slug, ...about, options: names, variants, images } }
}

const refuseDamage = (row: Row, columns: number): void => {
  if (row.broken) throw new Refusal('invalid_encoding', 'The row is not UTF-8')
  if (row.cells.length > columns && row.cells.slice(columns).some((text) => text.trim() !== ''))
    throw new Refusal('too_many_cells', `${row.cells.length} cells under ${columns} columns: is there a comma outside of quotation marks?`)
}

const refuseTwice = (variants: readonly NamedVariant[], flaws: Flaw[]): void => {
  const lines = new Map<string, number>()
  for (const { line, values, number } of variants) {
    const key = variantKey(values, number ?? 1)
    const before = lines.get(key)
    if (before === undefined) lines.set(key, line)
    else flaws.push({ line, code: 'duplicate_variant', message: `Line ${before} has the same option values: ${values.join(' / ') || 'none'}` })
  }
}

/** What the row with the title says of the product itself. */
const readMain = (row: Row, cell: Cell) => {
  const title = cell(row, 'title')
  // A row without its title belongs to a product told elsewhere: there, blank says nothing.
  const overwrites = title !== ''
  const said = <T>(column: Column, read: (text: string) => T, blank: T): T | undefined => {
    const text = cell(row, column)
    if (text === undefined) return undefined
    return text === '' ? (overwrites ? blank : undefined) : read(text)
  }
  return {
    name: title ? readText(title, 'The title', 500) : undefined,
    description: said<string | null>('body', readBody, null),
    vendor: said<string | null>('vendor', (text) => readText(text, 'The vendor', 255), null),
    category: readCategory(row, cell, overwrites),
    tags: readOwnTags(row, cell) ?? said('tags', readTags, []),
    status: readState(row, cell),
    attributes: said('ownAttributes', readAttributes, {}),
    values: readOptions(row, cell),
  }
}

const readBody = (text: string): string | null => {
  if (text.length > 200_000) throw new Refusal('too_long', `The description is ${text.length} characters long; at most 200000 fit`)
  const clean = cleanHtml(text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, ''))
  return clean.trim() === '' ? null : clean
}

/** `Published` false makes an active product a draft; both blank say nothing. */
const readState = (row: Row, cell: Cell): Status | undefined => {
  const status = cell(row, 'status') || undefined
  const published = cell(row, 'published') || undefined
  const state = status === undefined ? undefined : readStatus(status)
  if (published === undefined) return state
  const visible = readFlag(published, 'invalid_published')
  if (state === 'archived') return state
  return visible ? (state ?? 'active') : 'draft'
}
