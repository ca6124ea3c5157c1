import fc from 'fast-check'
import type { Schema } from './fits.ts'

/** Real values for fields, by the field's name: with these, requests get past the first look-up. */
export type Known = (field: string) => fc.Arbitrary<unknown> | null

const wellFormed = (text: string): boolean => text.isWellFormed() && !text.includes('\0')
const MOST_CHARACTERS = 60
const text = (schema: Schema): fc.Arbitrary<string> => {
  const least = Number(schema['minLength'] ?? 0)
  const most = Math.max(least, Math.min(Number(schema['maxLength'] ?? MOST_CHARACTERS), MOST_CHARACTERS))
  switch (schema['format']) {
    case 'uuid': return fc.uuid()
    case 'email': return fc.integer({ min: 0, max: 1e9 }).map((n) => `fuzz-${n}@example.com`)
    case 'date-time': return fc.date({ min: new Date('1990-01-01'), max: new Date('2060-01-01'), noInvalidDate: true }).map((date) => date.toISOString())
    case 'uri': return fc.webUrl().filter((url) => url.length <= most * 10)
  }
  const free = fc.oneof(
    fc.string({ minLength: least, maxLength: most, unit: 'grapheme' }),
    fc.lorem({ maxCount: 3 }).map((words) => words.slice(0, most)),
  ).filter((value) => value.length >= least && value.length <= most && wellFormed(value))
  if (schema['pattern'] === undefined) return free
  const pattern = new RegExp(schema['pattern'], 'u')
  // Words fit most patterns, and are what deep code likes best; what a pattern allows besides comes from the pattern.
  return fc.oneof(
    { weight: 1, arbitrary: free.map((value) => (pattern.test(value) ? value : null)) },
    { weight: 1, arbitrary: fc.stringMatching(pattern, { maxLength: most }).filter((value) => value.length >= least && value.length <= most && wellFormed(value)) },
  ).filter((value) => value !== null)
}

/** Values that fit a schema, up to a small size; `known` is preferred where it knows a field. */
export const valid = (schema: Schema, known: Known): fc.Arbitrary<unknown> => {
  if (schema['const'] !== undefined) return fc.constant(schema['const'])
  if (schema['anyOf'] !== undefined) return fc.oneof(...schema['anyOf'].map((one: Schema) => valid(one, known)))
  switch (schema['type']) {
    case 'string': return text(schema)
    case 'boolean': return fc.boolean()
    case 'null': return fc.constant(null)
    case 'integer': case 'number': {
      const [min, max] = [Number(schema['minimum'] ?? -1_000_000), Number(schema['maximum'] ?? 1_000_000)]
      const small = fc.integer({ min, max: Math.min(max, min + 20) })
      return fc.oneof({ weight: 3, arbitrary: small }, { weight: 1, arbitrary: fc.maxSafeInteger().map((n) => Math.max(min, Math.min(max, n))) })
    }
    case 'array': return fc.array(valid(schema['items'], known), { minLength: Number(schema['minItems'] ?? 0), maxLength: Math.min(Number(schema['maxItems'] ?? 4), Math.max(4, Number(schema['minItems'] ?? 0))) })
      .map((items) => (schema['uniqueItems'] === true ? [...new Set(items)] : items))
    case 'object': return object(schema, known)
    default: return fc.jsonValue({ maxDepth: 3 })
  }
}

const object = (schema: Schema, known: Known): fc.Arbitrary<Record<string, unknown>> => {
  const [free] = Object.entries<Schema>(schema['patternProperties'] ?? {})
  if (free !== undefined) {
    const key = text({ type: 'string', pattern: free[0], maxLength: 20 })
    return fc.dictionary(key, valid(free[1], known), { maxKeys: Math.min(3, Number(schema['maxProperties'] ?? 3)) })
  }
  const entries = Object.entries<Schema>(schema['properties'] ?? {}).map(([name, one]) => {
    const real = known(name)
    const made = valid(one, known)
    return [name, real === null ? made : fc.oneof({ weight: 4, arbitrary: real }, { weight: 1, arbitrary: made })] as const
  })
  return fc.record(Object.fromEntries(entries), { requiredKeys: schema['required'] ?? [] })
}
