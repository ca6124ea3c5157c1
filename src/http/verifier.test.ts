import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { isFault } from '../contract/fault.ts'
import { testWorld } from '../../test/world.ts'
import { makeVerifier } from './verifier.ts'

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const setUp = async () => {
  const world = testWorld()
  const pair = await generateKeyPair('Ed25519', { extractable: true })
  const state = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'EdDSA', use: 'sig' }] as JWK[], down: false, asked: 0 }
  const verify = makeVerifier({
    world, cacheSize: 3,
    keys: async () => {
      state.asked++
      if (state.down) throw new Error('auth is down')
      return state.keys
    },
  })
  const claims = { sid: 's1', roles: ['staff'], permissions: ['orders:read'] }
  const sign = ({ payload = {}, header = {}, key = pair.privateKey, exp = 600, without = [] as string[] } = {}) => {
    const now = Math.floor(world.now() / 1000)
    const all: Record<string, unknown> = { iss: 'mercado', aud: 'mercado', sub: 'u1', exp: now + exp, ...claims, ...payload }
    for (const name of without) delete all[name]
    return new SignJWT(all).setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'one', ...header }).sign(key)
  }
  const codeOf = async (token: string): Promise<string> => {
    try {
      return (await verify(token)).is
    } catch (error) {
      return isFault(error) ? error.code : `not a fault: ${error}`
    }
  }
  return { world, pair, state, verify, sign, codeOf }
}

test('a good token tells who its bearer is and what they may', async () => {
  const { verify, sign } = await setUp()
  assert.deepEqual(await verify(await sign()), { is: 'user', id: 'u1', sid: 's1', may: new Set(['orders:read']) })
})

