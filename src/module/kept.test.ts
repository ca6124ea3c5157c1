import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kept } from './kept.ts'

test('kept() makes once, and again only after it failed', async () => {
  let made = 0
  const secret = kept(async () => {
    made += 1
    if (made === 1) throw new Error('not yet')
    return made
  })
  await assert.rejects(secret())
  assert.deepEqual(await Promise.all([secret(), secret()]), [2, 2])
})
