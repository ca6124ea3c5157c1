import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { accessToken } from '../../../../src/contract/token.ts'
import type { Place } from '../../../../test/place.ts'
import { auth } from '../../contract/index.ts'
import { dayMs, minuteMs, type People, people } from '../people.ts'

const verify = async (shop: People, token: string) => {
  const keys: any = await shop.auth('jwks', {})
  const { issuer, audience, type, algorithm } = accessToken
  return jwtVerify(token, createLocalJWKSet(keys), { issuer, audience, typ: type, algorithms: [algorithm], currentDate: new Date(shop.world.now()) })
}
/** Until the hourly job has made the next key. */
const rotated = async (shop: People, before: number) => {
  for (let i = 0; i < 2000; i++) {
    const { keys } = await shop.auth('jwks', {})
    if (keys.length !== before) return keys
    await new Promise((resolve) => setImmediate(resolve))
  }
  return assert.fail('no key came or went')
}

export default (place: Place): void => {
  test('an access token is what the published keys verify, for ten minutes', async (t) => {
    const shop = await people(place, t)
    const { accessToken: token, user } = await shop.register('ada@x.org')
    const { payload, protectedHeader } = await verify(shop, token)
    assert.deepEqual(protectedHeader, { alg: 'EdDSA', typ: 'at+jwt', kid: protectedHeader.kid })
    assert.equal(payload.sub, user.id)
    assert.deepEqual([payload['roles'], payload['permissions']], [['customer'], []])
    assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 600)
    shop.advance(10 * minuteMs)
    await assert.rejects(verify(shop, token), { code: 'ERR_JWT_EXPIRED' })
  })

  test('the setting says how long an access token lives', async (t) => {
    const shop = await people(place, t, { ACCESS_TOKEN_SECONDS: '60' })
    const answer = await shop.register('ada@x.org')
    const { payload } = await verify(shop, answer.accessToken)
    assert.deepEqual([answer.expiresIn, (payload.exp ?? 0) - (payload.iat ?? 0)], [60, 60])
  })

  test('only public halves are shown, cacheable, to everyone alike', async (t) => {
    const shop = await people(place, t)
    const { body, options } = await shop.reply('auth', 'jwks', {})
    assert.deepEqual(Object.keys(body.keys[0]).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    assert.equal(options.headers?.['cache-control'], 'public, max-age=300')
    assert.deepEqual(await shop.door(auth).keys({}, shop.context()), body)
  })

  test('a new key is shown before it signs; the old one verifies until its last token has expired', async (t) => {
    const shop = await people(place, t, { SIGNING_KEY_DAYS: '7', REFRESH_TOKEN_DAYS: '60' })
    const kidOf = ({ accessToken: token }: any) => decodeProtectedHeader(token).kid
    const first = await shop.register('ada@x.org')
    shop.advance(7 * dayMs)
    await rotated(shop, 1)
    const second = await shop.login('ada@x.org')
    assert.equal(kidOf(second), kidOf(first))
    shop.advance(10 * minuteMs)
    const third = await shop.login('ada@x.org')
    assert.notEqual(kidOf(third), kidOf(first))
    const beforeLast = await shop.login('ada@x.org')
    await verify(shop, beforeLast.accessToken)
    assert.equal((await shop.auth('jwks', {})).keys.length, 2)
    shop.advance(60 * minuteMs)
    const [left] = await rotated(shop, 2)
    assert.equal(left.kid, kidOf(third))
  })
}
