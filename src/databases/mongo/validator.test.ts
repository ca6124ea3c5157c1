import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { validatorOf } from './validator.ts'

test('a shape is said in the words that MongoDB knows, and in no others', () => {
  const shape = Type.Object({
    _id: Type.String({ format: 'uuid', minLength: 1, description: 'its key' }),
    count: Type.Integer({ minimum: 0, default: 1 }),
    price: Type.Optional(Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()])),
    status: Type.Union([Type.Literal('active'), Type.Literal('draft')]),
    flags: Type.Tuple([Type.Boolean(), Type.String()]),
    holds: Type.Record(Type.String(), Type.Object({ seal: Type.Uint8Array() }, { additionalProperties: false })),
    rest: Type.Unknown(),
  }, { $id: 'thing', additionalProperties: false })
  assert.deepEqual(validatorOf({ shape, tells: true }), { $jsonSchema: {
    bsonType: 'object',
    required: ['_id', 'count', 'status', 'flags', 'holds', 'rest'],
    additionalProperties: false,
    properties: {
      _id: { bsonType: 'string', minLength: 1 },
      count: { bsonType: 'number', multipleOf: 1, minimum: 0 },
      price: { anyOf: [{ bsonType: 'number', minimum: 0, exclusiveMinimum: true }, { bsonType: 'null' }] },
      status: { anyOf: [{ bsonType: 'string', enum: ['active'] }, { bsonType: 'string', enum: ['draft'] }] },
      flags: { bsonType: 'array', items: [{ bsonType: 'bool' }, { bsonType: 'string' }], additionalItems: false, minItems: 2, maxItems: 2 },
      holds: { bsonType: 'object', patternProperties: { '^(.*)$': { bsonType: 'object', required: ['seal'], additionalProperties: false, properties: { seal: { bsonType: 'binData' } } } } },
      rest: {},
      outbox: { bsonType: 'array' },
    },
  } })
})

test('a shape of which nothing is required says so by silence: an empty list is refused', () => {
  assert.deepEqual(validatorOf({ shape: Type.Object({ n: Type.Optional(Type.Integer()) }) }),
    { $jsonSchema: { bsonType: 'object', properties: { n: { bsonType: 'number', multipleOf: 1 } } } })
})
