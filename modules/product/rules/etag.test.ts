import assert from 'node:assert/strict'
import { test } from 'node:test'
import { etagOf, isOfVersion } from './etag.ts'

test('of a validator only the version counts for edits', () => {
  const cases: [string, boolean][] = [
    ['W/"3.7"', true], ['"3.0"', true], ['"3"', true], ['*', true], ['W/"2.7", W/"3.1"', true], [etagOf(3, 9), true],
    ['W/"4.7"', false], ['3', false], ['', false], ['W/"33.1"', false], ['W/"3.x"', false],
  ]
  for (const [header, holds] of cases) assert.equal(isOfVersion(header, 3), holds, header)
})
