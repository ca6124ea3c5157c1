import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Columns, drop, isWorn, type Listed, noColumns, put, rowFrom } from './columns.ts'

const listed = (num: number, about: Partial<Listed> = {}): Listed =>
  ({ num, status: 'active', price: num, name: `name ${num}`, rating: 0, vendor: `vendor ${num}`, category: null, tags: [`tag ${num}`], offers: [num], ...about })
const listAt = ({ lists }: Columns, from = 0) => [...lists.subarray(from + 1, from + 1 + (lists[from] ?? 0))]
const shown = (of: Columns) => Array.from({ length: of.rows }, (_, row) => ({
  num: of.num[row], price: of.price[row], name: of.name[row], vendor: of.vendors.texts[of.vendor[row] ?? 0],
  tags: listAt(of, of.tags[row]).map((tag) => of.tagTexts.texts[tag]), offers: listAt(of, of.offers[row]),
}))
const expected = (num: number, about: Partial<Listed> = {}) => {
  const { price, name, vendor, tags, offers } = listed(num, about)
  return { num, price, name, vendor, tags, offers }
}
const columns = (...nums: number[]) => {
  const of = noColumns()
  for (const num of nums) put(of, listed(num))
  return of
}

suite('columns', () => {
  test('stand in the order of their numbers, whichever came first', () => {
    const of = columns(5, 1, 3, 2, 4)
    assert.deepEqual(shown(of), [1, 2, 3, 4, 5].map((num) => expected(num)))
    assert.deepEqual([0, 3, 6].map((num) => rowFrom(of, num)), [0, 2, 5])
  })

  test('rows move only for a product that came late', () => {
    const of = columns(1, 3, 5)
    assert.equal(of.moves, 0)
    put(of, listed(2))
    assert.equal(of.moves, 1)
  })

  test('hold what was said last, in shorter and longer lists', () => {
    const of = columns(1, 2)
    for (const about of [{ tags: ['a', 'b', 'c'] }, { tags: [], offers: [-1, 7] }, { tags: ['b'], vendor: 'other' }, { tags: ['c'] }]) {
      put(of, listed(1, about))
      assert.deepEqual(shown(of), [expected(1, about), expected(2)])
    }
  })

  test('grow to any length', () => {
    const nums = Array.from({ length: 3000 }, (_, n) => n)
    assert.deepEqual(shown(columns(...nums)), nums.map((num) => expected(num)))
  })

  test('are worn when most of them is gone, and not before', () => {
    const of = columns(...Array.from({ length: 2500 }, (_, n) => n))
    for (let num = 0; num < 1250; num++) drop(of, num)
    drop(of, 0)
    assert.equal(isWorn(of), false)
    for (const num of [1250, 1251, 1252]) drop(of, num)
    assert.equal(isWorn(of), true)
    for (let num = 0; num < 1300; num++) put(of, listed(num))
    assert.equal(of.gone, 0)
  })
})
