import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freeSlug, isReservedSlug, slugify } from './slug.ts'

test('a slug is folded, without apostrophes, and hyphenated', () => {
  const cases: [string, string][] = [
    ['Señor Tom\'s  Öl!', 'senor-toms-ol'], ['Größe & Maß', 'grosse-mass'], ['Smørrebrød Ærø', 'smorrebrod-aero'], ['Łódź', 'lodz'], ['  --a--  ', 'a'],
    ['50% off/now?', '50-off-now'], ['Чай №5', 'чаи-no5'], ['ﬁne ½', 'fine-1-2'], ['日本茶', '日本茶'], ['İstanbul', 'istanbul'], ['O’Neill', 'oneill'],
  ]
  for (const [name, slug] of cases) assert.equal(slugify(name, 'otherwise'), slug)
  for (const name of ['', '!!!', '🎉', '\'']) assert.equal(slugify(name, 'otherwise'), 'otherwise')
  assert.ok(slugify('a'.repeat(500), '').length < 200)
})

test('a taken or reserved slug gets the next number', () => {
  assert.equal(freeSlug('a', new Set()), 'a')
  assert.equal(freeSlug('a', new Set(['a', 'a-2'])), 'a-3')
  assert.equal(freeSlug('export', new Set()), 'export-2')
  const id = '01900000-0000-7000-8000-00000000abcd'
  assert.ok(isReservedSlug(id) && isReservedSlug(id.toUpperCase()) && !isReservedSlug(`${id}-2`))
  assert.equal(freeSlug(id, new Set()), `${id}-2`)
})
