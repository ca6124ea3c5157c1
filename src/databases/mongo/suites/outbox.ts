import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Heard } from '../../../contract/event.ts'
import { moved, patient } from '../../conformance.ts'
import { number, outboxCases, type Telling } from '../../outbox-cases.ts'
import { type DocumentSuite, inCase, type OpenDocuments, type OpenedDocuments, Thing } from '../testing/conformance.ts'

let made = 0
/** Each number is told by a document of its own. */
const tell = async ({ documents }: OpenedDocuments, ...numbers: number[]): Promise<void> => {
  for (const number of numbers) await documents.insert('thing', [{ _id: `told ${++made}`, n: number }], { events: [moved(number)] })
}
const numbers = (events: readonly Heard[]): unknown[] => events.map(number)

const outbox: DocumentSuite = (open) => suite('events of documents', () => {
  test('an event is taken with its id, time, trace and data', inCase(open, async ({ documents }) => {
    await documents.insert('thing', [{ _id: 'a', n: 1 }],
      { events: [{ type: 'item.moved.v1', data: { text: '🙂 "', list: [1, null, 0.5], 'a.b': { $c: 1 } } }], trace: 'a'.repeat(32) })
    const [event] = await documents.outbox.take(10, 1000)
    assert.deepEqual({ ...event, id: '', time: '' },
      { id: '', time: '', type: 'item.moved.v1', trace: 'a'.repeat(32), data: { text: '🙂 "', list: [1, null, 0.5], 'a.b': { $c: 1 } } })
    assert.match(event?.id ?? '', /^[0-9a-f-]{36}$/)
    assert.equal(new Date(event?.time ?? '').toISOString(), event?.time)
  }))

  test('a change, an upsert and steps tell theirs; with many documents at once the last does', inCase(open, async ({ documents }) => {
    const tells = (...told: number[]) => ({ tells: { events: told.map(moved) } })
    await documents.insert('thing', [{ _id: 'a', n: 1 }, { _id: 'b', n: 1, tags: [] }], tells(1).tells)
    await documents.change(Thing, 'thing', { _id: 'b' }, { $push: { tags: 'x' } }, tells(2, 3))
    await documents.change(Thing, 'thing', { _id: 'c' }, { $set: { n: 1 } }, { upsert: true, ...tells(4) })
    await documents.steps('thing', [{ insert: { _id: 'd', n: 1 }, ...tells(5) }, { filter: { _id: 'a' }, update: { $inc: { n: 1 } }, ...tells(6) }])
    assert.deepEqual(numbers(await documents.outbox.take(10, 1000)), [1, 2, 3, 4, 5, 6])
    assert.deepEqual(await documents.read(Thing, 'thing', { _id: 'b' }), [{ _id: 'b', n: 1, tags: ['x'] }])
  }))

  test('events of a change that does not hold are not stored', inCase(open, async ({ documents }) => {
    await documents.change(Thing, 'thing', { _id: 'none' }, { $set: { n: 2 } }, { tells: { events: [moved(1)] } })
    await documents.insert('thing', [{ _id: 'a', n: 1 }])
    await assert.rejects(documents.insert('thing', [{ _id: 'a', n: 1 }], { events: [moved(2)] }))
    await assert.rejects(documents.insert('thing', [{ _id: 'b', n: 1 }, { _id: 'a', n: 1 }], { events: [moved(3)] }))
    assert.deepEqual(await documents.outbox.take(10, 1000), [])
  }))

  test('the oldest are taken first, whichever documents tell them', inCase(open, async (opened) => {
    const { documents } = opened
    await documents.insert('thing', [{ _id: 'old', n: 50 }])
    await tell(opened, 1)
    await documents.insert('pair', [{ _id: 'p', left: 'l', right: 1 }], { events: [moved(2), moved(3)] })
    await tell(opened, 4)
    await documents.change(Thing, 'thing', { n: 50 }, { $inc: { n: 10 } }, { tells: { events: [moved(5)] } })
    assert.deepEqual(numbers(await documents.outbox.take(1, 1000)), [1])
    assert.deepEqual(numbers(await documents.outbox.take(3, 1000)), [2, 3, 4])
    assert.deepEqual(numbers(await documents.outbox.take(2, 1000)), [5])
  }))

  test('relays that take at once share the events, and none gets another\'s', inCase(open, async (opened) => {
    await tell(opened, ...Array.from({ length: 40 }, (_, index) => index))
    const { documents } = opened
    await documents.change(Thing, 'thing', { n: 0 }, { $inc: { n: 100 } }, { tells: { events: Array.from({ length: 10 }, (_, index) => moved(40 + index)) } })
    const taken = (await Promise.all(Array.from({ length: 7 }, () => documents.outbox.take(10, 1000)))).flat()
    assert.equal(taken.length, 50)
    assert.equal(new Set(taken.map(({ id }) => id)).size, 50)
  }))

  test('a document whose events wait is not removed before they are published', inCase(open, async ({ documents }) => {
    await documents.insert('thing', [{ _id: 'a', n: 1 }], { events: [moved(1)] })
    await documents.insert('thing', [{ _id: 'b', n: 1 }])
    assert.equal(await documents.remove('thing', { n: 1 }), 1)
    const [event] = await documents.outbox.take(10, 1000)
    await documents.outbox.published([event?.id ?? ''])
    assert.equal(await documents.remove('thing', { n: 1 }), 1)
  }))

  test('all that wait can be read, and kept elsewhere to be published there', inCase(open, async (opened) => {
    await tell(opened, 1, 2)
    const { documents } = opened
    await documents.outbox.take(1, 1000)
    const told: Heard[] = []
    for await (const event of documents.told()) told.push(event)
    assert.deepEqual(numbers(told).sort(), [1, 2])
    await inCase(open, async (other) => {
      const woken = other.documents.outbox.arrived(patient())
      await other.documents.keep(told)
      await woken
      const taken = await other.documents.outbox.take(10, 1000)
      assert.deepEqual(taken, [...told].sort((one, two) => (one.id < two.id ? -1 : 1)))
      await other.documents.outbox.published(taken.map(({ id }) => id))
      assert.deepEqual(await other.documents.outbox.backlog(), { count: 0, oldestMs: 0 })
      // Nothing of them is left in the way.
      await other.documents.keep(told)
    })()
  }))
})

/** Documents, as the suite of outboxes wants them. */
const telling = (open: OpenDocuments) => async (): Promise<Telling> => {
  const opened = await open()
  const { documents, advance, close } = opened
  return {
    outbox: documents.outbox, advance, close, tell: (...numbers) => tell(opened, ...numbers),
    tellTogether: (...numbers) => documents.insert('thing', [{ _id: `told ${++made}`, n: 1 }], { events: numbers.map(moved) }),
    quiet: () => documents.insert('mark', [{ _id: ++made, text: 'nothing is told' }]),
  }
}

const both: DocumentSuite = (open) => {
  outbox(open)
  outboxCases(telling(open))
}
export default both
