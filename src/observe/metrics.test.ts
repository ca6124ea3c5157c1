import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from './metrics.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }

test('durations are told as a histogram: each bucket with all below it, then the sum and the count', async () => {
  const metrics = createMetrics(quiet)
  try {
    for (const ms of [0.4, 0.5, 3, 40, 60_000]) metrics.request('product', 'showProduct', 200, ms)
    metrics.store('cart')('read', 2)
    const { body } = await metrics.text()
    const value = (line: string) => Number(body.split('\n').find((one) => one.startsWith(`${line} `))?.split(' ').at(-1))
    const bucket = (le: string) => value(`mercado_http_request_seconds_bucket{module="product",operation="showProduct",le="${le}"}`)
    assert.deepEqual(['0.0005', '0.001', '0.005', '0.05', '15', '+Inf'].map(bucket), [2, 2, 3, 4, 4, 5])
    assert.equal(value('mercado_http_request_seconds_count{module="product",operation="showProduct"}'), 5)
    assert.equal(value('mercado_http_request_seconds_sum{module="product",operation="showProduct"}'), 60.0439)
    assert.equal(value('mercado_http_requests_total{module="product",operation="showProduct",status="200"}'), 5)
    assert.equal(value('mercado_store_seconds_count{module="cart",kind="read"}'), 1)
  } finally {
    metrics.stop()
  }
})

test('a gauge that does not answer is left out, and holds up no other', async () => {
  const metrics = createMetrics(quiet, 10)
  try {
    let answers = true
    metrics.observe('mercado_dead_letters', 'Of a broker', [], () => (answers ? Promise.resolve([{ value: 7 }]) : new Promise(() => {})))
    metrics.observe('mercado_outbox_depth', 'Of a store', [], async () => [{ value: 3 }])
    assert.match((await metrics.text()).body, /^mercado_dead_letters 7$/m)
    answers = false
    const { body } = await metrics.text()
    assert.match(body, /^mercado_outbox_depth 3$/m)
    assert.doesNotMatch(body, /^mercado_dead_letters 7$/m)
  } finally {
    metrics.stop()
  }
})
