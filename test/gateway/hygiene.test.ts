import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { type AskedOf, type Instance, type Stage, answers, endAll, stand, startInstance, things } from './stage.ts'

afterEach(endAll)
const last = ({ asked }: Instance): AskedOf => asked.at(-1)!
const one = async (about: Parameters<typeof stand>[1] = {}): Promise<{ shop: Stage; instance: Instance }> => {
  const instance = await startInstance()
  return { instance, shop: await stand([[things, [instance]]], about) }
}
const get = (headers: string, path = '/things/a') => `GET ${path} HTTP/1.1\r\nHost: shop.example\r\n${headers}Connection: close\r\n\r\n`

test('18. headers of one connection cross neither way, those that Connection names neither', async () => {
  const { shop, instance } = await one()
  instance.behave = answers({}, 200, { connection: 'keep-alive, x-own', 'x-own': '1', 'keep-alive': 'timeout=3', 'proxy-authenticate': 'Basic', upgrade: 'h2c', 'x-kept': 'yes' })
  const answer = await shop.raw('GET /things/a HTTP/1.1\r\nHost: a\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\nTrailer: X-A\r\nProxy-Authorization: Basic eA==\r\nProxy-Connection: close\r\nUpgrade: h2c\r\nX-Kept: yes\r\n\r\n')
  for (const name of ['x-mine', 'keep-alive', 'te', 'trailer', 'proxy-authorization', 'proxy-connection', 'upgrade']) assert.equal(last(instance).headers[name], undefined, name)
  assert.equal(last(instance).headers['x-kept'], 'yes')
  assert.doesNotMatch(answer, /x-own|proxy-authenticate|trailer|upgrade|timeout=3/i)
  assert.match(answer, /x-kept: yes/i)
})

test('19. what a client says it is does not arrive', async () => {
  const { shop, instance } = await one()
  await shop.get('/things/a', { headers: { 'x-user-id': 'admin', 'x-roles': 'admin', 'x-permissions': 'all', 'x-internal-key': '1', 'x-real-ip': '1.1.1.1', forwarded: 'for=1.1.1.1', via: '1.0 x' } })
  for (const name of ['x-user-id', 'x-roles', 'x-permissions', 'x-internal-key', 'x-real-ip', 'forwarded', 'via']) assert.equal(last(instance).headers[name], undefined, name)
})

test('19. what is the client\'s own arrives as it is: token, session, cookies, keys', async () => {
  const { shop, instance } = await one()
  const headers = { 'x-session': 'a-session-of-a-guest', cookie: 'session=abc; theme=dark', 'if-none-match': '"1"', 'accept-language': 'de', 'x-order-token': 't' }
  await shop.get('/things/a', { headers })
  for (const [name, value] of Object.entries(headers)) assert.equal(last(instance).headers[name], value)
  await shop.post('/payments', { name: 'Ä' }, { key: 'the-key' })
  assert.deepEqual([last(instance).headers['idempotency-key'], last(instance).body], ['the-key', '{"name":"Ä"}'])
})

test('19. every cookie of an answer arrives, and a name that comes twice is one', async () => {
  const { shop, instance } = await one()
  instance.behave = (_incoming, outgoing) => outgoing.writeHead(200, [['set-cookie', 'a=1; Path=/'], ['set-cookie', 'b=2; Expires=Wed, 25 Nov 2026 00:00:00 GMT'], ['vary', 'Accept'], ['vary', 'Cookie'], ['content-length', '2']].flat()).end('{}')
  const { headers } = await shop.get('/things/a')
  assert.deepEqual(headers.getSetCookie(), ['a=1; Path=/', 'b=2; Expires=Wed, 25 Nov 2026 00:00:00 GMT'])
  assert.match(headers.get('vary') ?? '', /^Accept, Cookie/)
})

