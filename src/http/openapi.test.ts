import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { type Static, Type } from '@sinclair/typebox'
import { Html, Stream } from '../contract/content.ts'
import { contract } from '../contract/contract.ts'
import { fault } from '../contract/fault.ts'
import { Money } from '../contract/money.ts'
import { operation } from '../contract/operation.ts'
import { Page, paging } from '../contract/page.ts'
import { Closed, Id, Nullable, PathId, Text, Time } from '../contract/scalars.ts'
import { openapi } from './openapi.ts'

const Category = Type.Recursive((This) => Closed({ slug: Type.String(), name: Type.String(), children: Type.Array(This) }))
const Thing = Closed({ id: Id, name: Type.String(), price: Money, was: Nullable(Money), made: Time, category: Nullable(Closed({ slug: Type.String(), name: Type.String(), rank: Type.Integer() })) })
type Thing = Static<typeof Thing>
const taken = fault('slug_taken', 409, 'The slug belongs to another thing')

const shop = contract('shop', {
  port: 0, inner: {}, events: {}, hears: {},
  operations: {
    list: operation('GET /things', { access: 'public', summary: 'List things', takes: Closed({ ...paging, tag: Type.Optional(Type.Array(Type.String({ maxLength: 9 }))) }), returns: Page(Thing) }),
    read: operation('GET /things/{id}', { access: 'public', summary: 'Read a thing', takes: Closed({ id: PathId }), returns: Thing }),
    make: operation('POST /things', {
      access: 'products:write', summary: 'Make a thing', status: 201, keyed: 'required', faults: [taken], limit: { name: 'make', limit: 5, windowS: 60, per: 'caller' },
      takes: Closed({ name: Text(20), price: Money, slug: Type.Optional(Type.String()) }), returns: Thing,
    }),
    change: operation('PATCH /things/{id}', { access: 'products:write', summary: 'Change it', headers: { ifMatch: 'If-Match' }, takes: Closed({ id: PathId, ifMatch: Type.Optional(Type.String()), name: Type.Optional(Text(20)) }), returns: Thing }),
    end: operation('DELETE /things/{id}', { access: 'products:write', summary: 'End it', status: 204, takes: Closed({ id: PathId }), returns: Closed({}) }),
    tree: operation('GET /categories', { access: 'public', summary: 'The tree', takes: Closed({}), returns: Closed({ items: Type.Array(Category) }) }),
    branch: operation('GET /categories/{slug}', { access: 'public', summary: 'A branch', takes: Closed({ slug: PathId }), returns: Category }),
    load: operation('POST /import', { access: 'products:write', summary: 'Load', takes: Closed({ body: Stream('text/csv') }), returns: Closed({ rows: Type.Integer() }) }),
    page: operation('POST /page', { access: 'visitor', summary: 'A page', takes: Closed({ answer: Type.String() }), returns: Html }),
    login: operation('POST /login', { access: 'visitor', ignoresToken: true, summary: 'Log in', takes: Closed({ name: Type.String() }), returns: Closed({ token: Type.String() }) }),
  },
})
const document = JSON.parse(JSON.stringify(openapi([shop], { title: 'Shop', version: '1.0.0' })))

/** An independent validator's word on a document. */
export const problemsOf = async (of: Record<string, unknown>): Promise<unknown> => {
  const { valid, errors } = await new Validator().validate(structuredClone(of))
  return valid ? null : errors
}

test('the document is valid by an independent validator', async () => assert.equal(await problemsOf(document), null))

test('and a broken one is not', async () => assert.notEqual(await problemsOf({ ...document, paths: { '/x': { get: { responses: 5 } } } }), null))

test('every reference leads somewhere, and no schema is named inline', () => {
  const text = JSON.stringify(document)
  assert.doesNotMatch(text, /"\$id"/)
  for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) assert.ok(document.components.schemas[name], name)
  assert.equal([...text.matchAll(/"\$ref":"(?!#\/components\/)/g)].length, 0)
})

test('what stands in several places is written once', () => {
  const { schemas } = document.components
  assert.ok(schemas.Money && schemas.Problem)
  assert.equal(Object.values(schemas).filter((schema) => JSON.stringify(schema).includes('"ISO 4217"')).length, 1)
  const read = document.paths['/things/{id}'].get.responses['200'].content['application/json'].schema
  const listed = schemas[document.paths['/things'].get.responses['200'].content['application/json'].schema.$ref?.split('/').at(-1)] ?? document.paths['/things'].get.responses['200'].content['application/json'].schema
  assert.deepEqual(listed.properties.items.items, read)
})

test('each operation lists the codes it may answer, its own and those that follow from it', () => {
  const codes = (path: string, method: string) => Object.values<{ content?: Record<string, { schema: { allOf?: { properties?: { code: { enum: string[] } } }[] } }> }>(document.paths[path][method].responses)
    .flatMap(({ content }) => content?.['application/problem+json']?.schema.allOf?.[1]?.properties?.code.enum ?? [])
  const make = codes('/things', 'post')
  for (const code of ['slug_taken', 'idempotency_key_required', 'idempotency_key_reused', 'forbidden', 'token_expired', 'unsupported_media_type', 'body_too_large', 'invalid_json', 'rate_limited', 'internal_error']) assert.ok(make.includes(code), code)
  const list = codes('/things', 'get')
  assert.ok(list.includes('invalid_cursor'))
  for (const code of ['slug_taken', 'forbidden', 'body_too_large', 'idempotency_key_required']) assert.ok(!list.includes(code), code)
  assert.ok(codes('/things/{id}', 'patch').includes('version_mismatch'))
  assert.ok(!codes('/login', 'post').includes('token_expired'))
})

test('who may call is told, and the headers that are read', () => {
  assert.deepEqual(document.paths['/things'].post.security, [{ bearer: [] }])
  assert.deepEqual(document.paths['/things'].get.security, [])
  assert.deepEqual(document.paths['/things'].post.parameters.map(({ name, required }: { name: string; required: boolean }) => [name, required]), [['Idempotency-Key', true]])
  assert.deepEqual(document.paths['/things/{id}'].patch.parameters.map(({ name, in: place }: { name: string; in: string }) => [name, place]), [['id', 'path'], ['If-Match', 'header']])
  assert.deepEqual(Object.keys(document.paths['/page'].post.requestBody.content), ['application/json', 'application/x-www-form-urlencoded'])
  assert.deepEqual(Object.keys(document.paths['/import'].post.requestBody.content), ['text/csv'])
})
