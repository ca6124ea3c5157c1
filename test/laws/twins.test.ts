import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSource } from './source.ts'
import { twinProblems } from './twins.ts'

test('no two stores of a module are twins', () => assert.deepEqual(twinProblems(readSource()), []))

test('the law is broken where a store for one engine was copied from another\'s', () => {
  const text = Array.from({ length: 12 }, (_, at) => `const line${at} = ${at}`)
  const copied = new Map([['modules/x/stores/sqlite.ts', text.join('\n')], ['modules/x/stores/redis/all.ts', ['const own = 1', ...text].join('\n')]])
  assert.match(twinProblems(copied).join('\n'), /share \d+ % of their lines/)
  assert.deepEqual(twinProblems(new Map([['modules/x/stores/sqlite.ts', text.join('\n')], ['modules/y/stores/sqlite.ts', text.join('\n')]])), [])
})
