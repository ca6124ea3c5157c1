import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergedDestination, mergedLines } from './merge.ts'
import { line, quotesOf } from '../suites/made.ts'

const brief = ({ lines, notices }: ReturnType<typeof mergedLines>) => ({
  lines: lines.map(({ variantId, quantity }) => [variantId, quantity]),
  notices: notices.map(({ code, variantId }) => [code, variantId]),
})

test('quantities add, and lines stand by when they were added', () => {
  const merged = mergedLines([line('a', 1, { addedAt: 5 }), line('b', 2, { addedAt: 20 })], [line('c', 1, { addedAt: 10 }), line('b', 3, { addedAt: 15 })], quotesOf({ a: {}, b: {}, c: {} }))
  assert.deepEqual(brief(merged), { lines: [['a', 1], ['c', 1], ['b', 5]], notices: [] })
  assert.deepEqual(merged.lines.map(({ position }) => position), [1, 2, 3])
})

test('a sum is capped at the stock, with a notice', () => {
  assert.deepEqual(brief(mergedLines([line('a', 4)], [line('a', 3)], quotesOf({ a: { available: 5 } }))), { lines: [['a', 5]], notices: [['out_of_stock', 'a']] })
  assert.deepEqual(brief(mergedLines([line('a', 2)], [line('a', 3)], quotesOf({ a: { available: 5 } }))), { lines: [['a', 5]], notices: [] })
})

test('a sum is capped at 999, with a notice', () => {
  assert.deepEqual(brief(mergedLines([line('a', 900)], [line('a', 100)], quotesOf({ a: { available: null } }))), { lines: [['a', 999]], notices: [['quantity_limit', 'a']] })
})

test('what is sold out stays with one piece, what left the catalogue stays as it is', () => {
  assert.deepEqual(brief(mergedLines([], [line('a', 3), line('b', 3), line('c', 3)], quotesOf({ a: { available: 0 }, b: { sellable: false } }))),
    { lines: [['a', 1], ['b', 3], ['c', 3]], notices: [['out_of_stock', 'a']] })
})

test('a line that only the user has is not touched', () => {
  assert.deepEqual(brief(mergedLines([line('a', 9)], [line('b', 1)], quotesOf({ a: { available: 1 }, b: {} }))), { lines: [['a', 9], ['b', 1]], notices: [] })
})

test('beyond a hundred lines the newest are dropped, whoever\'s they are', () => {
  const users = Array.from({ length: 60 }, (_, n) => line(`u${n}`, 1, { addedAt: 1000 + n }))
  const guests = Array.from({ length: 60 }, (_, n) => line(`g${n}`, 1, { addedAt: n }))
  const { lines, notices } = mergedLines(users, guests, quotesOf({}))
  assert.equal(lines.length, 100)
  assert.deepEqual(lines.at(-1)?.variantId, 'u39')
  assert.deepEqual(notices.map(({ variantId }) => variantId), Array.from({ length: 20 }, (_, n) => `u${n + 40}`))
  assert.ok(notices.every(({ code }) => code === 'cart_full'))
})

test('a destination is taken as a whole, the user\'s first', () => {
  const nowhere = { country: null, region: null, postalCode: null, shippingMethod: null }
  const berlin = { ...nowhere, country: 'DE', postalCode: '10115' }
  assert.deepEqual(mergedDestination({ ...nowhere, country: 'FR' }, berlin), { ...nowhere, country: 'FR' })
  assert.deepEqual(mergedDestination(nowhere, berlin), berlin)
  assert.deepEqual(mergedDestination(null, berlin), berlin)
})
