import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newUser } from '../buying.ts'
import type { Journey } from '../journeys.test.ts'

export default (given: () => Journey): void => {
  const json = { 'content-type': 'application/json' }

  test('what is malformed is a 4xx problem that names its field', async () => {
    const { shop, admin } = given()
    const user = await newUser(shop)
    const price = { amount: 1, currency: 'EUR' }
    const cases: [string, Promise<{ status: number; body: any; text: string }>, number, string, string?][] = [
      ['no JSON', shop.post('/auth/login', '{', { headers: json }), 400, 'invalid_json'],
      ['another type', shop.post('/auth/login', 'a=1', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }), 415, 'unsupported_media_type'],
      ['a missing field', shop.post('/auth/login', { email: 'a@example.com' }), 400, 'invalid_input', '/password'],
      ['an unknown field', shop.post('/auth/login', { email: 'a@example.com', password: 'xxxxxxxxxx', role: 'admin' }), 400, 'invalid_input', '/role'],
      ['a string for a number', shop.post('/cart/items', { variantId: '018f6b1e-0000-7000-8000-000000000000', quantity: '2' }), 400, 'invalid_input', '/quantity'],
      ['a number out of range', shop.post('/cart/items', { variantId: '018f6b1e-0000-7000-8000-000000000000', quantity: 1e300 }), 400, 'invalid_input', '/quantity'],
      ['another currency', shop.post('/products', { name: 'X', variants: [{ price: { ...price, currency: 'USD' }, stock: 1 }] }, { token: admin }), 400, 'invalid_input', '/variants/0/price/currency'],
      ['an unknown query parameter', shop.get('/products?colour=red'), 400, 'invalid_input', '/colour'],
      ['a limit of none', shop.get('/products?limit=0'), 400, 'invalid_input', '/limit'],
      ['a limit that is no number', shop.get('/products?limit=2x'), 400, 'invalid_input', '/limit'],
      ['a bad cursor', shop.get('/products?cursor=abc'), 400, 'invalid_cursor'],
      ['relevance without a query', shop.get('/products?sort=relevance'), 400, 'invalid_input', '/sort'],
      ['too deep', shop.post('/products', `{"name":"x","variants":[],"attributes":${'{"a":'.repeat(40)}1${'}'.repeat(41)}`, { token: admin, headers: json }), 400, 'invalid_json'],
      ['__proto__', shop.post('/products', '{"name":"x","variants":[],"__proto__":{"admin":true}}', { token: admin, headers: json }), 400, 'invalid_json'],
      ['too large', shop.post('/products', { name: 'x'.repeat(1_100_000), variants: [] }, { token: admin }), 413, 'body_too_large'],
      ['no such route', shop.get('/nowhere'), 404, 'route_not_found'],
      ['a malformed id', shop.get('/orders/42', user), 404, 'order_not_found'],
      ['another method', shop.ask('PUT', '/cart'), 405, 'method_not_allowed'],
      ['no token', shop.get('/auth/me'), 401, 'unauthenticated'],
      ['no permission', shop.post('/products', { name: 'X', variants: [{ price, stock: 1 }] }, user), 403, 'forbidden'],
    ]
    for (const [title, asked, status, code, path] of cases) {
      const { status: got, body, text } = await asked
      assert.equal(got, status, `${title}: ${text}`)
      assert.equal(body.code, code, `${title}: ${text}`)
      if (path !== undefined) assert.ok(body.errors.some((error: any) => error.path === path), `${title}: ${text}`)
      for (const field of ['type', 'title', 'status', 'detail', 'code', 'errors', 'requestId']) assert.ok(field in body, `${title} lacks ${field}`)
    }
  })

  test('a UUID that names nothing is not found, whatever its version', async () => {
    const { shop, admin } = given()
    for (const id of ['00000000-0000-0000-0000-000000000000', 'FFFFFFFF-ffff-ffff-ffff-ffffffffffff', '0e9b2a4c-1f5d-4a86-b6f0-2f7f3a1c9d55']) {
      const added = await shop.post('/cart/items', { variantId: id, quantity: 1 })
      assert.deepEqual([added.status, added.body.code], [404, 'variant_not_found'], id)
      assert.deepEqual((await shop.get(`/products?ids=${id}`)).body, { items: [], nextCursor: null })
      assert.deepEqual((await shop.get(`/orders?userId=${id}`, { token: admin })).body.items, [])
      for (const path of [`/products/${id}`, `/orders/${id}`]) assert.equal((await shop.get(path, { token: admin })).status, 404)
    }
    for (const id of ['x', 'x'.repeat(1000)]) assert.equal((await shop.get(`/products/${id}`)).body.code, 'product_not_found')
    assert.equal((await shop.get('/orders?email=a@example.com')).status, 401)
  })

  test('any text that is no cursor of a list is an invalid cursor', async () => {
    const { shop, admin } = given()
    for (const list of ['/products', '/orders', '/auth/users', '/auth/sessions']) {
      for (const cursor of ['', 'x', 'x'.repeat(4000)]) {
        const { status, body } = await shop.get(`${list}?cursor=${cursor}`, { token: admin })
        assert.deepEqual([status, body.code, body.errors[0]?.path], [400, 'invalid_cursor', '/cursor'], `${list} ${cursor.slice(0, 10)}`)
      }
    }
  })

  test('invalid UTF-8 is no JSON', async () => {
    const { shop } = given()
    const answer = await fetch(`${shop.url}/auth/login`, { method: 'POST', headers: json, body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]) })
    assert.equal(answer.status, 400)
    assert.equal((await answer.json() as any).code, 'invalid_json')
  })

  test('every answer has a request id and security headers; a 405 says what is allowed', async () => {
    const { shop } = given()
    for (const answer of [await shop.get('/products'), await shop.get('/nowhere'), await shop.ask('PUT', '/cart')]) {
      assert.ok(answer.headers.get('x-request-id'))
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
      assert.equal(answer.headers.get('x-powered-by'), null)
    }
    assert.match((await shop.ask('PUT', '/cart')).headers.get('allow') ?? '', /GET/)
  })

  test('path tricks reach nothing', async () => {
    const { shop } = given()
    for (const path of ['/%2e%2e/etc/passwd', '/products/%2e%2e%2fauth', '//products', '/products/%00', '/products/..%5cauth', '/docs/../package.json', '/docs/%2e%2e/package.json']) {
      const { status } = await shop.get(path)
      assert.ok(status >= 400 && status < 500, `${path}: ${status}`)
    }
  })

  test('health, documents and the front page are there; metrics only on their own port', async () => {
    const { shop } = given()
    assert.equal((await shop.get('/health/live')).status, 200)
    assert.equal((await shop.get('/health/ready')).status, 200)
    const { body } = await shop.get('/openapi.json')
    assert.equal(body.openapi.slice(0, 3), '3.1')
    assert.ok(body.paths['/orders'].post)
    assert.match((await shop.get('/docs')).headers.get('content-type') ?? '', /text\/html/)
    assert.match((await shop.get('/', { headers: { accept: 'text/html' } })).text, /Mercado/)
    assert.equal((await shop.get('/metrics')).status, 404)
    const metrics = await (await fetch(`${shop.metricsUrl}/metrics`)).text()
    assert.match(metrics, /mercado_http_requests_total\{module="product",operation="[a-zA-Z]+",status="200"\} \d+/)
    assert.match(metrics, /mercado_outbox_depth/)
    assert.match(metrics, /mercado_store_seconds/)
  })

  test('a listed origin may read answers, another may not', async () => {
    const { shop } = given()
    const preflight = await shop.ask('OPTIONS', '/cart/items', { headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' } })
    assert.equal(preflight.headers.get('access-control-allow-origin'), null)
  })
}
