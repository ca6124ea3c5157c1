import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { contract } from '../contract/contract.ts'
import { operation } from '../contract/operation.ts'
import { Closed } from '../contract/scalars.ts'
import type { Context } from '../module/context.ts'
import { type Served, serveContract } from '../../test/served.ts'

const about = { summary: 'For the tests', takes: Closed({}), returns: Type.Unknown() }
const shop = contract('shop', {
  port: 0, inner: {}, events: {}, hears: {},
  operations: {
    public: operation('POST /public', { ...about, access: 'public' }),
    visitor: operation('POST /visitor', { ...about, access: 'visitor' }),
    login: operation('POST /login', { ...about, access: 'visitor', ignoresToken: true }),
    user: operation('POST /user', { ...about, access: 'user' }),
    staff: operation('POST /staff', { ...about, access: 'orders:write', takes: Closed({ name: Type.String({ maxLength: 5 }) }) }),
    own: operation('POST /own', { ...about, access: 'user', limit: { name: 'own', limit: 1, windowS: 60, per: 'caller' } }),
  },
})
const who = async (_input: unknown, { caller, client }: Context) => ({
  is: caller.is, id: caller.is === 'user' ? caller.id : caller.is === 'guest' ? caller.session : null, client,
})

let served: Served
const tokens = { user: '', staff: '', other: '', expired: '' }
before(async () => {
  const { publicKey, privateKey } = await generateKeyPair('Ed25519')
  const sign = (sub: string, permissions: string[], at: number) =>
    new SignJWT({ sid: 's', roles: [], permissions }).setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'k' })
      .setIssuer('mercado').setAudience('mercado').setSubject(sub).setExpirationTime(at).sign(privateKey)
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k' }
  served = await serveContract(shop, { public: who, visitor: who, login: who, user: who, staff: who, own: who }, {}, { keys: async () => [jwk] })
  const soon = Math.floor(served.world.now() / 1000) + 600
  Object.assign(tokens, { user: await sign('u1', [], soon), other: await sign('u2', [], soon), staff: await sign('u3', ['orders:write'], soon), expired: await sign('u1', [], soon - 1200) })
})
after(() => served.end())

const session = 'abcdefghijklmnopqrstuv'
const other = 'ABCDEFGHIJKLMNOPQRSTUV'

test('a token goes before the session header, and that before the cookie', async () => {
  const both = { session: other, headers: { cookie: `a=b; session=${session}; c=d` } }
  assert.equal((await served.post('/visitor', undefined, { ...both, token: tokens.user })).body.id, 'u1')
  assert.equal((await served.post('/visitor', undefined, both)).body.id, other)
  assert.equal((await served.post('/visitor', undefined, { headers: both.headers })).body.id, session)
  assert.equal((await served.post('/visitor')).body.is, 'nobody')
})

test('a session that cannot be one is none, and a public operation reads none', async () => {
  for (const bad of ['x', 'x'.repeat(201), 'abc def ghi jkl mno pqr']) assert.equal((await served.post('/visitor', undefined, { session: bad })).body.is, 'nobody')
  assert.equal((await served.post('/public', undefined, { session })).body.is, 'nobody')
})

test('a token that is not valid is refused everywhere but where none is read', async () => {
  for (const path of ['/public', '/visitor', '/user', '/staff']) {
    const bad = await served.post(path, {}, { token: 'x.y.z', session })
    assert.deepEqual([bad.status, bad.body.code, bad.headers.get('www-authenticate')], [401, 'unauthenticated', 'Bearer error="invalid_token"'], path)
    assert.equal((await served.post(path, {}, { token: tokens.expired })).body.code, 'token_expired')
    assert.equal((await served.post(path, {}, { headers: { authorization: 'Basic YTpi' } })).body.code, 'unauthenticated')
    assert.equal((await served.post(path, {}, { headers: { authorization: '' } })).body.code, 'unauthenticated')
  }
  const login = await served.post('/login', undefined, { token: 'x.y.z', session })
  assert.deepEqual([login.status, login.body.id], [200, session])
})

test('without a token there is no user, without the permission no staff', async () => {
  const anonymous = await served.post('/user', undefined, { session })
  assert.deepEqual([anonymous.status, anonymous.headers.get('www-authenticate')], [401, 'Bearer'])
  assert.equal((await served.post('/user', undefined, { token: tokens.user })).body.id, 'u1')
  assert.deepEqual([(await served.post('/staff', { name: 'a' })).status, (await served.post('/staff', { name: 'a' }, { token: tokens.user })).body.code], [401, 'forbidden'])
  assert.equal((await served.post('/staff', { name: 'a' }, { token: tokens.staff })).status, 200)
})

test('refusals come in order: content type, who, permission, input', async () => {
  const ask = (more: object) => served.post('/staff', '{"bad":1}', { headers: { 'content-type': 'application/json' }, ...more })
  assert.equal((await served.post('/staff', 'x', { headers: { 'content-type': 'text/plain' } })).status, 415)
  assert.equal((await ask({})).status, 401)
  assert.equal((await ask({ token: tokens.user })).status, 403)
  assert.equal((await ask({ token: tokens.staff })).status, 400)
})

test('a limit per caller counts each user alone', async () => {
  const statuses = []
  for (const token of [tokens.user, tokens.user, tokens.other]) statuses.push((await served.post('/own', undefined, { token })).status)
  assert.deepEqual(statuses, [200, 429, 200])
})

test('a handler sees where the request came from', async () => {
  const { body } = await served.post('/public', undefined, { headers: { 'user-agent': 'Test/1', 'x-forwarded-for': '1.2.3.4' } })
  assert.deepEqual(body.client, { address: '127.0.0.1', device: 'Test/1' })
})
