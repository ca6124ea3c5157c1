import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { line, pricing, quotesOf } from '../suites/made.ts'
import { shortOf, total } from './total.ts'

const nowhere = { country: null, asked: null, chosen: null }

test('a line is priced as of now, and a cart is the sum of its lines', () => {
  const { items, totals } = total([line('a', 2), line('b', 3)], quotesOf({ a: { price: 1999 }, b: { price: 5, available: 2 } }), nowhere, pricing())
  assert.deepEqual(items.map(({ quantity, unitPrice, subtotal, available }) => [quantity, unitPrice.amount, subtotal.amount, available]), [[2, 1999, 3998, null], [3, 5, 15, 2]])
  assert.deepEqual(totals, {
    subtotal: { amount: 4013, currency: 'EUR' }, shipping: { amount: 0, currency: 'EUR' }, tax: { amount: 0, currency: 'EUR' },
    total: { amount: 4013, currency: 'EUR' }, taxIncluded: false, currency: 'EUR',
  })
})

test('what left the catalogue is shown as it was seen last, counts, and cannot be bought', () => {
  const priced = total([line('gone', 2, { price: 700 }), line('b', 1)], quotesOf({ b: { price: 100, sellable: false } }), nowhere, pricing())
  assert.deepEqual(priced.items.map(({ name, unitPrice, available }) => [name, unitPrice.amount, available]), [['gone, seen', 700, 0], ['b', 100, 0]])
  assert.equal(priced.totals.total.amount, 1500)
  assert.deepEqual(shortOf(priced), [{ variantId: 'gone', available: 0 }, { variantId: 'b', available: 0 }])
})

test('added tax is part of the total, contained tax is not added again, and shipping is not taxed', () => {
  const quotes = quotesOf({ a: { price: 1999, categories: ['novels', 'books'] }, b: { price: 1000 } })
  const about = { taxRates: { DE: { '*': 1900, books: 700 } }, methods: [{ id: 's', name: 'S', price: 490, freeFrom: null, countries: null }] }
  const lines = [line('a', 1), line('b', 1)]
  const added = total(lines, quotes, { ...nowhere, country: 'DE' }, pricing(about))
  assert.deepEqual(added.items.map(({ tax, taxRate }) => [tax.amount, taxRate]), [[140, 700], [190, 1900]])
  assert.deepEqual([added.totals.tax.amount, added.totals.total.amount], [330, 2999 + 490 + 330])
  const contained = total(lines, quotes, { ...nowhere, country: 'DE' }, pricing({ ...about, pricesIncludeTax: true }))
  assert.deepEqual([contained.totals.tax.amount, contained.totals.total.amount], [131 + 160, 2999 + 490])
})

test('the shop\'s tax country stands in for an unknown destination, and gives way to a known one', () => {
  const about = pricing({ taxRates: { DE: { '*': 1900 }, FR: { '*': 2000 } }, taxCountry: 'FR' })
  assert.equal(total([line('a', 1)], quotesOf({ a: { price: 1000 } }), nowhere, about).totals.tax.amount, 200)
  assert.equal(total([line('a', 1)], quotesOf({ a: { price: 1000 } }), { ...nowhere, country: 'DE' }, about).totals.tax.amount, 190)
})

test('more than can be charged is shown as the largest amount there is, and cannot be bought', () => {
  const priced = total([line('a', 999), line('b', 1)], quotesOf({ a: { price: 100_000_000_000 }, b: { price: 1 } }), nowhere, pricing())
  assert.equal(priced.totals.total.amount, 100_000_000_000)
  assert.deepEqual(shortOf(priced), [{ variantId: 'a', available: 0 }])
})

/** The same sums by big integers and fractions, without a shared line of code. */
const model = (lines: readonly { quantity: number; price: number; rate: number }[], included: boolean, shipping: { price: number; freeFrom: number | null }) => {
  const half = (numerator: bigint, divisor: bigint) => (numerator * 2n + divisor) / (divisor * 2n)
  const subtotals = lines.map(({ quantity, price }) => BigInt(quantity) * BigInt(price))
  const taxes = lines.map(({ rate }, at) => half((subtotals[at] ?? 0n) * BigInt(rate), included ? 10_000n + BigInt(rate) : 10_000n))
  const sum = (all: readonly bigint[]) => all.reduce((left, right) => left + right, 0n)
  const subtotal = sum(subtotals)
  const shipped = lines.length === 0 || (shipping.freeFrom !== null && subtotal >= BigInt(shipping.freeFrom)) ? 0n : BigInt(shipping.price)
  return { subtotals, taxes, subtotal, tax: sum(taxes), shipping: shipped, total: subtotal + shipped + (included ? 0n : sum(taxes)) }
}

test('totals are those of an exact model, up to the largest cart there may be', () => {
  const lines = fc.array(fc.record({ quantity: fc.integer({ min: 1, max: 999 }), price: fc.integer({ min: 0, max: 400_000 }), rate: fc.integer({ min: 0, max: 10_000 }) }), { maxLength: 100, size: 'large' })
  const one = fc.record({ quantity: fc.integer({ min: 1, max: 4 }), price: fc.integer({ min: 0, max: 10_000_000_000 }), rate: fc.integer({ min: 0, max: 10_000 }) }).map((only) => [only])
  const shipping = fc.record({ price: fc.integer({ min: 0, max: 10_000_000_000 }), freeFrom: fc.option(fc.integer({ min: 0, max: 1_000_000 })) })
  fc.assert(fc.property(fc.oneof(lines, one), fc.boolean(), shipping, (bought, pricesIncludeTax, { price, freeFrom }) => {
    const quotes = quotesOf(Object.fromEntries(bought.map(({ price: unit }, at) => [`v${at}`, { price: unit, categories: [`c${at}`] }])))
    const priced = total(bought.map(({ quantity }, at) => line(`v${at}`, quantity)), quotes, { ...nowhere, country: 'DE' }, pricing({
      pricesIncludeTax, taxRates: { DE: Object.fromEntries(bought.map(({ rate }, at) => [`c${at}`, rate])) },
      methods: [{ id: 'only', name: 'Only', price, freeFrom, countries: null }],
    }))
    const expected = model(bought, pricesIncludeTax, { price, freeFrom })
    assert.deepEqual(priced.items.map(({ subtotal, tax }) => [BigInt(subtotal.amount), BigInt(tax.amount)]), expected.subtotals.map((subtotal, at) => [subtotal, expected.taxes[at]]))
    const { subtotal, tax, shipping: shipped, total: sum } = priced.totals
    assert.deepEqual([subtotal, tax, shipped, sum].map(({ amount }) => BigInt(amount)), [expected.subtotal, expected.tax, expected.shipping, expected.total])
    assert.equal(priced.tooMuch, false)
  }), { numRuns: 300 })
})
