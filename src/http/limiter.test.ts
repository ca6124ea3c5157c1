import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeLimiter } from './limiter.ts'

const setUp = (mostKeys?: number) => {
  const clock = { ms: 1_000_000 }
  const limiter = makeLimiter({ now: () => clock.ms }, mostKeys)
  return { clock, take: (key = 'a') => limiter.take('login', key, 5, 60) }
}

test('so many requests are allowed in a window and not one more', () => {
  const { take } = setUp()
  assert.deepEqual(Array.from({ length: 6 }, () => take().allowed), [true, true, true, true, true, false])
  assert.equal(take('b').allowed, true)
})

test('what is left and when there is more is told', () => {
  const { take } = setUp()
  assert.deepEqual(take(), { allowed: true, remaining: 4, resetS: 60 })
  for (let at = 0; at < 4; at++) take()
  const refused = take()
  assert.equal(refused.remaining, 0)
  assert.ok(refused.resetS > 60 && refused.resetS <= 120)
})

test('after the seconds it names one more is allowed, and not before', () => {
  const { take, clock } = setUp()
  for (let at = 0; at < 5; at++) take()
  const { resetS } = take()
  clock.ms += (resetS - 1) * 1000
  assert.equal(take().allowed, false)
  clock.ms += 1000
  assert.equal(take().allowed, true)
})

test('two windows without a request forget everything', () => {
  const { take, clock } = setUp()
  for (let at = 0; at < 5; at++) take()
  clock.ms += 120_000
  assert.equal(take().remaining, 4)
})

test('its memory is bounded: the oldest key is forgotten', () => {
  const { take } = setUp(2)
  for (let at = 0; at < 5; at++) take('a')
  take('b')
  take('c')
  assert.equal(take('a').allowed, true)
})

test('a clock that goes back neither forgets what was counted nor refuses for longer than two windows', () => {
  const { take, clock } = setUp()
  for (let at = 0; at < 4; at++) take()
  clock.ms -= 3_600_000
  assert.deepEqual([take().allowed, take().allowed], [true, false])
  clock.ms += 120_000
  assert.equal(take().remaining, 4)
})
