import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { Option } from '../contract/schemas.ts'
import { type FlawCode, Refusal } from './flaw.ts'
import type { Row } from './rows.ts'
import type { Cell } from './run.ts'

/** Our own columns hold JSON; `print.ts` writes them, for what Shopify's cannot say. */
export const parsed = (text: string, code: FlawCode): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(code, 'What stands in this column of ours is not JSON')
  }
}

const Attributes = Type.Record(Type.String({ maxLength: 255 }), Type.Unknown(), { maxProperties: 1000 })
const Tags = Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 250 })
const Options = Type.Array(Option, { maxItems: 3 })

const deepest = 32
const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' && value !== null && (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)))

export const readAttributes = (text: string): Static<typeof Attributes> => {
  const value = text.length > 1_000_000 ? undefined : parsed(text, 'invalid_attributes')
  if (Array.isArray(value) || !Value.Check(Attributes, value) || isDeeper(value, deepest))
    throw new Refusal('invalid_attributes', `Mercado / Attributes is no JSON object of at most 1000 names and ${deepest} levels`)
  return value
}

/** Tags with a comma in them, which `Tags` would split. Where `Tags` was edited since, that counts and not this. */
export const readOwnTags = (row: Row, cell: Cell): readonly string[] | undefined => {
  const text = cell(row, 'ownTags')
  if (!text) return undefined
  const value = parsed(text, 'invalid_tags')
  if (!Value.Check(Tags, value)) throw new Refusal('invalid_tags', 'Mercado / Tags is no JSON list of at most 250 texts of 255 characters')
  return (cell(row, 'tags') ?? writtenTags(value)) === writtenTags(value) ? value : undefined
}
/** Tags as the column `Tags` holds them. */
export const writtenTags = (tags: readonly string[]): string => tags.map((tag) => tag.trim()).join(', ').trim()

/** The options with their values' order, where it is another than the variants'. */
export const readOptions = (row: Row, cell: Cell): readonly Static<typeof Option>[] | undefined => {
  const text = cell(row, 'ownOptions')
  if (!text) return undefined
  const value = parsed(text, 'invalid_options')
  if (!Value.Check(Options, value)) throw new Refusal('invalid_options', 'Mercado / Options is not [{"name": …, "values": […]}, …]')
  return value
}
