import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { addToCart, adminToken, checkOut, newProduct, newUser } from './buying.ts'
import { type Shop, endShop, shapes, startShop, until } from './shop.ts'

/** What a shop's edge does as a process, with its settings from the environment; what needs no process is tested in src/http. */

/** Bytes as they are, over a connection of their own; all that comes back until the server closes it. */
const raw = (url: string, text: string): Promise<string> => new Promise((resolve) => {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let answer = ''
  socket.on('data', (chunk) => { answer += chunk.toString('latin1') }).on('error', () => {}).on('close', () => resolve(answer))
  socket.write(text, 'latin1')
})
const statuses = (answer: string): string[] => [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status = '']) => status)

const smuggled = 'GET /auth/me HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
const ambiguous: [string, string][] = [
  ['a length and chunks', `POST /auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${smuggled.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['two lengths', `POST /auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\nContent-Length: ${2 + smuggled.length}\r\n\r\n{}${smuggled}`],
  ['a folded header', `GET /products HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c: d\r\n\r\n${smuggled}`],
  ['a space before the colon', `POST /auth/login HTTP/1.1\r\nHost: a\r\nContent-Length : 0\r\n\r\n${smuggled}`],
  ['an unknown transfer coding', `POST /auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: xchunked\r\n\r\n${smuggled}`],
  ['no version it knows', `GET /products HTTP/3.7\r\nHost: a\r\n\r\n${smuggled}`],
]

const unusual: [string, string, RegExp][] = [
  ['TRACE', 'TRACE /products HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 405 /],
  ['CONNECT', 'CONNECT a:80 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', /^(HTTP\/1\.1 405 |$)/],
  ['an upgrade it does not know', 'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\n\r\n', /^HTTP\/1\.1 200 /],
  ['HTTP/1.0', 'GET /health/live HTTP/1.0\r\n\r\n', /^HTTP\/1\.[01] 200 /],
  ['another host in the target', 'GET http://evil.example/health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 200 /],
  ['no path at all', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 404 /],
  ['the beginning of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', /^(HTTP\/1\.1 400 |$)/],
]

for (const shape of shapes.slice(0, 2)) {
  describe(`the edge of ${shape.name}`, () => {
    let shop: Shop
    let admin: string
    before(async () => {
      shop = await startShop(shape, { env: { RATE_LIMIT: 'on', RATE_LIMIT_REQUESTS: '100000', TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8', CORS_ORIGINS: 'https://shop.example', PUBLIC_URL: 'https://api.example' } })
      admin = await adminToken(shop, shop.admin)
    })
    after(async () => { await endShop(shop) })

    for (const [title, text] of ambiguous) {
      test(`a request with ${title} is refused and hides no second one`, async () => {
        const answered = statuses(await raw(shop.url, text))
        assert.ok(answered.length <= 1, answered.join())
        for (const status of answered) assert.match(status, /^(4|505)/)
      })
    }

    for (const [title, text, expected] of unusual) {
      test(`${title} is answered in the open`, async () => assert.match(await raw(shop.url, text), expected))
    }

    test('who a client says it is counts for nothing', async () => {
      const headers = { 'x-user-id': 'admin', 'x-roles': 'admin', 'x-permissions': 'users:read', 'x-forwarded-user': 'admin', forwarded: 'for=1.2.3.4' }
      assert.equal((await shop.get('/auth/me', { headers })).status, 401)
      assert.equal((await shop.get('/auth/users', { ...await newUser(shop), headers })).status, 403)
    })

    test('a client\'s address is the last one that is not a trusted proxy\'s', async () => {
      const { email, password } = await newUser(shop)
      const { body } = await shop.post('/auth/login', { email, password }, { headers: { 'x-forwarded-for': '1.1.1.1, 203.0.113.9, 10.1.2.3' } })
      const { items } = (await shop.get('/auth/sessions', { token: body.accessToken })).body
      assert.ok(items.some(({ address }: { address: string }) => address === '203.0.113.9'), JSON.stringify(items))
    })

    test('absolute links and cookies are those of the public URL', async () => {
      const product = await newProduct(shop, admin)
      const { headers } = await shop.post('/cart/items', { variantId: product.variants[0].id, quantity: 1 })
      assert.match(headers.get('set-cookie') ?? '', /; Secure/)
      assert.match(headers.get('strict-transport-security') ?? '', /max-age/)
      assert.match((await shop.get('/nowhere')).body.type, /^https:\/\/api\.example\/docs\/problems#/)
    })

    test('the listed origin may call, errors too; no other one may', async () => {
      for (const path of ['/products', '/nowhere', '/auth/me']) {
        assert.equal((await shop.get(path, { headers: { origin: 'https://shop.example' } })).headers.get('access-control-allow-origin'), 'https://shop.example')
        assert.equal((await shop.get(path, { headers: { origin: 'https://evil.example' } })).headers.get('access-control-allow-origin'), null)
      }
    })

    test('login has a limit of its own: a guesser is slowed down, others are not', async () => {
      const { email } = await newUser(shop)
      const at = (address: string) => ({ headers: { 'x-forwarded-for': address } })
      const guesses = []
      for (let guess = 0; guess < 12; guess++) guesses.push(await shop.post('/auth/login', { email, password: `wrong ${guess} wrong` }, at('198.51.100.7')))
      const slowed = guesses.find(({ status }) => status === 429)
      assert.ok(slowed !== undefined && Number(slowed.headers.get('retry-after')) >= 1, guesses.map(({ status }) => status).join())
      assert.ok(guesses.filter(({ status }) => status === 401).length >= 3)
      const other = await newUser(shop)
      assert.equal((await shop.post('/auth/login', { email: other.email, password: other.password }, at('203.0.113.77'))).status, 200)
    })

    test('what a shop prints holds no password, token, session, key, address or query', async () => {
      const product = await newProduct(shop, admin)
      const { session } = await addToCart(shop, {}, product.variants[0].id)
      const order = (await checkOut(shop, { session }, { key: 'a-very-own-key', more: { email: 'private-person@example.com', note: 'the-note-of-a-buyer' } })).body
      await shop.get('/products?q=secretsearch', { token: admin })
      await shop.get(`/orders/${order.id}`, { headers: { 'x-order-token': order.access.token } })
      await until(async () => shop.printed(), (text) => text.includes('"operation":"read"'))
      const printed = shop.printed()
      for (const secret of [shop.admin.password, admin, session ?? '', order.access.token, 'a-very-own-key', 'private-person', 'the-note-of-a-buyer', 'secretsearch', 'St James']) {
        assert.ok(!printed.includes(secret), `it prints ${secret}`)
      }
      const line = JSON.parse(printed.split('\n').find((one) => one.includes('"route":"/orders/{id}"')) ?? '{}')
      for (const field of ['method', 'route', 'status', 'ms', 'bytes', 'requestId']) assert.ok(field in line, field)
    })
  })

  test(`${shape.name} with a limit answers so many and no more, health apart`, async () => {
    const shop = await startShop(shape, { env: { RATE_LIMIT: 'on', RATE_LIMIT_REQUESTS: '5', RATE_LIMIT_SECONDS: '3600' } })
    try {
      const answers = []
      for (let at = 0; at < 8; at++) answers.push(await shop.get('/products'))
      assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200, 200, 429, 429, 429])
      assert.ok(Number(answers[7]?.headers.get('retry-after')) >= 1)
      assert.equal(answers[7]?.body.code, 'rate_limited')
      assert.equal((await shop.get('/health/ready')).status, 200)
    } finally {
      await endShop(shop)
    }
  })
}
