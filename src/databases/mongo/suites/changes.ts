import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { Violation } from '../../sql.ts'
import type { Update } from '../../documents.ts'
import { type DocumentSuite, inCase, Thing } from '../testing/conformance.ts'

const before = {
  _id: 'a', n: 5, slug: 'one', tags: ['red', 'blue'],
  parts: [{ name: 'lid', size: 1 }, { name: 'pot', size: 5 }], holds: { o1: { quantity: 2, token: 't' } },
}
const updates: readonly [Update, Record<string, unknown>][] = [
  [{ $set: { slug: 'two', 'holds.o2': { quantity: 1, token: 'u' } } }, { slug: 'two', holds: { ...before.holds, o2: { quantity: 1, token: 'u' } } }],
  [{ $set: { slug: undefined, n: 6 } }, { n: 6 }],
  [{ $unset: { 'holds.o1': '', place: '' } }, { holds: {} }],
  [{ $inc: { n: -2, place: 3, 'holds.o1.quantity': 1 } }, { n: 3, place: 3, holds: { o1: { quantity: 3, token: 't' } } }],
  [{ $min: { n: 3 }, $max: { place: 7 } }, { n: 3, place: 7 }],
  [{ $min: { n: 8 }, $max: { 'holds.o1.quantity': 1 } }, {}],
  [{ $push: { tags: 'red' } }, { tags: ['red', 'blue', 'red'] }],
  [{ $push: { tags: { $each: ['x', 'y'] } } }, { tags: ['red', 'blue', 'x', 'y'] }],
  [{ $addToSet: { tags: 'red' } }, {}],
  [{ $addToSet: { tags: { $each: ['red', 'x'] } } }, { tags: ['red', 'blue', 'x'] }],
  [{ $pull: { tags: 'red' } }, { tags: ['blue'] }],
  [{ $pull: { tags: { $in: ['red', 'blue'] } } }, { tags: [] }],
  [{ $pull: { parts: { size: { $gte: 2 } } } }, { parts: [{ name: 'lid', size: 1 }] }],
  [{ $setOnInsert: { n: 9 }, $set: { slug: 'z' } }, { slug: 'z' }],
]
const violation = (constraint: string) => (error: unknown) => {
  assert.ok(error instanceof Violation, String(error))
  assert.deepEqual([error.kind, error.constraint], ['unique', constraint])
  return true
}
const Pair = Type.Object({ _id: Type.String(), left: Type.String(), right: Type.Integer() })

