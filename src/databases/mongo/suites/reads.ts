import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import type { Documents, Filter, Pipeline } from '../../documents.ts'
import { type DocumentSuite, inCase, Thing } from '../testing/conformance.ts'

const things = [
  { _id: 'a', n: 1, slug: 'one', group: 'x', tags: ['red', 'blue'], parts: [{ name: 'lid', size: 1 }, { name: 'pot', size: 5 }] },
  { _id: 'b', n: 2, slug: 'two', group: 'x', tags: ['red'], holds: { o1: { quantity: 2, token: 't' } } },
  { _id: 'c', n: 3, group: null, tags: [], parts: [{ name: 'lid', size: 5 }] },
  { _id: 'd', n: 4, group: 'y' },
]
const Id = Type.Object({ _id: Type.String() }, { additionalProperties: false })
const idsOf = async (documents: Documents, filter: Filter) =>
  (await documents.read(Id, 'thing', filter, { sort: { _id: 1 }, fields: ['_id'] })).map(({ _id }) => _id).join('')

const filters: readonly [Filter, string][] = [
  [{}, 'abcd'],
  [{ _id: 'b' }, 'b'],
  [{ n: { $eq: 3 } }, 'c'],
  [{ n: { $ne: 3 } }, 'abd'],
  [{ n: { $gt: 1, $lte: 3 } }, 'bc'],
  [{ n: { $gte: 2, $lt: 4 } }, 'bc'],
  [{ n: { $in: [1, 4, 9] } }, 'ad'],
  [{ n: { $nin: [1, 4] } }, 'bc'],
  [{ n: { $in: [] } }, ''],
  [{ slug: { $exists: true } }, 'ab'],
  [{ slug: { $exists: false } }, 'cd'],
  [{ slug: { $ne: 'one' } }, 'bcd'],
  [{ slug: { $gt: 'one' } }, 'b'],
  [{ group: null }, 'c'],
  [{ slug: null }, 'cd'],
  [{ tags: 'red' }, 'ab'],
  [{ tags: { $in: ['blue', 'green'] } }, 'a'],
  [{ tags: { $nin: ['blue'] } }, 'bcd'],
  [{ $and: [{ tags: 'red' }, { tags: 'blue' }] }, 'a'],
  [{ $or: [{ n: 1 }, { group: 'y' }] }, 'ad'],
  [{ $nor: [{ n: 1 }, { group: 'y' }] }, 'bc'],
  [{ group: 'x', $or: [{ n: 2 }, { n: 4 }] }, 'b'],
  [{ 'parts.name': 'lid' }, 'ac'],
  [{ 'parts.name': 'lid', 'parts.size': 5 }, 'ac'],
  [{ parts: { $elemMatch: { name: 'lid', size: { $gte: 5 } } } }, 'c'],
  [{ 'holds.o1.token': 't' }, 'b'],
  [{ 'holds.o1': { $exists: false } }, 'acd'],
  [{ 'tags.0': { $exists: true } }, 'ab'],
]
const Count = Type.Object({ _id: Type.Unknown(), count: Type.Integer() })
const pipelines: readonly [string, Pipeline, readonly unknown[]][] = [
  ['members of lists are counted', [
    { $match: { n: { $lt: 9 } } }, { $unwind: '$tags' }, { $group: { _id: '$tags', count: { $sum: 1 } } }, { $sort: { count: -1, _id: 1 } }, { $limit: 5 },
  ], [{ _id: 'red', count: 2 }, { _id: 'blue', count: 1 }]],
  ['sums, least and most are of all that meet the filter', [
    { $match: { n: { $gt: 1 } } }, { $group: { _id: null, count: { $sum: '$n' }, least: { $min: '$n' }, most: { $max: '$n' } } },
  ], [{ _id: null, count: 9, least: 2, most: 4 }]],
  ['groups are of several fields', [
    { $match: { group: { $exists: true, $ne: null } } },
    { $group: { _id: { group: '$group', slug: '$slug' }, count: { $sum: 1 } } }, { $sort: { '_id.slug': -1 } }, { $limit: 1 },
  ], [{ _id: { group: 'x', slug: 'two' }, count: 1 }]],
  ['nothing is no group', [{ $match: { n: 99 } }, { $group: { _id: null, count: { $sum: 1 } } }], []],
]

