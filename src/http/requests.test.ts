import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { invalidInput } from '../contract/faults.ts'
import { contract } from '../contract/contract.ts'
import { operation } from '../contract/operation.ts'
import { Closed, Email, Id, Nullable, PathId, Text } from '../contract/scalars.ts'
import { Raw, Stream } from '../contract/content.ts'
import { type Served, serveContract } from '../../test/served.ts'

const about = { summary: 'For the tests', returns: Type.Unknown() }
const shop = contract('shop', {
  port: 0, inner: {}, events: {}, hears: {},
  operations: {
    list: operation('GET /things', {
      ...about, access: 'public',
      takes: Closed({
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })), tag: Type.Optional(Type.Array(Type.String({ maxLength: 10 }), { maxItems: 3 })),
        inStock: Type.Optional(Type.Boolean()), sort: Type.Optional(Type.Union([Type.Literal('name'), Type.Literal('-name')])), q: Type.Optional(Type.String({ maxLength: 50 })),
      }),
    }),
    export: operation('GET /things/export', { ...about, access: 'public', takes: Closed({}) }),
    read: operation('GET /things/{id}', { ...about, access: 'public', takes: Closed({ id: PathId }) }),
    make: operation('POST /things', {
      ...about, access: 'public', status: 201, keyed: 'optional',
      takes: Closed({
        name: Text(20), email: Type.Optional(Email), parent: Type.Optional(Nullable(Id)), size: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
        parts: Type.Optional(Type.Array(Closed({ sku: Nullable(Type.String({ maxLength: 5 })), kind: Type.Union([Type.Literal('a'), Type.Literal('b')]) }), { maxItems: 3 })),
        free: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      }),
    }),
    change: operation('PATCH /things/{id}', { ...about, access: 'public', headers: { ifMatch: 'If-Match' }, takes: Closed({ id: PathId, ifMatch: Type.Optional(Type.String({ maxLength: 20 })), name: Type.Optional(Text(20)) }) }),
    rename: operation('PATCH /names/{name}', { ...about, access: 'public', holes: { was: 'name' }, takes: Closed({ was: PathId, name: Type.Optional(Text(20)) }) }),
    buy: operation('POST /things/{id}/buy', { ...about, access: 'public', keyed: 'required', takes: Closed({ id: PathId }) }),
    end: operation('DELETE /things/{id}', { ...about, access: 'public', status: 204, takes: Closed({ id: PathId, hard: Type.Optional(Type.Boolean()) }) }),
    load: operation('POST /things/import', { ...about, access: 'public', bodyBytes: Infinity, takes: Closed({ body: Stream('text/csv'), dry: Type.Optional(Type.Boolean()), stop: Type.Optional(Type.Boolean()) }) }),
    hook: operation('POST /hook/{name}', { ...about, access: 'public', takes: Closed({ name: PathId, body: Raw }) }),
  },
})
const echo = async (input: unknown, { key }: { key?: string }) => ({ input, key: key ?? null })

let served: Served
before(async () => {
  served = await serveContract(shop, {
    list: echo, export: echo, read: echo, make: echo, change: echo, rename: echo, buy: echo, end: echo,
    load: async (input) => {
      const { body, dry, stop } = input as { body: ReadableStream<Uint8Array>; dry?: boolean; stop?: boolean }
      let bytes = 0
      for await (const chunk of body) {
        bytes += chunk.byteLength
        if (stop) throw invalidInput('Not this file')
      }
      return { bytes, dry: dry ?? null }
    },
    hook: async (input) => {
      const { name, body } = input as { name: string; body: { bytes: Uint8Array; headers: Headers } }
      return { name, text: new TextDecoder().decode(body.bytes), signature: body.headers.get('x-signature') }
    },
  })
})
after(() => served.end())

const messages = (body: { errors: { in: string; path: string; message: string }[] }) => body.errors.map(({ in: place, path, message }) => `${place} ${path} ${message}`)

test('query parameters are read strictly, and absent ones have their defaults', async () => {
  assert.deepEqual((await served.get('/things')).body.input, { limit: 20 })
  assert.deepEqual((await served.get('/things?limit=5&tag=a&tag=b+c&inStock=true&sort=-name&q=%C3%A9')).body.input, { limit: 5, tag: ['a', 'b c'], inStock: true, sort: '-name', q: 'é' })
})