const changes: DocumentSuite = (open) => suite('changing documents', () => {
  test('an update makes what it makes in MongoDB, and answers that', inCase(open, async ({ documents }) => {
    for (const [update, after] of updates) {
      await documents.remove('thing', {})
      await documents.insert('thing', [before])
      assert.deepEqual(await documents.change(Thing, 'thing', { _id: 'a' }, update), { ...before, ...after }, JSON.stringify(update))
      assert.deepEqual(await documents.read(Thing, 'thing', {}), [{ ...before, ...after }], JSON.stringify(update))
    }
  }))

  test('what meets no document changes nothing', inCase(open, async ({ documents }) => {
    await documents.insert('thing', [before])
    assert.equal(await documents.change(Thing, 'thing', { _id: 'a', n: { $gte: 6 } }, { $inc: { n: -6 } }), null)
    assert.equal(await documents.change(Thing, 'thing', { _id: 'a', 'holds.o1': { $exists: false } }, { $inc: { n: -1 } }), null)
    assert.deepEqual(await documents.read(Thing, 'thing', {}), [before])
  }))

  test('of changes at the same time as many hold as may', inCase(open, async ({ documents }) => {
    await documents.insert('thing', [{ _id: 'a', n: 20 }])
    const made = await Promise.all(Array.from({ length: 32 }, (_, at) =>
      documents.change(Thing, 'thing', { _id: 'a', n: { $gte: 1 } }, { $inc: { n: -1 }, $set: { [`holds.o${at}`]: { quantity: 1, token: 't' } } })))
    const held = made.filter((one) => one !== null)
    assert.equal(held.length, 20)
    assert.deepEqual(held.map(({ n }) => n).sort((a, b) => a - b), Array.from({ length: 20 }, (_, at) => at))
    const [after] = await documents.read(Thing, 'thing', {})
    assert.deepEqual([after?.n, Object.keys(after?.holds ?? {}).length], [0, 20])
  }))

  test('an upsert makes the document of its filter and its update, or changes it', inCase(open, async ({ documents }) => {
    const put = () => documents.change(Thing, 'thing', { _id: 'u' }, { $inc: { n: 1 }, $setOnInsert: { slug: 's' }, $set: { group: 'g' } }, { upsert: true })
    assert.deepEqual(await put(), { _id: 'u', n: 1, slug: 's', group: 'g' })
    assert.deepEqual(await put(), { _id: 'u', n: 2, slug: 's', group: 'g' })
  }))

  test('a compare-and-set with an upsert that finds another version is refused', inCase(open, async ({ documents }) => {
    const put = (place: number) => documents.change(Thing, 'thing', { _id: 'u', place }, { $inc: { n: 1 } }, { upsert: true })
    await put(3)
    await assert.rejects(put(4), violation('thing._id'))
    assert.deepEqual(await documents.read(Thing, 'thing', {}), [{ _id: 'u', place: 3, n: 1 }])
    const raced = await Promise.allSettled(Array.from({ length: 8 }, (_, at) =>
      documents.change(Thing, 'thing', { _id: 'v', place: at }, { $inc: { n: 1 } }, { upsert: true })))
    assert.equal(raced.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const one of raced) if (one.status === 'rejected') violation('thing._id')(one.reason)
  }))

  test('a unique index refuses, and says which fields it is of', inCase(open, async ({ documents }) => {
    await documents.insert('thing', [{ _id: 'a', n: 1, slug: 's' }, { _id: 'b', n: 1 }, { _id: 'c', n: 1 }])
    await assert.rejects(documents.insert('thing', [{ _id: 'd', n: 1, slug: 's' }]), violation('thing.slug'))
    await assert.rejects(documents.insert('thing', [{ _id: 'a', n: 1 }]), violation('thing._id'))
    await assert.rejects(documents.change(Thing, 'thing', { _id: 'b' }, { $set: { slug: 's' } }), violation('thing.slug'))
    await documents.insert('pair', [{ _id: '1', left: 'x', right: 1 }, { _id: '2', left: 'x', right: 2 }])
    await assert.rejects(documents.change(Pair, 'pair', { _id: '2' }, { $set: { right: 1 } }), violation('pair.left, pair.right'))
    assert.equal(await documents.count('thing', {}), 3)
  }))

  test('many are inserted in their order: those before one that is refused are kept', inCase(open, async ({ documents }) => {
    await assert.rejects(documents.insert('thing', [{ _id: 'a', n: 1 }, { _id: 'b', n: 1 }, { _id: 'a', n: 2 }, { _id: 'c', n: 1 }]), violation('thing._id'))
    assert.deepEqual((await documents.read(Thing, 'thing', {}, { sort: { _id: 1 } })).map(({ _id, n }) => `${_id}${n}`), ['a1', 'b1'])
    await documents.insert('thing', [])
  }))

  test('many steps go at once, each for itself', inCase(open, async ({ documents }) => {
    await documents.insert('thing', [{ _id: 'a', n: 1 }, { _id: 'b', n: 0 }])
    const stepped = await documents.steps('thing', [
      { insert: { _id: 'c', n: 7 } },
      { filter: { _id: 'a', n: { $gte: 1 } }, update: { $inc: { n: -1 } } },
      { filter: { _id: 'b', n: { $gte: 1 } }, update: { $inc: { n: -1 } } },
      { filter: { _id: 'd' }, update: { $set: { n: 4 } }, upsert: true },
    ])
    assert.deepEqual(stepped, { met: 1, made: 2 })
    assert.deepEqual((await documents.read(Thing, 'thing', {}, { sort: { _id: 1 } })).map(({ _id, n }) => `${_id}${n}`), ['a0', 'b0', 'c7', 'd4'])
    assert.deepEqual(await documents.steps('thing', []), { met: 0, made: 0 })
  }))

  test('a step that is refused ends them; in any order the others are made as well', inCase(open, async ({ documents }) => {
    await documents.insert('thing', [{ _id: 'a', n: 1, slug: 's' }])
    const steps = ['b', 'c', 'd'].map((_id) => ({ insert: { _id, n: 1, ..._id === 'c' && { slug: 's' } } }))
    await assert.rejects(documents.steps('thing', steps), violation('thing.slug'))
    assert.equal(await documents.count('thing', {}), 2)
    await assert.rejects(documents.steps('thing', steps.slice(1), { anyOrder: true }), violation('thing.slug'))
    assert.equal(await documents.count('thing', {}), 3)
  }))

  test('those that meet the filter are removed, and counted', inCase(open, async ({ documents }) => {
    await documents.insert('thing', [{ _id: 'a', n: 1 }, { _id: 'b', n: 2 }, { _id: 'c', n: 3 }])
    assert.equal(await documents.remove('thing', { n: { $gte: 2 } }), 2)
    assert.equal(await documents.remove('thing', { n: { $gte: 2 } }), 0)
    assert.equal(await documents.count('thing', {}), 1)
  }))

  test('numbers and text come back as they were', inCase(open, async ({ documents }) => {
    const kept = { _id: '🙂"\\$.', n: Number.MAX_SAFE_INTEGER, tags: ['', '\u0000', 'ß'], holds: { '01a2-x': { quantity: -5, token: '' } } }
    await documents.insert('thing', [kept, { _id: 'half', n: 0, place: 2 ** 40 }])
    assert.deepEqual(await documents.read(Thing, 'thing', { _id: kept._id }), [kept])
    assert.equal((await documents.change(Thing, 'thing', { _id: 'half' }, { $inc: { place: 2 ** 40 } }))?.place, 2 ** 41)
    assert.equal((await documents.change(Thing, 'thing', { _id: 'half' }, { $inc: { n: 2 ** 31 - 1 } }))?.n, 2 ** 31 - 1)
    assert.equal((await documents.change(Thing, 'thing', { _id: 'half' }, { $inc: { n: 1 } }))?.n, 2 ** 31)
  }))
})
export default changes
