import { Kind, type TSchema } from '@sinclair/typebox'
import { type TypeCheck } from '@sinclair/typebox/compiler'
import { type ValueError, ValueErrorType as Wrong } from '@sinclair/typebox/errors'
import type { Detail } from '../contract/fault.ts'

const MOST_ERRORS = 20
const MOST_EXAMINED = 1000

const article = (word: string): string => `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`
const formats: Readonly<Record<string, string>> = {
  uuid: 'a UUID', email: 'an e-mail address', 'date-time': 'a time in ISO 8601, such as 2026-01-31T12:00:00Z', uri: 'an absolute URL', date: 'a date such as 2026-01-31',
}

/** What a schema takes, in few words. */
const named = (schema: TSchema): string => {
  switch (schema[Kind]) {
    case 'Literal': return JSON.stringify(schema['const'])
    case 'Null': return 'null'
    case 'Object': case 'Record': return 'an object'
    case 'Union': return either((schema['anyOf'] ?? []).map(named))
    default: return typeof schema['type'] === 'string' ? article(schema['type']) : 'a value of another kind'
  }
}
const either = (options: readonly string[]): string => {
  const all = [...new Set(options)]
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`
}

const kindOf = (value: unknown): string => (value === null ? 'Null' : Array.isArray(value) ? 'Array' : typeof value === 'object' ? 'Object' : typeof value)
const takesKind = (schema: TSchema, value: unknown): boolean => {
  const kind = kindOf(value)
  switch (schema[Kind]) {
    case 'Object': case 'Record': return kind === 'Object'
    case 'Array': case 'Null': return kind === schema[Kind]
    case 'Integer': case 'Number': return kind === 'number'
    case 'Literal': return value === schema['const']
    default: return kind === schema['type']
  }
}

const sentence = ({ type, schema, value }: ValueError): string => {
  switch (type) {
    case Wrong.ObjectRequiredProperty: return 'is required'
    case Wrong.ObjectAdditionalProperties: return 'is not a field of this operation'
    case Wrong.StringMinLength: return schema['minLength'] === 1 ? 'must not be empty' : `must have at least ${schema['minLength']} characters`
    case Wrong.StringMaxLength: return `must have at most ${schema['maxLength']} characters`
    case Wrong.StringFormat: return `must be ${formats[String(schema['format'])] ?? schema['format']}`
    case Wrong.StringPattern: return typeof value === 'string' && value.trim() === '' ? 'must not be blank' : `must match ${schema['pattern']}`
    case Wrong.IntegerMinimum: case Wrong.NumberMinimum: return `must be at least ${schema['minimum']}`
    case Wrong.IntegerMaximum: case Wrong.NumberMaximum: return `must be at most ${schema['maximum']}`
    case Wrong.IntegerExclusiveMinimum: case Wrong.NumberExclusiveMinimum: return `must be above ${schema['exclusiveMinimum']}`
    case Wrong.IntegerExclusiveMaximum: case Wrong.NumberExclusiveMaximum: return `must be below ${schema['exclusiveMaximum']}`
    case Wrong.IntegerMultipleOf: case Wrong.NumberMultipleOf: return `must be a multiple of ${schema['multipleOf']}`
    case Wrong.ArrayMinItems: return `must have at least ${schema['minItems']} items`
    case Wrong.ArrayMaxItems: return `must have at most ${schema['maxItems']} items`
    case Wrong.ArrayUniqueItems: return 'must not repeat an item'
    case Wrong.ObjectMinProperties: return `must have at least ${schema['minProperties']} fields`
    case Wrong.ObjectMaxProperties: return `must have at most ${schema['maxProperties']} fields`
    default: return value === undefined ? 'is required' : `must be ${named(schema)}`
  }
}

/** The errors inside a union that speak of the value: those of the members of its kind, else which kinds there are. */
const insideUnion = (error: ValueError): Iterable<ValueError> | null => {
  const members: readonly TSchema[] = error.schema['anyOf'] ?? []
  const fitting = members.flatMap((member, at) => (takesKind(member, error.value) && member[Kind] !== 'Literal' ? [at] : []))
  const [only] = fitting
  return fitting.length === 1 && only !== undefined ? error.errors[only] ?? null : null
}

function* flat(errors: Iterable<ValueError>): Generator<ValueError> {
  for (const error of errors) {
    const inside = error.type === Wrong.Union && error.value !== undefined ? insideUnion(error) : null
    if (inside === null) yield error
    else yield* flat(inside)
  }
}

/** What is wrong with an input, a sentence a place, named by where in the request it came from. */
export const whatIsWrong = (check: TypeCheck<TSchema>, input: unknown, placeOf: (field: string) => Detail['in'], wireName: (field: string) => string): Detail[] => {
  const found = new Map<string, Detail>()
  let examined = 0
  for (const error of flat(check.Errors(input))) {
    if (found.size >= MOST_ERRORS || ++examined > MOST_EXAMINED) break
    const [, field = '', ...rest] = error.path.split('/')
    const path = field === '' ? '' : ['', wireName(field), ...rest].join('/')
    if (!found.has(path)) found.set(path, { in: placeOf(field), path: path.slice(0, 300), message: sentence(error) })
  }
  return [...found.values()]
}
