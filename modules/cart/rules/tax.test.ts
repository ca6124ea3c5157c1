import assert from 'node:assert/strict'
import { test } from 'node:test'
import { taxOn, taxRateFor } from './tax.ts'

const rates = { DE: { '*': 1900, books: 700, food: 700, 'constructor': 500 }, FR: { books: 550 } }

test('a category\'s own rate goes before its ancestors\', the nearest first, and then comes the star', () => {
  assert.equal(taxRateFor(rates, 'DE', ['novels', 'books', 'food']), 700)
  assert.equal(taxRateFor(rates, 'DE', ['toys']), 1900)
  assert.equal(taxRateFor(rates, 'DE', []), 1900)
  assert.equal(taxRateFor(rates, 'FR', ['novels', 'books']), 550)
})

test('without a country, a table or a rate there is no tax', () => {
  assert.equal(taxRateFor(rates, null, ['books']), 0)
  assert.equal(taxRateFor(rates, 'US', ['books']), 0)
  assert.equal(taxRateFor(rates, 'FR', ['toys']), 0)
  assert.equal(taxRateFor({}, 'DE', []), 0)
})

test('a slug or country named like a property of every object has no rate by that', () => {
  assert.equal(taxRateFor(rates, 'DE', ['constructor']), 500)
  assert.equal(taxRateFor(rates, 'FR', ['constructor', 'toString']), 0)
  assert.equal(taxRateFor(rates, '__proto__', ['x']), 0)
})

test('added tax is rounded half up', () => {
  assert.equal(taxOn(1999, 1900, false), 380) // 379.81
  assert.equal(taxOn(50, 100, false), 1) // 0.5
  assert.equal(taxOn(49, 100, false), 0) // 0.49
  assert.equal(taxOn(150, 700, false), 11) // 10.5
})

test('contained tax is the part that makes the net price up to the gross one', () => {
  assert.equal(taxOn(11900, 1900, true), 1900)
  assert.equal(taxOn(1999, 1900, true), 319) // 319.17
  assert.equal(taxOn(3, 10_000, true), 2) // 1.5
  assert.equal(taxOn(1999, 0, true), 0)
})
