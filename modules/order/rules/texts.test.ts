import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoffMs } from './backoff.ts'
import { keyScope, scopeOf } from './caller.ts'
import { canonical, fingerprint } from './fingerprint.ts'
import { parsedNumber, shownNumber } from './number.ts'
import { opens, orderToken } from './order-token.ts'
import { written } from './told.ts'
import { mayBecome, mayCancel } from './transitions.ts'

test('bodies are compared as parsed JSON: order of members and absent ones do not matter, all else does', () => {
  assert.equal(fingerprint({ a: 1, b: { c: [1, 2], d: null } }), fingerprint({ b: { d: null, c: [1, 2] }, a: 1, e: undefined }))
  for (const other of [{ a: 1, b: { c: [2, 1], d: null } }, { a: '1', b: { c: [1, 2], d: null } }, { a: 1, b: { c: [1, 2] } }]) {
    assert.notEqual(fingerprint({ a: 1, b: { c: [1, 2], d: null } }), fingerprint(other))
  }
  assert.equal(canonical({ 'a"': 'ü' }), '{"a\\"":"ü"}')
})

test('order numbers are shown from M-100001, and read back', () => {
  assert.equal(shownNumber(1), 'M-100001')
  assert.equal(parsedNumber('M-100001'), 1)
  for (const none of ['M-100000', 'M-1', 'm-100001', '100001', 'M-100001x', 'M-0100001', 'M-99999999999999999']) assert.equal(parsedNumber(none), null, none)
})

test('an order token opens its own order under its own secret', () => {
  const token = orderToken('secret', 'order-1')
  assert.ok(opens('secret', 'order-1', token))
  assert.ok(!opens('secret', 'order-2', token))
  assert.ok(!opens('other', 'order-1', token))
  assert.ok(!opens('secret', 'order-1', `${token}x`))
  assert.ok(!opens('secret', 'order-1', ''))
})

test('keys belong to a user or to a guest\'s session, by its hash', () => {
  assert.equal(keyScope({ is: 'nobody' }), null)
  assert.equal(keyScope({ is: 'user', id: 'u', sid: 's', may: new Set() }), scopeOf({ userId: 'u', session: null }))
  const guest = keyScope({ is: 'guest', session: 'opaque' })
  assert.match(guest ?? '', /^guest:[0-9a-f]{64}$/)
  assert.equal(guest, scopeOf({ userId: null, session: guest?.slice(6) ?? '' }))
})

test('each retry waits longer, up to a minute and a half of it more', () => {
  assert.deepEqual([0, 1, 2, 3].map((attempt) => backoffMs(attempt, 0)), [500, 1000, 2000, 4000])
  assert.equal(backoffMs(1000, 0), 60_000)
  assert.equal(backoffMs(1000, 1), 90_000)
})

test('amounts are written with as many digits as their currency has', () => {
  assert.equal(written({ amount: 1999, currency: 'EUR' }), '19.99 EUR')
  assert.equal(written({ amount: 500, currency: 'JPY' }), '500 JPY')
  assert.equal(written({ amount: 5, currency: 'EUR' }), '0.05 EUR')
})

test('staff take an order one step at a time, and nowhere else', () => {
  const steps = [['paid', 'preparing'], ['preparing', 'shipped'], ['shipped', 'delivered']]
  const all = ['pending', 'paid', 'preparing', 'shipped', 'delivered', 'payment_failed', 'cancelled', 'refunded'] as const
  for (const from of all) for (const to of all) assert.equal(mayBecome(from, to), steps.some(([a, b]) => a === from && b === to), `${from} → ${to}`)
  assert.deepEqual(all.filter(mayCancel), ['pending', 'paid', 'preparing'])
})
