import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { collect, moved, type Open, type Opened, type Suite, withStore } from '../conformance.ts'
import { number, outboxCases, type Telling } from '../outbox-cases.ts'
import { guarded, publishedKeptMs, sql } from '../sql.ts'

const emit = (opened: Opened, ...numbers: number[]) => opened.sql.write({ statements: [], events: numbers.map(moved) })
const rowsIn = async ({ sql: store }: Opened) => (await collect(store.dump())).filter(({ table }) => table === 'outbox').length
const inCase = (open: Open, use: (opened: Opened) => Promise<void>) => () => withStore(open, use)

const outbox: Suite = (open) => suite('events of changes', () => {
  test('an event is taken with its id, time, trace and data', inCase(open, async (opened) => {
    await opened.sql.write({ statements: [], events: [{ type: 'item.moved.v1', data: { text: '🙂 "', list: [1, null, 0.5] } }], trace: 'a'.repeat(32) })
    const [event] = await opened.sql.outbox.take(10, 1000)
    assert.deepEqual({ ...event, id: '', time: '' },
      { id: '', time: '', type: 'item.moved.v1', trace: 'a'.repeat(32), data: { text: '🙂 "', list: [1, null, 0.5] } })
    assert.match(event?.id ?? '', /^[0-9a-f-]{36}$/)
    assert.equal(new Date(event?.time ?? '').toISOString(), event?.time)
  }))

  test('events of a change that does not hold are not stored', inCase(open, async (opened) => {
    await opened.sql.write({ statements: [guarded(sql`UPDATE shelf SET name = ${'x'} WHERE id = ${'none'}`)], events: [moved(1)] })
    assert.deepEqual(await opened.sql.outbox.take(10, 1000), [])
  }))

  test('the oldest are taken first', inCase(open, async (opened) => {
    await emit(opened, 1, 2)
    await emit(opened, 3)
    assert.deepEqual((await opened.sql.outbox.take(2, 1000)).map(number), [1, 2])
    assert.deepEqual((await opened.sql.outbox.take(2, 1000)).map(number), [3])
  }))

  test('relays that take at once share the events, and none gets another\'s', inCase(open, async (opened) => {
    await emit(opened, ...Array.from({ length: 50 }, (_, index) => index))
    const taken = (await Promise.all(Array.from({ length: 7 }, () => opened.sql.outbox.take(10, 1000)))).flat()
    assert.equal(taken.length, 50)
    assert.equal(new Set(taken.map(({ id }) => id)).size, 50)
  }))

  test('published events are kept for a week, and purged while others are published', inCase(open, async (opened) => {
    const publish = async (...numbers: number[]) => {
      await emit(opened, ...numbers)
      await opened.sql.outbox.published((await opened.sql.outbox.take(100, 1000)).map(({ id }) => id))
    }
    await publish(1, 2, 3)
    opened.advance(publishedKeptMs - 60_000)
    await publish(4)
    assert.equal(await rowsIn(opened), 4)
    opened.advance(120_000)
    await publish(5)
    await publish(6)
    assert.equal(await rowsIn(opened), 3)
  }))

  test('what was never published is not purged', inCase(open, async (opened) => {
    await emit(opened, 1)
    opened.advance(2 * publishedKeptMs)
    await emit(opened, 2)
    const [, two] = await opened.sql.outbox.take(2, 1000)
    await opened.sql.outbox.published([two?.id ?? ''])
    opened.advance(1001)
    assert.deepEqual((await opened.sql.outbox.take(10, 1000)).map(number), [1])
  }))
})

/** A store in SQL, as the suite of outboxes wants it. */
const telling = (open: Open) => async (): Promise<Telling> => {
  const opened = await open()
  const tell = (...numbers: number[]) => emit(opened, ...numbers)
  return { outbox: opened.sql.outbox, tell, tellTogether: tell, quiet: () => emit(opened), advance: opened.advance, close: opened.close }
}

const both: Suite = (open) => {
  outbox(open)
  outboxCases(telling(open))
}
export default both
