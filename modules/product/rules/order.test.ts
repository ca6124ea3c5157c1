import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idSource } from '../../../src/process/world.ts'
import { numberOf } from './order.ts'

test('numbers sort as the ids they are made of, and are exact until 2089', () => {
  for (const from of [Date.UTC(1970), Date.UTC(2026, 10, 24), Date.UTC(2088, 11, 31)]) {
    let now = from
    const next = idSource(() => now, (count) => new Uint8Array(count))
    const ids = Array.from({ length: 1000 }, (_, n) => { if (n % 100 === 0) now++; return next() })
    const numbers = ids.map(numberOf)
    assert.deepEqual(numbers.toSorted((one, other) => one - other), numbers)
    assert.equal(new Set(numbers).size, 1000)
    assert.ok(numbers.every(Number.isSafeInteger))
  }
})