test('20. X-Forwarded-* is written anew where the peer is nobody\'s proxy, and believed where it is', async () => {
  const claimed = 'X-Forwarded-For: 203.0.113.9, 198.51.100.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Port: 1\r\n'
  const open = await one()
  await open.shop.raw(get(claimed))
  const { headers } = last(open.instance)
  assert.deepEqual([headers['x-forwarded-for'], headers['x-forwarded-proto'], headers['x-forwarded-host'], headers['x-forwarded-port']], ['127.0.0.1', 'http', 'shop.example', undefined])
  const behind = await one({ edge: { trustedProxies: ['127.0.0.1', '198.51.100.0/24'] } })
  await behind.shop.raw(get(claimed))
  const believed = last(behind.instance).headers
  assert.deepEqual([believed['x-forwarded-for'], believed['x-forwarded-proto'], believed['x-forwarded-host']], ['203.0.113.9', 'https', 'evil.example'])
})

test('21. a trace goes on with a new span, and one that is none begins anew', async () => {
  const { shop, instance } = await one()
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  await shop.get('/things/a', { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01`, tracestate: 'a=1' } })
  const [, onward = '', span, flags] = String(last(instance).headers['traceparent']).split('-')
  assert.deepEqual([onward, flags, last(instance).headers['tracestate']], [trace, '01', 'a=1'])
  assert.match(span ?? '', /^(?!00f067aa0ba902b7)[0-9a-f]{16}$/)
  await shop.get('/things/a', { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01`, tracestate: 'a'.repeat(513) } })
  assert.equal(last(instance).headers['tracestate'], undefined)
  for (const wrong of [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `ff-${trace}-00f067aa0ba902b7-01`, `00-${trace}-1-01`]) {
    await shop.get('/things/a', { headers: { traceparent: wrong, tracestate: 'a=1' } })
    assert.match(String(last(instance).headers['traceparent']), /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
    assert.ok(!String(last(instance).headers['traceparent']).includes(trace))
    assert.equal(last(instance).headers['tracestate'], undefined)
  }
})

test('21. the request id is the same for client, gateway and service', async () => {
  const { shop, instance } = await one()
  const { headers } = await shop.get('/things/a', { headers: { 'x-request-id': 'a-client:1' } })
  assert.deepEqual([headers.get('x-request-id'), last(instance).headers['x-request-id'], shop.lines().at(-1)?.['requestId']], ['a-client:1', 'a-client:1', 'a-client:1'])
  const own = await shop.get('/things/a', { headers: { 'x-request-id': 'not "safe"' } })
  assert.equal(own.headers.get('x-request-id'), last(instance).headers['x-request-id'])
  assert.match(own.headers.get('x-request-id') ?? '', /^[0-9a-f]{32}$/)
})

test('22. a request of two lengths reaches nobody', async () => {
  const { shop, instance } = await one()
  for (const framing of ['Content-Length: 2\r\nTransfer-Encoding: chunked', 'Content-Length: 2\r\nContent-Length: 3', 'Content-Length: 2\r\nX-A: b\r\n folded']) {
    await shop.raw(`POST /things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${framing}\r\nConnection: close\r\n\r\n{}`)
  }
  assert.equal(instance.asked.filter(({ body }) => body !== '{}').length, 0)
})

test('23. a body over its limit is refused before its module gets it, whether it says its length or not', async () => {
  const { shop, instance } = await one()
  const long = JSON.stringify({ name: 'x'.repeat(1024 * 1024) })
  assert.equal((await shop.post('/things', long, { headers: { 'content-type': 'application/json' } })).status, 413)
  const chunks = `${long.length.toString(16)}\r\n${long}\r\n0\r\n\r\n`
  assert.match(await shop.raw(`POST /things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunks}`), /^HTTP\/1\.1 413 /)
  assert.equal(instance.asked.length, 0)
})

test('23. a stream over its limit is cut off before its end', async () => {
  const { shop, instance } = await one()
  let whole = false
  instance.behave = (incoming) => { incoming.resume().on('end', () => { whole = true }) }
  const chunk = `3e8\r\n${'x'.repeat(1000)}\r\n`
  assert.match(await shop.raw(`POST /littles HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk}${chunk}0\r\n\r\n`), /^HTTP\/1\.1 413 /)
  assert.equal(whole, false)
  assert.deepEqual(shop.count('asked', { outcome: 'given_up' }), 1)
})

