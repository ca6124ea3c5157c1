import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Type } from '@sinclair/typebox'
import { Html, Stream } from '../contract/content.ts'
import { contract } from '../contract/contract.ts'
import { fault } from '../contract/fault.ts'
import { internalError, unavailable } from '../contract/faults.ts'
import { operation } from '../contract/operation.ts'
import { Closed, PathId } from '../contract/scalars.ts'
import type { Context } from '../module/context.ts'
import { Reply, asJson } from '../module/reply.ts'
import { type Served, serveContract } from '../../test/served.ts'

const soldOut = fault('out_of_stock', 409, 'There is not enough of it')
const about = { access: 'public', summary: 'For the tests', takes: Closed({}), returns: Type.Unknown() } as const
const page = operation('POST /page', { access: 'public', summary: 'A form', takes: Closed({ answer: Type.String({ maxLength: 10 }), times: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })) }), returns: Html })
const shop = contract('shop', {
  port: 0, inner: {}, events: {}, hears: {},
  operations: {
    tagged: operation('GET /tagged', about),
    ready: operation('GET /ready', about),
    big: operation('GET /big/{size}', { ...about, takes: Closed({ size: PathId }) }),
    file: operation('GET /file', { ...about, returns: Stream('text/csv') }),
    broken: operation('GET /broken', { ...about, returns: Stream('text/csv') }),
    made: operation('POST /made', { ...about, access: 'visitor', status: 201 }),
    ended: operation('POST /ended', { ...about, access: 'visitor', status: 204 }),
    soldOut: operation('GET /sold-out', { ...about, faults: [soldOut] }),
    down: operation('GET /down', about),
    secret: operation('GET /secret', about),
    header: operation('GET /header', about),
    slow: operation('GET /slow', { ...about, deadlineMs: 3000 }),
    limited: operation('GET /limited', { ...about, limit: { name: 'limited', limit: 2, windowS: 60, per: 'address' } }),
    page,
  },
})
const slow = { started: Promise.withResolvers<void>(), signal: undefined as AbortSignal | undefined }
const lines = function* () { for (let at = 0; at < 1000; at++) yield `${at},a line of a file\n` }
const streamOf = (texts: Iterable<string>) => ReadableStream.from(texts).pipeThrough(new TextEncoderStream())
const operations = {
  tagged: async () => new Reply({ a: 1 }, { headers: { ETag: 'W/"7.1"' } }),
  ready: async () => new Reply(asJson('{"kept":"ready"}')),
  big: async (input: unknown) => ({ text: 'é'.repeat(Number((input as { size: string }).size)) }),
  file: async () => new Reply(streamOf(lines()), { headers: { 'Content-Disposition': 'attachment; filename="a.csv"' } }),
  broken: async () => streamOf((function* () { yield 'a\n'; throw new Error('the store broke') })()),
  made: async () => new Reply({ id: 'x' }, { headers: { Location: '/made/x' }, session: { id: 'abcdefghijklmnopqrstuv', maxAgeS: 604_800 } }),
  ended: async () => new Reply({}, { session: null }),
  soldOut: async () => { throw soldOut('Two of “é” are left', { errors: [{ in: 'body', path: '/items/0', message: 'two are left' }], members: { orderId: 'o1' } }) },
  down: async () => { throw Object.assign(unavailable(), { cause: new Error('the disk is full') }) },
  secret: async () => { throw new Error('the password is hunter2') },
  header: async () => new Reply({}, { headers: { location: '/a\r\nSet-Cookie: x=y' } }),
  slow: async (_input: unknown, context: Context) => {
    slow.signal = context.deadline
    slow.started.resolve()
    return new Promise(() => {})
  },
  limited: async () => ({}),
  page: async (input: unknown) => `<p>${JSON.stringify(input)}</p>`,
}

let served: Served
before(async () => { served = await serveContract(shop, operations, { corsOrigins: ['https://shop.example'] }, { publicUrl: 'https://api.example' }) })
after(() => served.end())

