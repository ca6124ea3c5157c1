import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Row } from '../../src/databases/sql.ts'
import { differences, digestOf, rowsIn } from './digest.ts'

async function* stream(rows: readonly Row[]) { yield* rows }
const digest = (rows: readonly Row[]) => digestOf(stream(rows))
const a: Row = { table: 'thing', row: { id: 'a', amount: 1, note: null } }
const b: Row = { table: 'thing', row: { id: 'b', amount: 2.5, note: 'x' } }
const c: Row = { table: 'other', row: { id: 'a', seal: { $blob: 'AQ==' } } }
const schema: Row = { table: '$schema', row: { dialect: 'sqlite', version: 3 } }

test('stores with the same rows have the same digest, in whatever order rows and columns come and whoever wrote them', async () => {
  const one = await digest([schema, a, b, c])
  const other = await digest([{ table: '$schema', row: { dialect: 'mongo', version: 1 } }, c, { table: 'thing', row: { note: 'x', id: 'b', amount: 2.5 } }, a])
  assert.deepEqual(one, other)
  assert.deepEqual([rowsIn(one), differences(one, other), await digest([schema])], [3, [], {}])
})

test('a row that is missing, there twice, elsewhere or another is told of by its table', async () => {
  const whole = await digest([a, b, c])
  const told = async (rows: readonly Row[]) => differences(whole, await digest(rows))
  assert.deepEqual(await told([a, c]), ['thing has 2 rows here and 1 there'])
  assert.deepEqual(await told([a, b]), ['other has 1 rows here and 0 there'])
  assert.deepEqual(await told([a, b, c, { table: 'new', row: {} }]), ['new has 0 rows here and 1 there'])
  for (const another of [a, { ...b, row: { ...b.row, amount: 2 } }, { ...b, row: { ...b.row, note: null } }]) {
    assert.deepEqual(await told([a, another, c]), ['thing has 2 rows on both sides, and not the same ones'])
  }
  const pair = await digest([a, a, b, b])
  assert.equal(differences(pair, await digest([a, a, a, b])).length, 1)
})