test('a token is refused', async (t) => {
  const set = await setUp()
  const { sign, pair } = set
  const other = await generateKeyPair('Ed25519', { extractable: true })
  const publicJwk = await exportJWK(pair.publicKey)
  const good = await sign()
  const [head = '', body = '', signature = ''] = good.split('.')
  const hmac = async (secret: Uint8Array<ArrayBuffer>) => {
    const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    const text = `${base64({ alg: 'HS256', typ: 'at+jwt', kid: 'one' })}.${body}`
    return `${text}.${Buffer.from(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))).toString('base64url')}`
  }
  const rows: [string, string, string?][] = [
    ['with alg none', `${base64({ alg: 'none', typ: 'at+jwt', kid: 'one' })}.${body}.`],
    ['signed by HS256 with the public key', await hmac(new Uint8Array(Buffer.from(publicJwk.x ?? '', 'base64url')))],
    ['of an unknown key', await sign({ header: { kid: 'two' }, key: other.privateKey })],
    ['of another key under a known kid', await sign({ key: other.privateKey })],
    ['without kid', await sign({ header: { kid: undefined } as never })],
    ['without exp', await sign({ without: ['exp'] })],
    ['that has expired', await sign({ exp: -60 }), 'token_expired'],
    ['of the future', await sign({ payload: { nbf: Math.floor(set.world.now() / 1000) + 300 } })],
    ['of another issuer', await sign({ payload: { iss: 'elsewhere' } })],
    ['for another audience', await sign({ payload: { aud: 'elsewhere' } })],
    ['of type JWT', await sign({ header: { typ: 'JWT' } })],
    ['of another type, such as a mail verification', await sign({ header: { typ: 'verify+jwt' } })],
    ['without type', await sign({ header: { typ: undefined } as never })],
    ['without session', await sign({ without: ['sid'] })],
    ['without subject', await sign({ without: ['sub'] })],
    ['whose permissions are no list', await sign({ payload: { permissions: 'orders:read' } })],
    ['that brings its own key', await sign({ header: { kid: 'mine', jwk: await exportJWK(other.publicKey) } as never, key: other.privateKey })],
    ['that points to keys elsewhere', await sign({ header: { kid: 'mine', jku: 'https://evil.example/jwks' } as never, key: other.privateKey })],
    ['that points to a certificate elsewhere', await sign({ header: { kid: 'mine', x5u: 'https://evil.example/x5' } as never, key: other.privateKey })],
    ['with a critical header that nobody knows', `${base64({ alg: 'EdDSA', typ: 'at+jwt', kid: 'one', crit: ['x'], x: 1 })}.${body}.${signature}`],
    ['with another payload', `${head}.${base64({ sub: 'admin' })}.${signature}`],
    ['longer than 8 KiB', await sign({ payload: { filler: 'x'.repeat(8192) } })],
    ['that is a refresh token', Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')],
    ['that is nothing', 'x.y.z'],
  ]
  for (const [title, token, code = 'unauthenticated'] of rows) await t.test(title, async () => assert.equal(await set.codeOf(token), code))
})

test('a token that was accepted is refused once it has expired', async () => {
  const { codeOf, sign, world } = await setUp()
  const token = await sign({ exp: 60 })
  assert.equal(await codeOf(token), 'user')
  world.advance(70_000)
  assert.equal(await codeOf(token), 'token_expired')
})

test('a token seen before is answered at once, and only so many are remembered', async () => {
  const { verify, sign } = await setUp()
  const tokens = await Promise.all([1, 2, 3, 4].map((at) => sign({ payload: { sub: `u${at}` } })))
  for (const token of tokens) await verify(token)
  assert.ok(verify(tokens[3]!) instanceof Promise === false)
  assert.ok(verify(tokens[0]!) instanceof Promise)
})

test('a new key is asked for when a token names it, at most every ten seconds', async () => {
  const { codeOf, sign, state, world } = await setUp()
  const next = await generateKeyPair('Ed25519', { extractable: true })
  const old = await sign()
  await codeOf(old)
  const rotated = await sign({ header: { kid: 'two' }, key: next.privateKey })
  assert.equal(await codeOf(rotated), 'unauthenticated')
  assert.equal(state.asked, 1)
  state.keys = [...state.keys, { ...(await exportJWK(next.publicKey)), kid: 'two' }]
  world.advance(10_000)
  assert.equal(await codeOf(rotated), 'user')
  assert.equal(await codeOf(old), 'user')
  assert.equal(state.asked, 2)
})

test('a new key is asked for after the clock went back, too', async () => {
  const { codeOf, sign, state, world } = await setUp()
  await codeOf(await sign())
  const next = await generateKeyPair('Ed25519', { extractable: true })
  state.keys = [...state.keys, { ...(await exportJWK(next.publicKey)), kid: 'two' }]
  world.advance(-3_600_000)
  assert.equal(await codeOf(await sign({ header: { kid: 'two' }, key: next.privateKey })), 'user')
})

test('keys are kept while nobody answers for them', async () => {
  const { codeOf, sign, state, world } = await setUp()
  await codeOf(await sign())
  state.down = true
  world.advance(3_600_000)
  assert.equal(await codeOf(await sign({ payload: { sub: 'u2' } })), 'user')
})

test('without any key nobody is refused for good: it is unavailable, and works once keys come', async () => {
  const { codeOf, sign, state } = await setUp()
  state.down = true
  const token = await sign()
  assert.equal(await codeOf(token), 'unavailable')
  state.down = false
  assert.equal(await codeOf(token), 'user')
})

test('a withdrawn key ends the tokens that were remembered', async () => {
  const { codeOf, sign, state, world } = await setUp()
  const next = await generateKeyPair('Ed25519', { extractable: true })
  const old = await sign()
  assert.equal(await codeOf(old), 'user')
  state.keys = [{ ...(await exportJWK(next.publicKey)), kid: 'two' }]
  world.advance(10_000)
  assert.equal(await codeOf(await sign({ header: { kid: 'two' }, key: next.privateKey })), 'user')
  assert.equal(await codeOf(old), 'unauthenticated')
})

test('private or foreign keys in the set are passed over', async () => {
  const { codeOf, sign, state } = await setUp()
  const rsa = await exportJWK((await generateKeyPair('RS256', { extractable: true })).publicKey)
  state.keys = [{ ...rsa, kid: 'rsa' }, ...state.keys]
  assert.equal(await codeOf(await sign()), 'user')
})
