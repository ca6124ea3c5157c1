import assert from 'node:assert/strict'
import { test } from 'node:test'
import { priceRanges } from './price-ranges.ts'

test('prices fall into a few ranges with round limits', () => {
  for (const [min, max] of [[0, 0], [1000, 1000], [1, 6], [999, 50_000], [0, 100_000_000_000], [7, 12_345]] as const) {
    const { start, step } = priceRanges(min, max)
    assert.match(String(step), /^[125]0*$/)
    assert.ok(start <= min && start + step > min)
    assert.ok(Math.ceil((max + 1 - start) / step) <= 6, `${min} ${max}`)
  }
})
