import assert from 'node:assert/strict'
import { test } from 'node:test'
import { invalidCursor } from '../contract/faults.ts'
import { isFault } from '../contract/fault.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'

const refused = (binding: string, cursor: string) =>
  assert.throws(() => decodeCursor(binding, cursor), (error) => isFault(error, invalidCursor))

test('decodeCursor() gives back what encodeCursor() was given', () => {
  for (const values of [[], ['a', 1, null], ['é😀"', -1.5], ['x'.repeat(300)]])
    assert.deepEqual(decodeCursor('list', encodeCursor('list', values)), values)
})

test('a cursor is refused under another binding', () => refused('users?q=b', encodeCursor('users?q=a', ['a', 1])))

test('a damaged or invented cursor is refused', () => {
  const cursor = encodeCursor('list', ['name', 7])
  for (const bad of ['', 'x', cursor.slice(1), cursor.slice(0, -1), `${cursor}A`, `${cursor}=`, cursor.toUpperCase(), '__proto__', '\u0000'.repeat(20), 'ü'.repeat(40)])
    refused('list', bad)
})
