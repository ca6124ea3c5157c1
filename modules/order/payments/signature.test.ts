import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sign, signed } from './signature.ts'

const body = Buffer.from('{"id":"e"}')

test('a signature holds for its body, its secret and five minutes', () => {
  const signature = sign('secret', 1_000_000, body)
  assert.ok(signed('secret', body, signature, 1_000_000))
  assert.ok(signed('secret', body, signature, 1_000_000 + 300_000))
  assert.ok(!signed('secret', body, signature, 1_000_000 + 300_001))
  assert.ok(!signed('secret', body, signature, 1_000_000 - 300_001))
  assert.ok(!signed('other', body, signature, 1_000_000))
  assert.ok(!signed('secret', Buffer.from('{"id":"f"}'), signature, 1_000_000))
})

test('a changed time or a malformed signature does not hold', () => {
  const signature = sign('secret', 1_000_000, body)
  for (const wrong of ['', 't=1', signature.replace('t=1000000', 't=1000001'), signature.slice(0, -1), `${signature}0`, signature.replace('v1=', 'v2=')]) {
    assert.ok(!signed('secret', body, wrong, 1_000_000), wrong)
  }
})