const badQueries: [string, RegExp][] = [
  ['limit=1.9', /query \/limit must be an integer/], ['limit=', /query \/limit must be an integer/], ['limit=1e3', /query \/limit must be an integer/],
  ['limit=0', /query \/limit must be at least 1/], ['limit=101', /query \/limit must be at most 100/], ['limit=-1', /at least 1/], ['limit=99999999999999999999', /must be an integer/],
  ['limit=5&limit=6', /query \/limit is given more than once/], ['size=1', /query \/size is not a parameter/], ['tag=a&tag=b&tag=c&tag=d', /query \/tag must have at most 3 items/],
  ['inStock=yes', /query \/inStock must be a boolean/], ['sort=price', /query \/sort must be "name" or "-name"/], ['q=%ff', /query \/q is not percent-encoded/], ['q=%00', /query \/q holds a NUL/],
  ['__proto__=1', /query \/__proto__ is not a parameter/], ['%gg=1', /percent-encoded/],
]
for (const [query, expected] of badQueries) {
  test(`the query ${query} is refused with its parameter named`, async () => {
    const { status, body } = await served.get(`/things?${query}`)
    assert.equal(status, 400)
    assert.equal(body.code, 'invalid_input')
    assert.match(messages(body).join('\n'), expected)
  })
}

const badBodies: [string, unknown, RegExp][] = [
  ['a missing field', {}, /^body \/name is required$/],
  ['a blank text', { name: '  ' }, /body \/name must not be blank/],
  ['a number as text', { name: 'a', size: '2' }, /body \/size must be an integer/],
  ['a number out of range', { name: 'a', size: 1e300 }, /body \/size must be/],
  ['an unknown field', { name: 'a', role: 'admin' }, /body \/role is not a field/],
  ['a malformed e-mail', { name: 'a', email: 'x' }, /body \/email must be an e-mail address/],
  ['a malformed id that may be null', { name: 'a', parent: 'x' }, /body \/parent must be a UUID/],
  ['another kind where null may be', { name: 'a', parent: 5 }, /body \/parent must be a string or null/],
  ['a wrong field deep inside', { name: 'a', parts: [{ sku: null, kind: 'a' }, { sku: 'toolong', kind: 'c' }] }, /body \/parts\/1\/sku must have at most 5 characters\nbody \/parts\/1\/kind must be "a" or "b"/],
  ['a list', [], /^body {2}must be an object$/],
  ['a scalar', 5, /must be an object/],
]
for (const [title, body, expected] of badBodies) {
  test(`a body with ${title} is refused with the field named`, async () => {
    const answer = await served.post('/things', body)
    assert.equal(answer.status, 400)
    assert.equal(answer.body.code, 'invalid_input')
    assert.match(messages(answer.body).join('\n'), expected)
  })
}

const bytes = (...parts: (string | number)[]) => Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))))
const notJson: [string, string | Uint8Array][] = [
  ['half of it', '{"name":'], ['invalid UTF-8', bytes('{"name":"', 0xff, '"}')], ['an unfinished character', bytes('{"name":"', 0xf0, 0x9f, '"}')],
  ['more than 32 levels', `{"name":"a","free":{"a":${'['.repeat(31)}${']'.repeat(31)}}}`], ['a million brackets', '['.repeat(1_000_000)],
  ['a __proto__ key', '{"name":"a","free":{"__proto__":{"x":1}}}'], ['an escaped __proto__ key', '{"name":"a","free":{"\\u005f_proto__":1}}'],
  ['a NUL in a text', '{"name":"a\\u0000b"}'], ['half a surrogate pair', '{"name":"\\ud800"}'],
]
for (const [title, body] of notJson) {
  test(`a body with ${title} is no JSON to this server`, async () => {
    const response = await fetch(`${served.url}/things`, { method: 'POST', body: typeof body === 'string' ? body : new Blob([new Uint8Array(body)]), headers: { 'content-type': 'application/json' } })
    assert.equal(response.status, 400)
    assert.match(await response.text(), /"code":"invalid_json"/)
  })
}

