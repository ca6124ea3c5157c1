import type { Collection } from '../documents.ts'

type Schema = Record<string, unknown>

const types: Readonly<Record<string, Schema>> = {
  // The driver sends whole numbers as whatever holds them.
  integer: { bsonType: 'number', multipleOf: 1 },
  number: { bsonType: 'number' },
  string: { bsonType: 'string' },
  boolean: { bsonType: 'bool' },
  null: { bsonType: 'null' },
  array: { bsonType: 'array' },
  object: { bsonType: 'object' },
  Uint8Array: { bsonType: 'binData' },
}
/** What MongoDB's draft 4 means by the same word; others it refuses, or means otherwise. */
const alike = new Set([
  'enum', 'minimum', 'maximum', 'multipleOf', 'minLength', 'maxLength', 'pattern', 'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties',
])
const nested = new Set(['items', 'additionalItems', 'additionalProperties', 'not'])
const lists = new Set(['anyOf', 'allOf', 'oneOf', 'items'])
const records = new Set(['properties', 'patternProperties'])
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value)

const translated = (schema: Schema): Schema => {
  const to: Schema = {}
  for (const [word, value] of Object.entries(schema)) {
    if (word === 'type' && typeof value === 'string') Object.assign(to, types[value])
    else if (word === 'const') to['enum'] = [value]
    else if (word === 'required' && Array.isArray(value) && value.length > 0) to[word] = value
    else if (word === 'exclusiveMinimum' && typeof value === 'number') Object.assign(to, { minimum: value, exclusiveMinimum: true })
    else if (word === 'exclusiveMaximum' && typeof value === 'number') Object.assign(to, { maximum: value, exclusiveMaximum: true })
    else if (alike.has(word)) to[word] = value
    else if (nested.has(word) && typeof value === 'boolean') to[word] = value
    else if (nested.has(word) && isSchema(value)) to[word] = translated(value)
    else if (lists.has(word) && Array.isArray(value)) to[word] = value.filter(isSchema).map(translated)
    else if (records.has(word) && isSchema(value)) {
      to[word] = Object.fromEntries(Object.entries(value).flatMap(([name, one]) => (isSchema(one) ? [[name, translated(one)]] : [])))
    }
  }
  return to
}

/** What a collection's server holds its documents to. */
export const validatorOf = ({ shape, tells }: Pick<Collection, 'shape' | 'tells'>): Schema => {
  const schema = translated(shape)
  const { properties } = schema
  return { $jsonSchema: tells ? { ...schema, properties: { ...isSchema(properties) ? properties : {}, outbox: { bsonType: 'array' } } } : schema }
}