test('24. CORS is the gateway\'s, on answers of services and of its own alike', async () => {
  const { shop, instance } = await one({ edge: { corsOrigins: ['https://shop.example', 'https://b.example'] } })
  const asked = instance.asked.length
  const preflight = await shop.ask('OPTIONS', '/things/a', { headers: { origin: 'https://shop.example', 'access-control-request-method': 'GET' } })
  assert.deepEqual([preflight.status, preflight.headers.get('access-control-max-age'), instance.asked.length], [204, '7200', asked])
  for (const path of ['/things/a', '/nowhere']) {
    const allowed = await shop.get(path, { headers: { origin: 'https://shop.example' } })
    assert.deepEqual([allowed.headers.get('access-control-allow-origin'), /Origin/.test(allowed.headers.get('vary') ?? '')], ['https://shop.example', true])
    for (const origin of ['null', 'https://shop.example.evil.example']) assert.equal((await shop.get(path, { headers: { origin } })).headers.get('access-control-allow-origin'), null)
  }
})

test('25. services are asked for plain answers, and the gateway compresses: large, textual and wanted ones', async () => {
  const { shop, instance } = await one()
  const large = { text: 'x'.repeat(5000) }
  instance.behave = answers(large, 200, { etag: 'W/"1"' })
  const answer = await fetch(`${shop.url}/things/a`, { headers: { 'accept-encoding': 'gzip' } })
  assert.equal(last(instance).headers['accept-encoding'], 'identity')
  assert.deepEqual([answer.headers.get('content-encoding'), answer.headers.get('vary')], ['gzip', 'Accept-Encoding'])
  assert.deepEqual(await answer.json(), large)
  const head = await fetch(`${shop.url}/things/a`, { method: 'HEAD', headers: { 'accept-encoding': 'gzip' } })
  assert.deepEqual([head.headers.get('content-encoding'), head.headers.get('content-length'), last(instance).method], [null, String(JSON.stringify(large).length), 'HEAD'])
  assert.equal(head.headers.get('vary'), 'Accept-Encoding')
  instance.behave = answers({})
  assert.equal((await fetch(`${shop.url}/things/a`, { headers: { 'accept-encoding': 'gzip' } })).headers.get('content-encoding'), null)
  // A stream, as it comes.
  instance.behave = (_incoming, outgoing) => { outgoing.writeHead(200, { 'content-type': 'text/csv' }); outgoing.write('a,b\n'); outgoing.end('1,2\n') }
  const raw = Buffer.from(await shop.raw('GET /exports HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n'), 'latin1')
  const body = raw.subarray(raw.indexOf('\r\n\r\n') + 4).toString('latin1').split('\r\n').filter((_, at) => at % 2 === 1).join('')
  assert.equal(gunzipSync(Buffer.from(body, 'latin1')).toString(), 'a,b\n1,2\n')
})

test('25. who has it already is told so, by the module or by the gateway', async () => {
  const { shop, instance } = await one()
  instance.behave = (incoming, outgoing) => {
    if (incoming.headers['if-none-match'] === 'W/"1"') outgoing.writeHead(304, { etag: 'W/"1"' }).end()
    else outgoing.writeHead(200, { etag: 'W/"2"', 'content-length': '2' }).end('{}')
  }
  for (const etag of ['W/"1"', '"2"']) {
    const { status, text, headers } = await shop.get('/things/a', { headers: { 'if-none-match': etag } })
    assert.deepEqual([status, text], [304, ''])
    assert.match(headers.get('etag') ?? '', /^W\//)
  }
})

test('28. one line a request says who answered it, after how many retries, and nothing secret', async () => {
  const { shop, instance } = await one()
  await shop.get('/things/a?q=secret-query', { headers: { cookie: 'session=secret-cookie' }, session: 'secret-session-of-guest' })
  const lines = shop.lines()
  assert.equal(lines.length, 1)
  const { method, route, status, bytes, module, operation, requestId, ms, instance: by, retries } = lines[0] ?? {}
  assert.deepEqual([method, route, status, bytes, module, operation, by, retries], ['GET', '/things/{id}', 200, 11, 'things', 'read', instance.authority, 0])
  assert.ok(typeof ms === 'number' && typeof requestId === 'string')
  await instance.kill()
  await shop.get('/things/a')
  assert.deepEqual([shop.lines()[1]?.['status'], shop.lines()[1]?.['instance']], [503, instance.authority])
  assert.doesNotMatch(JSON.stringify(shop.entries), /secret/)
})
