import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

test('every code that an import answers with stands in docs/import.md, and no other', () => {
  const root = join(import.meta.dirname, '../../..')
  const declared = readFileSync(join(import.meta.dirname, 'flaw.ts'), 'utf8').match(/FlawCode =[^/]*/)?.[0].match(/'[a-z_]+'/g) ?? []
  const told = readFileSync(join(root, 'docs/import.md'), 'utf8').match(/^\| `.*? \|/gm)?.join('').match(/`[a-z_]+`/g) ?? []
  const sorted = (codes: readonly string[]) => codes.map((code) => code.slice(1, -1)).sort()
  assert.ok(declared.length > 20)
  assert.deepEqual(sorted(told), sorted(declared))
})