/** The answer's bytes as they came, for what a client would have unpacked. */
const bare = (path: string, headers: Record<string, string> = {}, method = 'GET') => new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
  request(served.url + path, { method, headers, agent: false }, (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject)
    response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }))
  }).on('error', reject).end()
})

test('every answer carries the security headers, good or bad', async () => {
  for (const path of ['/tagged', '/nothing', '/secret', '/sold-out']) {
    const { headers } = await served.get(path)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'")
    assert.equal(headers.get('x-frame-options'), 'DENY')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.match(headers.get('strict-transport-security') ?? '', /max-age=\d+/)
    assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f]{32}$/)
    assert.equal(headers.get('server'), null)
  }
})

test('a public read may be kept and asked for again, everything else may not be kept', async () => {
  assert.equal((await served.get('/tagged')).headers.get('cache-control'), 'no-cache')
  assert.equal((await served.post('/made')).headers.get('cache-control'), 'no-store')
  assert.equal((await served.get('/sold-out')).headers.get('cache-control'), 'no-store')
})

test('a safe request id is taken over, another is not; a valid trace is continued', async () => {
  assert.equal((await served.get('/tagged', { headers: { 'x-request-id': 'abc-1.2' } })).headers.get('x-request-id'), 'abc-1.2')
  assert.match((await served.get('/tagged', { headers: { 'x-request-id': '<script>' } })).headers.get('x-request-id') ?? '', /^[0-9a-f]{32}$/)
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  assert.equal((await served.get('/tagged', { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } })).headers.get('x-request-id'), trace)
  for (const bad of [`ff-${trace}-00f067aa0ba902b7-01`, `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `00-${trace}-${'0'.repeat(16)}-01`, `00-${trace}-00f067aa0ba902b7-01-x`, trace]) {
    assert.notEqual((await served.get('/tagged', { headers: { traceparent: bad } })).headers.get('x-request-id'), trace)
  }
})

test('an ETag that the client has is answered by 304, compared weakly', async () => {
  for (const known of ['W/"7.1"', '"7.1"', '"1", W/"7.1"', '*']) {
    const answer = await served.get('/tagged', { headers: { 'if-none-match': known } })
    assert.equal(answer.status, 304, known)
    assert.equal(answer.headers.get('etag'), 'W/"7.1"')
    assert.equal(answer.text, '')
  }
  assert.equal((await served.get('/tagged', { headers: { 'if-none-match': 'W/"7.2"' } })).status, 200)
})

test('HEAD is GET without its body', async () => {
  const { status, headers, body } = await bare('/tagged', {}, 'HEAD')
  assert.deepEqual([status, headers['etag'], headers['content-length'], body.length], [200, 'W/"7.1"', '7', 0])
  assert.equal((await bare('/file', {}, 'HEAD')).body.length, 0)
})

test('JSON that is kept ready is sent as it is', async () => assert.equal((await served.get('/ready')).text, '{"kept":"ready"}'))

test('answers of a kilobyte and more are compressed as the client likes', async () => {
  const brotli = await bare('/big/1000', { 'accept-encoding': 'gzip, br' })
  assert.equal(brotli.headers['content-encoding'], 'br')
  assert.match(String(brotli.headers['vary']), /Accept-Encoding/)
  assert.equal(JSON.parse(brotliDecompressSync(brotli.body).toString()).text.length, 1000)
  const gzip = await bare('/big/50000', { 'accept-encoding': 'br;q=0.5, gzip' })
  assert.equal(gzip.headers['content-encoding'], 'gzip')
  assert.equal(JSON.parse(gunzipSync(gzip.body).toString()).text.length, 50_000)
  for (const accepted of ['', 'identity', 'br;q=0, gzip;q=0', 'zstd']) {
    assert.equal((await bare('/big/1000', { 'accept-encoding': accepted })).headers['content-encoding'], undefined, accepted)
  }
  assert.equal((await bare('/big/10', { 'accept-encoding': 'br' })).headers['content-encoding'], undefined)
})

test('a file is streamed, compressed where the client takes it, and counted', async () => {
  const whole = [...lines()].join('')
  const plain = await bare('/file')
  assert.equal(plain.body.toString(), whole)
  assert.match(String(plain.headers['content-type']), /^text\/csv/)
  assert.equal(plain.headers['content-disposition'], 'attachment; filename="a.csv"')
  assert.equal(gunzipSync((await bare('/file', { 'accept-encoding': 'gzip, br' })).body).toString(), whole)
  assert.equal(served.seen.find(({ operation: name, status }) => name === 'file' && status === 200)?.bytes !== undefined, true)
  assert.ok(served.seen.some(({ operation: name, bytes }) => name === 'file' && bytes === whole.length))
})

test('a file that breaks half-way is a broken answer, not a whole one', async () => {
  await assert.rejects(bare('/broken'))
  assert.ok(served.entries.some(({ level, message }) => level === 'error' && message === 'an answer broke off'))
})

test('a guest session comes by cookie and by header, and can be ended', async () => {
  const { status, headers } = await served.post('/made')
  assert.deepEqual([status, headers.get('location'), headers.get('x-session')], [201, '/made/x', 'abcdefghijklmnopqrstuv'])
  assert.equal(headers.get('set-cookie'), 'session=abcdefghijklmnopqrstuv; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure')
  const ended = await served.post('/ended')
  assert.deepEqual([ended.status, ended.text], [204, ''])
  assert.match(ended.headers.get('set-cookie') ?? '', /^session=; Path=\/; Max-Age=0;/)
})

test('a declared fault is a problem document with its own members', async () => {
  const { status, headers, body } = await served.get('/sold-out')
  assert.deepEqual([status, headers.get('content-type')], [409, 'application/problem+json'])
  assert.deepEqual(body, {
    orderId: 'o1', type: 'https://api.example/docs/problems#out_of_stock', title: 'There is not enough of it', status: 409, detail: 'Two of “é” are left', code: 'out_of_stock',
    errors: [{ in: 'body', path: '/items/0', message: 'two are left' }], requestId: headers.get('x-request-id'),
  })
  assert.equal((await served.get('/down')).headers.get('retry-after'), '1')
})

test('why a part is down is told to the log alone', async () => {
  const { status, text, headers } = await served.get('/down')
  assert.equal(status, 503)
  assert.doesNotMatch(text, /disk/)
  const entry = served.entries.find(({ level, about: more }) => level === 'warn' && more['requestId'] === headers.get('x-request-id'))
  assert.match(String(entry?.about['error']), /the disk is full/)
})

test('anything else that is thrown is a 500 that tells nothing and logs everything', async () => {
  const { status, text, headers } = await served.get('/secret')
  assert.equal(status, 500)
  assert.doesNotMatch(text, /hunter2|password/)
  const entry = served.entries.find(({ level, about: more }) => level === 'error' && more['requestId'] === headers.get('x-request-id'))
  assert.match(String(entry?.about['error']), /hunter2/)
})

test('a header that no header may be is a failure, not a second header', async () => {
  const { status, headers } = await served.get('/header')
  assert.deepEqual([status, headers.get('set-cookie')], [500, null])
})

test('what takes longer than its deadline is 504, and the handler is told', async () => {
  const answer = served.get('/slow')
  await slow.started.promise
  assert.equal(slow.signal?.aborted, false)
  served.world.advance(3000)
  const { status, body } = await answer
  assert.deepEqual([status, body.code], [504, 'deadline_exceeded'])
  assert.equal(slow.signal?.aborted, true)
})

test('an operation\'s limit is told on success too, and 429 says when to come back', async () => {
  const first = await served.get('/limited')
  assert.equal(first.headers.get('ratelimit-policy'), '"limited";q=2;w=60')
  assert.match(first.headers.get('ratelimit') ?? '', /^"limited";r=1;t=\d+$/)
  await served.get('/limited')
  const refused = await served.get('/limited')
  assert.deepEqual([refused.status, refused.body.code], [429, 'rate_limited'])
  assert.ok(Number(refused.headers.get('retry-after')) >= 1)
  assert.match(refused.headers.get('ratelimit') ?? '', /r=0/)
})

test('one address has a general limit over all operations', async (t) => {
  const other = await serveContract(shop, operations, { rateLimitRequests: 3 })
  t.after(() => other.end())
  const statuses = []
  for (const path of ['/tagged', '/nothing', '/ready', '/tagged', '/nothing']) statuses.push((await other.get(path)).status)
  assert.deepEqual(statuses, [200, 404, 200, 429, 429])
})

test('an allowed origin may read answers and errors, another may not', async () => {
  for (const path of ['/tagged', '/sold-out', '/nothing', '/secret']) {
    const { headers } = await served.get(path, { headers: { origin: 'https://shop.example' } })
    assert.equal(headers.get('access-control-allow-origin'), 'https://shop.example')
    assert.equal(headers.get('access-control-allow-credentials'), 'true')
    assert.match(headers.get('access-control-expose-headers') ?? '', /X-Session/)
    assert.match(headers.get('vary') ?? '', /Origin/)
  }
  for (const origin of ['https://evil.example', 'https://shop.example.evil.example', 'null', 'http://shop.example']) {
    const { headers } = await served.get('/tagged', { headers: { origin } })
    assert.equal(headers.get('access-control-allow-origin'), null, origin)
    assert.match(headers.get('vary') ?? '', /Origin/)
  }
})

test('a preflight is 204 and allows the headers that are used', async () => {
  const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' }
  const answer = await bare('/made', headers, 'OPTIONS')
  assert.equal(answer.status, 204)
  assert.match(String(answer.headers['access-control-allow-headers']), /Idempotency-Key.*X-Session, X-Order-Token/)
  assert.match(String(answer.headers['access-control-allow-methods']), /PATCH/)
  const refused = await bare('/made', { ...headers, origin: 'https://evil.example' }, 'OPTIONS')
  assert.deepEqual([refused.status, refused.headers['access-control-allow-origin'], refused.headers['access-control-allow-methods']], [204, undefined, undefined])
})

test('an operation that answers with a page takes a form, and its page runs no script', async () => {
  const form = await served.post('/page', 'answer=yes+%C3%A9&times=2', { headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  assert.equal(form.text, '<p>{"answer":"yes é","times":2}</p>')
  assert.match(form.headers.get('content-type') ?? '', /^text\/html/)
  assert.match(form.headers.get('content-security-policy') ?? '', /default-src 'none';.*form-action 'self'/)
  assert.equal((await served.post('/page', { answer: 'no' })).status, 200)
  const bad = await served.post('/page', 'times=x', { headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  assert.deepEqual(bad.body.errors.map(({ path }: { path: string }) => path), ['/answer', '/times'])
})

test('a request is one log line with its route\'s template, without secrets or query', async () => {
  await served.get('/big/5?x=hunter3', { headers: { 'x-request-id': 'the-one', authorization: 'Bearer hunter3' } })
  const about = served.entries.filter(({ message, about: more }) => message === 'request' && more['requestId'] === 'the-one').map((entry) => entry.about)
  assert.equal(about.length, 1)
  assert.deepEqual({ ...about[0], ms: 0, bytes: 0 }, { method: 'GET', route: '/big/{size}', status: 401, ms: 0, bytes: 0, requestId: 'the-one', module: 'shop', operation: 'big', caller: 'nobody' })
  assert.doesNotMatch(JSON.stringify(served.entries), /hunter3/)
})

test('where answers are checked, one that its contract does not know is a failure', async (t) => {
  const strict = contract('strict', { ...shop, operations: { tagged: operation('GET /tagged', { ...about, returns: Closed({ a: Type.String() }) }), soldOut: operation('GET /sold-out', about) } })
  const checked = await serveContract(strict, operations, {}, { checkAnswers: true })
  t.after(() => checked.end())
  assert.equal((await checked.get('/tagged')).body.code, internalError.code)
  assert.equal((await checked.get('/sold-out')).body.code, internalError.code)
})
