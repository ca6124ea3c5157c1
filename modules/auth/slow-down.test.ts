import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slowDown } from './slow-down.ts'
import { contextOf, partsFor } from './suites/parts.ts'

test('failures outlive the process that counted them, and count for nothing where rate limits are off', async (t) => {
  const parts = await partsFor(t)
  const here = contextOf(parts.world)
  for (let i = 0; i < 5; i++) await slowDown(parts).failed('ada@x.org', here)
  await assert.rejects(slowDown(parts).check('ada@x.org', here), { code: 'rate_limited' })
  await slowDown(parts).check('eve@x.org', here)
  await slowDown({ ...parts, settings: { ...parts.settings, rateLimit: false } }).check('ada@x.org', here)
})

test('calls without an address are counted for their account alone', async (t) => {
  const parts = await partsFor(t)
  const nowhere = contextOf(parts.world, '')
  for (let i = 0; i < 150; i++) await slowDown(parts).failed(`user-${i}@x.org`, nowhere)
  await slowDown(parts).check('ada@x.org', nowhere)
})

test('an address that fails everywhere waits, with all of its /64, and others do not', async (t) => {
  const parts = await partsFor(t)
  const slow = slowDown(parts)
  const stranger = (i: number) => contextOf(parts.world, `2001:db8:0:7::${i.toString(16)}`)
  for (let i = 0; i < 100; i++) {
    await slow.check('ada@x.org', stranger(i))
    await slow.failed(`user-${i}@x.org`, stranger(i))
  }
  await assert.rejects(slow.check('ada@x.org', stranger(999)), { code: 'rate_limited', about: { headers: { 'retry-after': '10' } } })
  await slow.check('ada@x.org', contextOf(parts.world, '2001:db8:0:8::1'))
  parts.world.advance(900_000)
  await slow.check('ada@x.org', stranger(1))
})
