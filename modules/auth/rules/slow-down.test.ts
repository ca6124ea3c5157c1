import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountPace, lockMs, lockedMs, longestLockMs, mayMail } from './slow-down.ts'

test('some failures are free, then each doubles the wait up to a longest', () => {
  const waits = [0, 4, 5, 6, 7, 8, 9, 10, 11, 1000].map((failures) => lockMs(failures, accountPace) / 1000)
  assert.deepEqual(waits, [0, 0, 10, 20, 40, 80, 160, 300, 300, 300])
})

test('a lock ends by itself, and its failures are forgotten after an hour without one', () => {
  const attempts = { failures: 50, lastAt: 1000 }
  assert.equal(lockedMs(attempts, accountPace, 1000), longestLockMs)
  assert.equal(lockedMs(attempts, accountPace, 1000 + longestLockMs - 1), 1)
  assert.equal(lockedMs(attempts, accountPace, 1000 + longestLockMs), 0)
  assert.ok(longestLockMs < accountPace.forgetMs)
  assert.equal(lockedMs(null, accountPace, 0), 0)
  assert.equal(lockedMs({ failures: 50, lastAt: 86_400_000 }, accountPace, 0), 0, 'nor does a clock that went back hold it')
})

test('five mails may be asked for, and again an hour after the last', () => {
  assert.equal(mayMail(null, 0), true)
  assert.equal(mayMail({ failures: 4, lastAt: 0 }, 1), true)
  assert.equal(mayMail({ failures: 5, lastAt: 0 }, 3_599_999), false)
  assert.equal(mayMail({ failures: 5, lastAt: 0 }, 3_600_000), true)
})
