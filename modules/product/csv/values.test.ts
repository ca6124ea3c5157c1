import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Refusal } from './flaw.ts'
import { exponentOf, readFlag, readGrams, readImageUrl, readPolicy, readPrice, readQuantity, readStatus, readTags, readText, writePrice } from './values.ts'

const refused = (code: string, read: () => unknown) => assert.throws(read, (error) => error instanceof Refusal && error.code === code)
const price = (cell: string, exponent = 2) => readPrice(cell, exponent, 'invalid_price')

test('currencies have the digits of ISO 4217', () => {
  assert.deepEqual(['EUR', 'JPY', 'KWD'].map(exponentOf), [2, 0, 3])
})

test('readPrice() takes digits with a point and nothing else', () => {
  assert.deepEqual(['0', '36', '36.5', '36.50', '036.50', '19.990', '1000000000'].map((cell) => price(cell)), [0, 3600, 3650, 3650, 3650, 1999, 100_000_000_000])
  assert.deepEqual([price('1200', 0), price('1200.00', 0), price('1.234', 3), price('1.5', 3)], [1200, 1200, 1234, 1500])
  for (const cell of ['1,99', '1.000,00', '1,000.00', '€5', '5 €', '$5', 'USD 5', '-1', '+1', '1.', '.5', '1e3', '1.999', '0x1', '١', '1 0', 'free', '1000000000.01', '9'.repeat(20)])
    refused('invalid_price', () => price(cell))
  refused('invalid_price', () => price('12.50', 0))
  refused('invalid_compare_at_price', () => readPrice('x', 2, 'invalid_compare_at_price'))
})

test('what writePrice() writes is read back', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 100_000_000_000 }), fc.constantFrom(0, 2, 3), (minor, exponent) => {
    assert.equal(readPrice(writePrice(minor, exponent), exponent, 'invalid_price'), minor)
  }))
  assert.deepEqual([writePrice(5, 2), writePrice(1999, 2), writePrice(5, 0)], ['0.05', '19.99', '5'])
})

test('readQuantity() takes whole numbers; fewer than none are none', () => {
  assert.deepEqual(['0', '12', '-7', '3.0', '+4'].map(readQuantity), [0, 12, 0, 3, 4])
  for (const cell of ['1.5', '1,000', 'many', '1e3', '9999999999']) refused('invalid_quantity', () => readQuantity(cell))
})

test('readGrams() rounds to whole grams of any unit', () => {
  assert.deepEqual([readGrams('0'), readGrams('380.5'), readGrams('1.2', 'KG'), readGrams('1', 'lb'), readGrams('3', 'oz')], [0, 381, 1200, 454, 85])
  for (const [cell, unit] of [['1,5', 'kg'], ['-1', 'g'], ['1', 'stone'], ['heavy', 'g'], ['999999999', 'kg']] as const) refused('invalid_weight', () => readGrams(cell, unit))
})

test('words are read in any case, and no others', () => {
  assert.deepEqual([readFlag('TRUE', 'invalid_published'), readFlag('False', 'invalid_published')], [true, false])
  assert.deepEqual([readStatus('Active'), readStatus('ARCHIVED')], ['active', 'archived'])
  assert.deepEqual(['continue', 'TRUE', 'Deny', 'false'].map(readPolicy), ['continue', 'continue', 'deny', 'deny'])
  refused('invalid_published', () => readFlag('yes', 'invalid_published'))
  refused('invalid_status', () => readStatus('sold'))
  refused('invalid_policy', () => readPolicy('maybe'))
})

test('tags keep order and case, each once', () => {
  assert.deepEqual(readTags(' Wool,winter ,, WOOL, Wool,a b'), ['Wool', 'winter', 'WOOL', 'a b'])
  refused('too_many_tags', () => readTags(Array.from({ length: 251 }, (_, at) => at).join()))
  refused('too_long', () => readTags('x'.repeat(256)))
})

test('images have addresses that a browser fetches', () => {
  for (const url of ['https://a.example/b.jpg?v=1', '/media/a b.jpg', 'c.png', 'HTTP://a/b']) assert.equal(readImageUrl(url), url)
  for (const url of ['javascript:alert(1)', 'data:image/png;base64,x', 'ftp://a/b', 'a\nb', 'x'.repeat(2049)]) refused('invalid_image', () => readImageUrl(url))
})

test('text has no control characters and fits', () => {
  assert.equal(readText('two\nlines\t', 'It', 10), 'two\nlines\t')
  refused('invalid_text', () => readText('a\u0000', 'It', 10))
  refused('too_long', () => readText('x'.repeat(11), 'It', 10))
})
