import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readHeader } from './columns.ts'

test('both header generations name the same columns, in any case and order', () => {
  const old = readHeader(['Handle', 'Body (HTML)', 'Variant Price', 'Variant Inventory Policy', 'Image Src'])
  const now = readHeader(['Product image URL', ' continue selling  when out of stock ', 'PRICE', 'Description', 'URL handle'])
  assert.deepEqual([...now.keys()].sort(), [...old.keys()].sort())
  assert.deepEqual([now.get('handle'), now.get('image')], [4, 0])
})

test('columns of other names are ignored, and of two the first counts', () => {
  assert.deepEqual([...readHeader(['SEO Title', 'Price / International', 'Title', 'title', '__proto__', 'constructor'])], [['title', 2]])
})
