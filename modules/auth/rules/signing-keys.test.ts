import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type KeyTimes, nextKey, outlived, shownMs, signer } from './signing-keys.ts'

const key = (generation: number, createdAt: number, signsFrom: number): KeyTimes => ({ generation, createdAt, signsFrom })

test('the first key signs at once, the next is shown for twice as long as others may keep the page', () => {
  assert.deepEqual(nextKey([], 50, 1000), key(1, 50, 50))
  assert.equal(nextKey([key(1, 50, 50)], 1049, 1000), null)
  assert.deepEqual(nextKey([key(1, 50, 50)], 1050, 1000), key(2, 1050, 1050 + 2 * shownMs))
  assert.equal(nextKey([key(2, 1050, 2000), key(1, 50, 50)], 1060, 1000), null)
})

test('the newest key whose time has come signs, and the oldest before any has', () => {
  const keys = [key(1, 0, 0), key(3, 20, 900), key(2, 10, 500)]
  assert.deepEqual([0, 499, 500, 900].map((now) => signer(keys, now)?.generation), [1, 1, 2, 3])
  assert.equal(signer([key(3, 20, 20), key(2, 10, 10)], 9)?.generation, 2)
  assert.equal(signer([], 9), null)
})

test('a key is dropped only when no token of it can live', () => {
  const keys = [key(1, 0, 0), key(2, 10, 500), key(3, 20, 10_000_000)]
  assert.deepEqual(outlived(keys, 500 + 600 + shownMs - 1, 600), [])
  assert.deepEqual(outlived(keys, 500 + 600 + shownMs, 600), [keys[0]])
  assert.deepEqual(outlived([key(1, 0, 0)], Number.MAX_SAFE_INTEGER, 600), [])
})
