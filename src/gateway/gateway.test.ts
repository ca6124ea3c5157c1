import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { contract } from '../contract/contract.ts'
import { operation } from '../contract/operation.ts'
import { Closed } from '../contract/scalars.ts'
import { listen } from '../http/listen.ts'
import { type Client, client } from '../../test/client.ts'
import { type TestEdge, testEdge } from '../../test/edge.ts'
import { readSettings } from '../process/settings.ts'
import { gateway } from './gateway.ts'
import { gatewaySettings } from './settings.ts'

const product = contract('product', {
  port: 0, inner: {}, events: {}, hears: {},
  operations: { list: operation('GET /products', { access: 'public', summary: 'List', takes: Closed({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })) }), returns: Type.Unknown() }) },
})
const money = (amount: number) => ({ amount, currency: 'EUR' })
const items = [
  { slug: 'a-cup', name: 'A <b>cup</b> & "saucer"', category: { slug: 'c', name: "Kitchen's" }, priceRange: { min: money(1250), max: money(1250) } },
  { slug: 'a-jug', name: 'A jug', category: null, priceRange: { min: money(1999), max: money(2999) } },
  { name: 'half of one' },
]

let test_: TestEdge
let ask: Client
let end: (withinMs: number) => Promise<void>
const parts = { product: true, order: true }
before(async () => {
  test_ = testEdge({ rateLimitRequests: 50 }, { publicUrl: 'http://localhost' })
  const gate = gateway({ modules: [{ contract: product, operations: { list: async () => ({ items }) } }], edge: test_.edge, ready: async () => ({ ...parts }), title: 'The <Shop>', version: '1.0.0' })
  const listener = await listen(gate.fetch, { host: '127.0.0.1', port: 0 })
  ask = client(`http://127.0.0.1:${listener.port}`)
  end = listener.close
})
after(() => end(0))

const browser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } }

test('a browser gets a page with the products as they are now, escaped', async () => {
  const { status, text, headers } = await ask.get('/', browser)
  assert.equal(status, 200)
  assert.match(headers.get('content-type') ?? '', /^text\/html/)
  assert.match(text, /<title>The &lt;Shop&gt;<\/title>/)
  assert.match(text, /A &lt;b&gt;cup&lt;\/b&gt; &amp; &quot;saucer&quot;/)
  assert.match(text, /Kitchen&#39;s/)
  assert.match(text, /€12\.50/)
  assert.match(text, /from €19\.99/)
  for (const link of ['/docs', '/openapi.json', '/health/ready']) assert.ok(text.includes(`href="${link}"`), link)
  assert.doesNotMatch(text, /<script|half of one/)
})

test('the page\'s own style is allowed by its hash, and nothing else', async () => {
  const { text, headers } = await ask.get('/', browser)
  const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? ''
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style))).toString('base64')
  assert.equal(headers.get('content-security-policy'), `default-src 'none'; style-src 'sha256-${hash}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`)
})

test('a tool gets JSON at the same place', async () => {
  const { body, headers } = await ask.get('/', { headers: { accept: '*/*' } })
  assert.deepEqual(body, { name: 'The <Shop>', modules: ['product'], links: { docs: '/docs', openapi: '/openapi.json', health: '/health/ready' } })
  assert.match(headers.get('vary') ?? '', /Accept/)
})

test('the reference comes whole from this host, under a policy of its own', async () => {
  const { text, headers } = await ask.get('/docs', browser)
  assert.match(headers.get('content-security-policy') ?? '', /script-src 'self'.*connect-src 'self'/)
  const files = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file)
  assert.ok(files.length >= 3)
  for (const file of files) {
    assert.match(file, /^\/docs\//)
    const { status, headers: about } = await ask.get(file)
    assert.equal(status, 200, file)
    assert.match(about.get('cache-control') ?? '', /max-age/)
    const again = await ask.get(file, { headers: { 'if-none-match': about.get('etag') ?? '' } })
    assert.equal(again.status, 304)
  }
  assert.doesNotMatch((await ask.get('/docs/start.js')).text, /https?:/)
})

test('only the files that the reference needs are served', async () => {
  for (const path of ['/docs/index.html', '/docs/package.json', '/docs/..%2fpackage.json', '/docs/../package.json']) assert.equal((await ask.get(path)).status, 404, path)
})

test('the document is that of the modules which run', async () => {
  const { body } = await ask.get('/openapi.json')
  assert.deepEqual([body.openapi, Object.keys(body.paths), body.servers], ['3.1.0', ['/products'], [{ url: '/' }]])
  assert.equal((await ask.get('/asyncapi.json')).body.asyncapi, '3.0.0')
})

test('every problem\'s type leads to its explanation', async () => {
  const { body } = await ask.get('/nothing')
  const [page, code] = String(body.type).replace('http://localhost', '').split('#')
  assert.match((await ask.get(page ?? '', browser)).text, new RegExp(`id="${code}"`))
})

test('health tells that the process lives, and which part is down', async () => {
  assert.deepEqual((await ask.get('/health/live')).body, { status: 'ok' })
  assert.deepEqual((await ask.get('/health/ready')).body, { status: 'ok', parts: { product: true, order: true } })
  parts.order = false
  test_.world.advance(1000)
  const { status, body } = await ask.get('/health/ready')
  assert.deepEqual([status, body.status, body.parts.order], [503, 'unavailable', false])
  parts.order = true
  test_.world.advance(-3_600_000)
  assert.equal((await ask.get('/health/ready')).status, 200, 'a clock that goes back keeps nobody from looking again')
})

test('health and documents do not read tokens, and health is never limited', async () => {
  for (const path of ['/health/live', '/docs', '/openapi.json', '/']) assert.equal((await ask.get(path, { token: 'x.y.z' })).status, 200, path)
  for (let at = 0; at < 60; at++) await ask.get('/nothing')
  assert.equal((await ask.get('/nothing')).status, 429)
  assert.equal((await ask.get('/health/live')).status, 200)
})

test('settings are read strictly', () => {
  const good = readSettings(gatewaySettings, { CORS_ORIGINS: 'https://a.example, http://localhost:5173', TRUSTED_PROXIES: '10.0.0.0/8,::1', RATE_LIMIT: 'off', RATE_LIMIT_REQUESTS: '5', RATE_LIMIT_SECONDS: '2', COMPRESSION: 'off', UPSTREAM_CONNECT_MS: '1', UPSTREAM_ANSWER_MS: '2', UPSTREAM_PROBE_MS: '3', UPSTREAM_REQUESTS: '4' })
  assert.deepEqual(good, {
    problems: [],
    settings: { corsOrigins: ['https://a.example', 'http://localhost:5173'], trustedProxies: ['10.0.0.0/8', '::1'], rateLimit: false, rateLimitRequests: 5, rateLimitSeconds: 2, compression: false, upstreamConnectMs: 1, upstreamAnswerMs: 2, upstreamProbeMs: 3, upstreamRequests: 4 },
  })
  for (const env of [{ CORS_ORIGINS: '*' }, { CORS_ORIGINS: 'null' }, { CORS_ORIGINS: 'https://a.example/' }, { TRUSTED_PROXIES: 'proxy.example' }, { TRUSTED_PROXIES: '10.0.0.0/99' }, { RATE_LIMIT_REQUESTS: '0' }, { COMPRESSION: 'yes' }, { UPSTREAM_REQUESTS: '0' }]) {
    assert.equal(readSettings(gatewaySettings, env).problems.length, 1, JSON.stringify(env))
  }
})
