import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eur, frozen, line } from '../suites/orders.ts'
import { addsUp, refundable } from './amounts.ts'

test('lines, shipping and tax make the total; a minor unit off does not', () => {
  const sums = frozen({ lines: [line(1, 2, 1999), line(2, 3, 5)], shipping: 490 })
  assert.ok(addsUp(sums))
  assert.ok(!addsUp({ ...sums, total: eur(sums.total.amount + 1) }))
  assert.ok(!addsUp({ ...sums, shipping: eur(491) }))
  assert.ok(!addsUp({ ...sums, subtotal: eur(sums.subtotal.amount - 1) }))
  assert.ok(!addsUp({ ...sums, lines: [line(1, 2, 1999)] }))
})

test('tax is added where prices exclude it, and contained where they include it', () => {
  const lines = [{ ...line(1, 1, 1000), tax: eur(190) }]
  const sums = { ...frozen({ lines }), tax: eur(190) }
  assert.ok(addsUp({ ...sums, total: eur(1190) }))
  assert.ok(!addsUp({ ...sums, total: eur(1000) }))
  assert.ok(addsUp({ ...sums, total: eur(1000), taxIncluded: true }))
})

test('one currency for all', () => {
  const sums = frozen()
  assert.ok(!addsUp({ ...sums, shipping: { amount: 0, currency: 'USD' } }))
})

test('what is left to refund is what was captured and no refund has taken', () => {
  assert.equal(refundable({ captured: 1000, refundCommitted: 300 }), 700)
})
