import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slugOf } from './handle.ts'

test('a handle that is a slug is itself, capitals apart', () => {
  for (const slug of ['flat-cap', 'a', '15mm-wrench', 'a_b', 'überzug', '帽子', 'x'.repeat(200)]) assert.equal(slugOf(slug), slug)
  assert.equal(slugOf('Flat-Cap'), 'flat-cap')
})

test('any other text is made one, the same each time', () => {
  assert.deepEqual(['Señor Tom\'s Hat', 'a_b.c', '(x)', 'import', '01a20fa6-b36f-7207-8ec7-4f6922883dac'].map(slugOf), [
    'senor-toms-hat', 'a-b-c', 'x', 'import-2', '01a20fa6-b36f-7207-8ec7-4f6922883dac-2',
  ])
  assert.match(slugOf('!!!'), /^product-[0-9a-f]{8}$/)
  assert.equal(slugOf('!!!'), slugOf('!!!'))
  assert.notEqual(slugOf('!!!'), slugOf('???'))
})

test('two long texts that begin alike stay two', () => {
  const [one, two] = [slugOf(`${'Long '.repeat(60)}one`), slugOf(`${'Long '.repeat(60)}two`)]
  assert.ok(one !== two && one.length <= 200)
})

test('a slug that the API takes is its own handle, whatever its script', () => {
  for (const slug of ['𖠚𝂘', 'ꋱ-𐤇', '_--', '枺_-']) assert.equal(slugOf(slug), slug)
})
