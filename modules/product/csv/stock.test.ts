import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type NamedStock, stockAsked } from './stock.ts'

const keep = undefined
const untracked = null
/** tracker, quantity, policy continue; then what is asked of a new variant, of an untracked one, of one with 5. */
const table: readonly [NamedStock['tracked'], number | null, boolean, number | null | undefined, number | null | undefined, number | null | undefined][] = [
  [true, 7, false, 7, 7, 7],
  [true, 5, false, 5, 5, keep],
  [true, null, false, 0, 0, keep],
  [null, 7, false, untracked, keep, untracked],
  [null, null, false, untracked, keep, untracked],
  [undefined, 7, false, 7, 7, 7],
  [undefined, null, false, untracked, keep, keep],
  [true, 7, true, untracked, keep, untracked],
  [undefined, 7, true, untracked, keep, untracked],
  [undefined, null, true, untracked, keep, untracked],
]

test('stock follows tracker, quantity and policy; what is so already is no move', () => {
  for (const [tracked, quantity, oversold, ofNew, ofUntracked, ofFive] of table) {
    const asked = [undefined, null, 5].map((now) => stockAsked({ tracked, quantity, oversold }, now))
    assert.deepEqual(asked, [ofNew, ofUntracked, ofFive], JSON.stringify({ tracked, quantity, oversold }))
  }
})
