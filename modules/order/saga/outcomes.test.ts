import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, violations } from '../suites/bench.ts'

for (const [token, status] of [['tok_ok', 201], ['tok_declined', 402], ['tok_capture_declined', 402], ['tok_timeout_once', 201], ['tok_capture_timeout_once', 201], ['tok_unavailable', 503], ['tok_slow_20', 201], ['tok_action', 201]] as const) {
  test(`${token} ends as ${status}, and everything adds up`, async (t) => {
    const b = await bench(t)
    const one = b.instance()
    const answer = await one.place({ token })
    assert.equal(answer.status, status, JSON.stringify(answer))
    assert.deepEqual(await violations(b), [], b.logged.join('\n'))
  })
}
