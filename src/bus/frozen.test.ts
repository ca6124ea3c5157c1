import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frozen } from './frozen.ts'

test('frozen() freezes through and through, and gives back the same', () => {
  const value = { a: [{ b: { c: 1 } }], d: Object.assign(Object.create(null), { e: {} }) }
  assert.equal(frozen(value), value)
  for (const part of [value, value.a, value.a[0], value.a[0]!.b, value.d, value.d.e]) assert.ok(Object.isFrozen(part))
})

test('frozen() goes on into what was frozen by somebody else', () => {
  const value = Object.freeze({ a: [] as number[] })
  assert.throws(() => frozen(value).a.push(1), TypeError)
})

test('frozen() takes all that JSON carries', () => {
  for (const value of [null, true, 0, -1.5, '', 'é', [], {}, [[null]]]) assert.equal(frozen(value), value)
})

const refused: [unknown, RegExp][] = [
  [{ a: [{ b: new Date(0) }] }, /\/a\/0\/b is Date/], [{ a: undefined }, /\/a is undefined/], [[NaN], /\/0 is NaN/], [{ a: 1n }, /\/a is bigint/],
  [new Map(), /\/ is Map/], [undefined, /\/ is undefined/], [{ a: new Uint8Array(1) }, /\/a is Uint8Array/], [[, 1], /\/0 is undefined/],
]
for (const [value, message] of refused) test(`frozen() refuses what JSON would change: ${message.source}`, () => assert.throws(() => frozen(value), message))
