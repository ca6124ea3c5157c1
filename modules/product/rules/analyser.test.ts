import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutMarkup, wordsOf, wordsSought } from './analyser.ts'

const stems = (text: string) => wordsOf(text).map(({ stem }) => stem)

test('accents, ligatures and case are folded', () => {
  assert.deepEqual(stems('Crème BRÛLÉE, Straße Øl Æble Łódź'), ['creme', 'brule', 'strass', 'ol', 'aebl', 'lodz'])
})

test('English words are stemmed, others and those with digits are not', () => {
  assert.deepEqual(stems('running shoes 501s чайники'), ['run', 'shoe', '501s', 'чаиники'])
})

test('apostrophes join, and their parts count too; so do hyphenated words in one', () => {
  assert.deepEqual(wordsOf('women\'s l’eau').map(({ word }) => word), ['womens', 'women', 'leau', 'eau'])
  assert.deepEqual(wordsOf('t-shirt').map(({ word }) => word), ['t', 'shirt', 'tshirt'])
  assert.deepEqual(wordsSought('Women\'s T-Shirt').map(({ word }) => word), ['womens', 't', 'shirt'])
})

test('each word is sought once, where it stands last', () => {
  assert.deepEqual(wordsSought('red shirt RED').map(({ word }) => word), ['shirt', 'red'])
  assert.deepEqual(wordsSought('"*\' \u0000 -- 😀'), [])
})

test('markup is no text, and hostile markup takes no longer than other', () => {
  assert.deepEqual(stems(withoutMarkup('<p class="big">Fine&nbsp;lea<b>ther</b> &#233;t&#233;</p>')), ['fine', 'lea', 'ther', 'ete'])
  assert.ok(wordsOf(withoutMarkup('<'.repeat(200_000))).length === 0)
})
