import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { guard, unguard } from './guard.ts'

test('guard() makes text of what a spreadsheet would run', () => {
  for (const text of ['=1+1', '+49 30', '-x', '@sum', '\tx', '\rx']) assert.equal(guard(text), `'${text}`)
  for (const text of ['', 'a=b', "'30235", "'", "o'clock"]) assert.equal(guard(text), text)
})

test('unguard() gives back what guard() was given, whatever it was', () => {
  const text = fc.array(fc.constantFrom("'", '=', '+', '-', '@', '\t', 'a', '1'), { maxLength: 5 }).map((parts) => parts.join(''))
  fc.assert(fc.property(text, (given) => {
    assert.equal(unguard(guard(given)), given)
    assert.doesNotMatch(guard(given), /^[=+\-@\t\r]/)
  }))
})
