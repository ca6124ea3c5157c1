import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { type CryptoKey, SignJWT, exportJWK, generateKeyPair } from 'jose'
import { accessToken } from '../../src/contract/token.ts'
import { keysFrom } from '../../src/gateway/proxy/keys.ts'
import { makeVerifier } from '../../src/http/verifier.ts'
import { testWorld } from '../world.ts'
import { type Instance, answers, endAll, many, others, stand, startInstance, things } from './stage.ts'

afterEach(endAll)
const made = { name: 'a' }
const targets = (instance: Instance) => instance.asked.map(({ url }) => url)

test('1. a path that nothing is at is 404 without a question to anybody', async () => {
  const one = await startInstance()
  const shop = await stand([[things, [one]]])
  for (const path of ['/nowhere', '/things', '/things/a/b', '/things/', '/health']) {
    const { status, headers, body } = await shop.get(path)
    if (path === '/things') assert.equal(status, 405)
    else assert.deepEqual([status, headers.get('content-type'), body.code], [404, 'application/problem+json', 'route_not_found'], path)
  }
  assert.deepEqual(one.asked, [])
})

test('2. a method that a path does not take is 405 with those that it does', async () => {
  const one = await startInstance()
  const shop = await stand([[things, [one]]])
  const { status, headers } = await shop.ask('DELETE', '/things/a')
  assert.deepEqual([status, headers.get('allow')], [405, 'GET, HEAD, OPTIONS'])
  assert.deepEqual(one.asked, [])
})

test('3. a path goes on in the form that it was routed by, and hidden slashes and dots lead nowhere', async () => {
  const [thing, other] = await many(2, () => startInstance())
  const shop = await stand([[things, [thing!]], [others, [other!]]])
  for (const path of ['/things/..%2fothers%2fa', '/things/%2e%2e/others/a', '//others/a', '/things/%5c..%5cothers', '/things/a%00', '/things//a', '/things/%2e%2e%2fothers/a', '/things/./a', '/things\\..\\others\\a']) {
    const answer = await shop.raw(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    assert.match(answer, /^HTTP\/1\.1 (404|400) /, path)
  }
  assert.deepEqual([...targets(thing!), ...targets(other!)], [])
  await shop.raw('GET /things/%61b%c3%a4?q=a%2Fb&q=..%2f HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  assert.deepEqual(targets(thing!), ['/things/ab%C3%A4?q=a%2Fb&q=..%2f'])
})

test('26. an operation\'s own limit counts at the gateway', async () => {
  const one = await startInstance(answers({}, 201))
  const shop = await stand([[things, [one]]], { edge: { rateLimit: true } })
  const answered = await many(4, () => shop.post('/few', made))
  assert.deepEqual(answered.map(({ status }) => status).sort(), [201, 201, 429, 429])
  const refused = answered.find(({ status }) => status === 429)
  assert.ok(Number(refused?.headers.get('retry-after')) >= 1)
  assert.match(refused?.headers.get('ratelimit-policy') ?? '', /q=2;w=60/)
  assert.equal(one.asked.length, 2)
})

test('26. so does the general one, by address', async () => {
  const one = await startInstance()
  const shop = await stand([[things, [one]]], { edge: { rateLimit: true, rateLimitRequests: 3 } })
  const answered = await many(5, () => shop.get('/things/a'))
  assert.deepEqual(answered.map(({ status }) => status).sort(), [200, 200, 200, 429, 429])
})

const signed = (privateKey: CryptoKey, kid: string, may: string[]) =>
  new SignJWT({ sid: 's', roles: ['staff'], permissions: may }).setProtectedHeader({ alg: accessToken.algorithm, typ: accessToken.type, kid }).setSubject('u').setIssuer(accessToken.issuer).setAudience(accessToken.audience).setIssuedAt().setExpirationTime('5m').sign(privateKey)

test('27. a token is checked before a module is asked, with the keys that auth publishes; while it is away those are kept', async () => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA')
  const jwk = { ...await exportJWK(publicKey), kid: 'k1', use: 'sig' }
  const auth = await startInstance(answers({ keys: [jwk] }))
  const one = await startInstance()
  const keys = async () => [jwk]
  const shop = await stand([[things, [one]]], { keys: { keys } })
  const token = await signed(privateKey, 'k1', ['things:read'])
  assert.deepEqual([(await shop.get('/secrets/a')).status, (await shop.get('/secrets/a', { token: 'x.y.z' })).status], [401, 401])
  assert.equal((await shop.get('/secrets/a', { token: await signed(privateKey, 'k1', []) })).status, 403)
  assert.equal((await shop.get('/secrets/a', { token: await signed((await generateKeyPair('EdDSA')).privateKey, 'k1', ['things:read']) })).status, 401)
  assert.equal(one.asked.length, 0)
  assert.equal((await shop.get('/secrets/a', { token })).status, 200)
  assert.equal(one.asked[0]?.headers.authorization, `Bearer ${token}`)

  const stage = await stand([[others, [auth]]])
  const world = testWorld()
  const verify = makeVerifier({ keys: keysFrom(stage.of('others'), world), world })
  assert.equal((await verify(token)).is, 'user')
  assert.deepEqual(targets(auth), ['/.well-known/jwks.json'])
  await auth.kill()
  assert.equal((await verify(await signed(privateKey, 'k1', ['things:read']))).is, 'user')
  await assert.rejects(async () => verify(await signed(privateKey, 'k2', [])), { code: 'unauthenticated' })
  const blind = makeVerifier({ keys: keysFrom(stage.of('others'), world), world })
  await assert.rejects(async () => blind(token), { code: 'unavailable' })
})

test('the document, its problems and the page at / are the gateway\'s own, whoever is away', async () => {
  const one = await startInstance()
  await one.kill()
  const shop = await stand([[things, [one]]])
  assert.ok('/things/{id}' in (await shop.get('/openapi.json')).body.paths)
  assert.match((await shop.get('/docs/problems', { headers: { accept: 'text/html' } })).text, /id="unavailable"/)
  assert.equal((await shop.get('/', { headers: { accept: 'text/html' } })).status, 200)
})