const reads: DocumentSuite = (open) => suite('reading documents', () => {
  test('a filter means what it means in MongoDB', inCase(open, async ({ documents }) => {
    await documents.insert('thing', things)
    for (const [filter, ids] of filters) {
      assert.equal(await idsOf(documents, filter), ids, JSON.stringify(filter))
      assert.equal(await documents.count('thing', filter), ids.length, JSON.stringify(filter))
    }
  }))

  test('a filter without its condition is refused: it would mean everything', inCase(open, async ({ documents }) => {
    const nothing: unknown = undefined
    for (const filter of [{ _id: nothing }, { n: { $in: [1, nothing] } }, { $and: [{ n: { $gt: nothing } }] }]) {
      await assert.rejects(documents.read(Thing, 'thing', filter), /is undefined/)
      await assert.rejects(async () => await documents.remove('thing', filter), /is undefined/)
      await assert.rejects(documents.change(Thing, 'thing', filter, { $set: { n: 1 } }), /is undefined/)
    }
  }))

  test('documents come whole, or with the fields that are asked for', inCase(open, async ({ documents }) => {
    await documents.insert('thing', things, { events: [{ type: 'item.moved.v1', data: {} }] })
    assert.deepEqual(await documents.read(Thing, 'thing', {}, { sort: { n: 1 } }), things)
    const Some = Type.Object({ _id: Type.String(), n: Type.Integer() }, { additionalProperties: false })
    assert.deepEqual(await documents.read(Some, 'thing', { slug: 'two' }, { fields: ['n'] }), [{ _id: 'b', n: 2 }])
    assert.deepEqual(await documents.read(Id, 'thing', { slug: 'two' }, { fields: [] }), [{ _id: 'b' }])
    assert.deepEqual(await documents.change(Some, 'thing', { slug: 'two' }, { $inc: { n: 1 } }, { fields: ['n'] }), { _id: 'b', n: 3 })
    assert.deepEqual(await documents.change(Id, 'thing', { slug: 'two' }, { $inc: { n: 1 } }, { fields: [] }), { _id: 'b' })
  }))

  test('they are sorted by several fields, and no more come than are asked for', inCase(open, async ({ documents }) => {
    await documents.insert('thing', [...things, { _id: 'e', n: 4 }])
    const sorted = async (sort: Record<string, 1 | -1>, limit: number) => (await documents.read(Thing, 'thing', {}, { sort, limit })).map(({ _id }) => _id).join('')
    assert.equal(await sorted({ n: -1, _id: 1 }, 3), 'dec')
    assert.equal(await sorted({ n: -1, _id: -1 }, 3), 'edc')
  }))

  test('a walk meets every document once, in the order of the ids, however many', inCase(open, async ({ documents }) => {
    const all = Array.from({ length: 1201 }, (_, at) => ({ _id: String(at).padStart(4, '0'), n: at }))
    await documents.insert('thing', [...all].reverse())
    const walked: { _id: string; n: number }[] = []
    for await (const one of documents.walk(Thing, 'thing')) walked.push(one)
    assert.deepEqual(walked, all)
    let few = 0
    for await (const { n } of documents.walk(Thing, 'thing', { n: { $gte: 600 } })) if (n >= 600) few++
    assert.equal(few, 601)
  }))

  test('ids are numbers as well', inCase(open, async ({ documents }) => {
    const Mark = Type.Object({ _id: Type.Integer(), text: Type.String() })
    await documents.insert('mark', [{ _id: 10, text: 'ten' }, { _id: 9, text: 'nine' }])
    const walked: number[] = []
    for await (const { _id } of documents.walk(Mark, 'mark')) walked.push(_id)
    assert.deepEqual(walked, [9, 10])
  }))

  for (const [what, pipeline, answer] of pipelines) {
    test(`of an aggregate ${what}`, inCase(open, async ({ documents }) => {
      await documents.insert('thing', things)
      const Answer = what.startsWith('sums') ? Type.Object({ _id: Type.Null(), count: Type.Integer(), least: Type.Integer(), most: Type.Integer() }) : Count
      assert.deepEqual(await documents.aggregate(Answer, 'thing', pipeline), answer)
    }))
  }
})
export default reads