test('exactly 32 levels are taken, and brackets inside texts do not count', async () => {
  const answer = await served.post('/things', `{"name":"${'['.repeat(19)}","free":{"a":${'['.repeat(30)}${']'.repeat(30)}}}`, { headers: { 'content-type': 'application/json' } })
  assert.equal(answer.status, 201)
})

test('a body may be absent where all its fields may', async () => {
  assert.deepEqual((await served.ask('PATCH', '/things/a')).body.input, { id: 'a' })
  assert.equal((await served.ask('POST', '/things')).status, 400)
})

test('a field of the path or of a header is none of the body', async () => {
  assert.deepEqual(messages((await served.ask('PATCH', '/things/a', { body: { id: 'b', ifMatch: '*' } })).body), ['body /id is not a field of this operation', 'body /ifMatch is not a field of this operation'])
  assert.deepEqual((await served.ask('PATCH', '/things/a', { body: { name: 'n' }, headers: { 'if-match': 'W/"1"' } })).body.input, { name: 'n', id: 'a', ifMatch: 'W/"1"' })
  assert.match(messages((await served.ask('PATCH', '/things/a', { headers: { 'if-match': 'x'.repeat(30) } })).body).join(), /header \/If-Match must have at most 20/)
})

test('another content type is 415, with or without a charset the right one is taken', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', '']) {
    assert.equal((await served.post('/things', '{"name":"a"}', { headers: { 'content-type': type } })).status, 415, type)
  }
  for (const type of ['application/json;charset=UTF-8', 'application/json; charset="utf-8"', 'application/merge-patch+json']) {
    assert.equal((await served.post('/things', '{"name":"a"}', { headers: { 'content-type': type } })).status, 201, type)
  }
})

