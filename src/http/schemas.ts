import type { TSchema } from '@sinclair/typebox'

export type JsonSchema = Record<string, unknown>
export interface Hoisted {
  /** The schema as it stands in a document: what is shared is a reference. `name` is used where it becomes one. */
  refer(schema: TSchema, name: string): JsonSchema
  /** The shared ones, by name: for `components.schemas`. */
  all(): Record<string, JsonSchema>
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const pascal = (text: string): string => text.replace(/(?:^|[^a-zA-Z0-9]+)([a-zA-Z0-9])/g, (_, first: string) => first.toUpperCase()).replace(/[^a-zA-Z0-9]/g, '')
const generated = /^T\d+$/
/** Below this many characters of JSON a reference is no shorter to read than the schema. */
const LEAST_SHARED = 90

/**
 * Gathers schemas that stand in several places, so that a document names each once. Two passes: what `refer` meets is
 * counted first (`count`), then written. Recursive schemas (`$id` and `$ref` in TypeBox) always become references, for
 * an inline `$id` used twice is not valid.
 */
export const hoister = (): Hoisted & { count(schema: TSchema): void } => {
  const seen = new Map<string, number>()
  const named = new Map<string, string>()
  const written: Record<string, JsonSchema> = {}

  const textOf = (schema: Record<string, unknown>) => JSON.stringify(schema)
  const count = (schema: unknown): void => {
    if (Array.isArray(schema)) return schema.forEach(count)
    if (!isRecord(schema)) return
    const key = textOf(schema)
    if (schema['type'] === 'object' && schema['properties'] !== undefined && key.length >= LEAST_SHARED) seen.set(key, (seen.get(key) ?? 0) + 1)
    Object.values(schema).forEach(count)
  }
  const free = (wanted: string): string => {
    const base = pascal(wanted) || 'Schema'
    for (let at = 1; ; at++) {
      const name = at === 1 ? base : `${base}${at}`
      if (written[name] === undefined) return name
    }
  }
  const hoist = (key: string, wanted: string, write: (name: string) => JsonSchema): JsonSchema => {
    let name = named.get(key)
    if (name === undefined) {
      name = free(wanted)
      named.set(key, name)
      written[name] = {}
      written[name] = write(name)
    }
    return { $ref: `#/components/schemas/${name}` }
  }
  const members = (schema: Record<string, unknown>, name: string, ids: ReadonlyMap<string, string>): JsonSchema => {
    const out: JsonSchema = {}
    for (const [key, value] of Object.entries(schema)) {
      if (key === '$id' || value === undefined) continue
      if (key === 'properties' && isRecord(value)) out[key] = Object.fromEntries(Object.entries(value).map(([field, one]) => [field, walk(one, singular(field, one, name), ids)]))
      else if (key === 'default' || key === 'const' || key === 'enum' || key === 'examples' || key === 'required') out[key] = value
      else if (key === 'patternProperties' && isRecord(value)) out[key] = Object.fromEntries(Object.entries(value).map(([pattern, one]) => [pattern, walk(one, name, ids)]))
      else if (Array.isArray(value)) out[key] = value.map((one) => walk(one, name, ids))
      else out[key] = walk(value, name, ids)
    }
    return out
  }
  const singular = (field: string, schema: unknown, owner: string): string => {
    if (!isRecord(schema) || schema['type'] !== 'array') return field
    return field === 'items' ? owner.replace(/List$/, '') + 'Item' : field.replace(/ies$/, 'y').replace(/s$/, '')
  }
  const walk = (schema: unknown, name: string, ids: ReadonlyMap<string, string>): unknown => (isRecord(schema) ? place(schema, name, ids) : schema)
  const place = (schema: Record<string, unknown>, name: string, ids: ReadonlyMap<string, string>): JsonSchema => {
    const own = typeof schema['title'] === 'string' ? schema['title'] : name
    const { $ref, $id } = schema
    if (typeof $ref === 'string') return { $ref: `#/components/schemas/${ids.get($ref) ?? $ref}` }
    const key = textOf(schema)
    if (typeof $id === 'string') {
      return hoist(key, generated.test($id) ? own : $id, (given) => members(schema, own, new Map([...ids, [$id, given]])))
    }
    return (seen.get(key) ?? 0) > 1 ? hoist(key, own, () => members(schema, own, ids)) : members(schema, own, ids)
  }
  return { count, refer: (schema, name) => place(schema, name, new Map()), all: () => Object.fromEntries(Object.entries(written).sort(([a], [b]) => (a < b ? -1 : 1))) }
}