test('a body over the limit is 413 that can be read, announced or in chunks', async () => {
  const big = JSON.stringify({ name: 'x'.repeat(20_000_000) })
  const headers = { 'content-type': 'application/json' }
  const announced = await served.post('/things', big, { headers })
  assert.equal(announced.status, 413)
  assert.equal(announced.body.code, 'body_too_large')
  const chunk = new TextEncoder().encode('x'.repeat(100_000))
  let left = 50
  const body = new ReadableStream<Uint8Array>({ pull: (controller) => (left-- > 0 ? controller.enqueue(chunk) : controller.close()) })
  const chunked = await fetch(`${served.url}/things`, { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
  assert.equal(chunked.status, 413)
  assert.match(await chunked.text(), /"code":"body_too_large"/)
})

test('a body in chunks within the limit is read', async () => {
  const parts = ['{"name":', '"a"}'].map((part) => new TextEncoder().encode(part))
  const body = new ReadableStream<Uint8Array>({ pull: (controller) => { const next = parts.shift(); if (next) controller.enqueue(next); else controller.close() } })
  const response = await fetch(`${served.url}/things`, { method: 'POST', body, headers: { 'content-type': 'application/json' }, duplex: 'half' } as RequestInit)
  assert.match(await response.text(), /"input":\{"name":"a"\}/)
})

test('a body that does not come in time is 408, and its connection is not used again', async () => {
  const answer = served.raw('POST /things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"na', /\r\n\r\n.+\}/)
  let answered = false
  void answer.then(() => { answered = true })
  while (!answered) {
    served.world.advance(15_000)
    await new Promise(setImmediate)
  }
  assert.match(await answer, /^HTTP\/1\.1 408 [\s\S]*connection: close[\s\S]*"request_timeout"/i)
})

test('a stream of any size is passed on, its other fields come from the query', async () => {
  const answer = await served.post('/things/import?dry=true', 'x'.repeat(5_000_000), { headers: { 'content-type': 'text/csv' } })
  assert.deepEqual(answer.body, { bytes: 5_000_000, dry: true })
  assert.equal((await served.post('/things/import', 'x', { headers: { 'content-type': 'application/json' } })).status, 415)
  assert.equal((await served.post('/things/import?dru=true', 'x', { headers: { 'content-type': 'text/csv' } })).status, 400)
})

test('a sender reads the refusal of a body that it has not finished sending', async () => {
  const head = (path: string, type: string) => `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`
  const chunks = `186a0\r\n${'x'.repeat(100_000)}\r\n`.repeat(100)
  for (const [path, type, status] of [['/things', 'application/json', 413], ['/things/import?stop=true', 'text/csv', 400], ['/nothing', 'text/csv', 404]] as const) {
    const answer = await served.raw(`${head(path, type)}${chunks}0\r\n\r\n`)
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*"status":${status}`), path)
  }
})

test('raw input is the bytes as they came, with their headers', async () => {
  const answer = await served.post('/hook/test', '{ "a":1 }', { headers: { 'content-type': 'application/json', 'x-signature': 's' } })
  assert.deepEqual(answer.body, { name: 'test', text: '{ "a":1 }', signature: 's' })
})

test('an Idempotency-Key is read where the operation is keyed', async () => {
  assert.equal((await served.post('/things/a/buy')).body.code, 'idempotency_key_required')
  assert.equal((await served.post('/things/a/buy', undefined, { key: 'k 1' })).body.key, 'k 1')
  assert.equal((await served.post('/things/a/buy', undefined, { key: 'x'.repeat(256) })).body.code, 'invalid_input')
  assert.equal((await served.post('/things', { name: 'a' })).body.key, null)
  assert.equal((await served.ask('PATCH', '/things/a', { key: 'k' })).body.key, null)
})

test('an unknown path is 404, a wrong method 405 with what is allowed', async () => {
  assert.equal((await served.get('/nothing')).body.code, 'route_not_found')
  assert.equal((await served.get('/things/')).status, 404)
  const answer = await served.ask('PUT', '/things/a')
  assert.equal(answer.status, 405)
  assert.equal(answer.headers.get('allow'), 'GET, HEAD, PATCH, DELETE, OPTIONS')
  assert.equal((await served.ask('OPTIONS', '/things')).headers.get('allow'), 'GET, HEAD, POST, OPTIONS')
})

test('a path without holes goes before one with them', async () => {
  assert.deepEqual((await served.get('/things/export')).body.input, {})
  assert.deepEqual((await served.get('/things/exports')).body.input, { id: 'exports' })
})

test('a path and a body may have a field of one name each', async () => {
  assert.deepEqual((await served.ask('PATCH', '/names/old', { body: { name: 'new' } })).body.input, { was: 'old', name: 'new' })
  assert.deepEqual((await served.ask('PATCH', '/names/old')).body.input, { was: 'old' })
  const { body } = await served.ask('PATCH', '/names/old', { body: { was: 'other', name: '' } })
  assert.deepEqual(body.errors.map((error: any) => [error.in, error.path]), [['body', '/was'], ['body', '/name']])
})

test('a path that can name nothing is 404', async () => {
  assert.equal((await served.get(`/things/${'x'.repeat(2001)}`)).status, 404)
  assert.deepEqual((await served.get('/things/caf%C3%A9%20x')).body.input, { id: 'café x' })
})

const tricks = ['/x/../things/a', '/%2e%2e/things/a', '/things/..%2fa', '//things/a', '/things/a%00', '/things/%5ca', '/things\\a', '/things/%ff']
for (const path of tricks) {
  test(`the path ${path} leads nowhere`, async () => {
    const answer = await served.raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    assert.match(answer, /^HTTP\/1\.1 404 /)
    assert.match(answer, /"route_not_found"/)
  })
}

const malformed: [string, string][] = [
  ['a length that is none', 'POST /things HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n'],
  ['two lengths', 'POST /things HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ['a length and chunks', 'POST /things HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['headers without end', `GET /things HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(300_000)}\r\nConnection: close\r\n\r\n`],
  ['a method nobody knows', 'BREW /things HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
]
for (const [title, text] of malformed) {
  test(`a request with ${title} is never a failure of ours`, async () => {
    const answer = await served.raw(text)
    assert.doesNotMatch(answer, /^HTTP\/1\.1 (5|2)/)
    assert.equal(served.entries.filter(({ level }) => level === 'error').length, 0)
  })
}
