import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { collect, moved, type Open, type Opened, patient, type Suite, withStore } from '../conformance.ts'
import { guarded, publishedKeptMs, sql } from '../sql.ts'

const emit = (opened: Opened, ...numbers: number[]) => opened.sql.write({ statements: [], events: numbers.map(moved) })
const number = (event: { data: unknown }): unknown => event.data instanceof Object && 'number' in event.data ? event.data.number : undefined
const rowsIn = async ({ sql: store }: Opened) => (await collect(store.dump())).filter(({ table }) => table === 'outbox').length
/** Who waits is not woken by a change without events. */
const nothingArrives = async ({ sql: store }: Opened) => {
  const stop = new AbortController()
  const waiting = store.outbox.arrived(stop.signal)
  await store.write({ statements: [], events: [] })
  stop.abort(new Error('nothing arrived'))
  await assert.rejects(waiting, /nothing arrived/)
}
const inCase = (open: Open, use: (opened: Opened) => Promise<void>) => () => withStore(open, use)

const outbox: Suite = (open) => suite('outbox', () => {
  test('an event is taken with its id, time, trace and data', inCase(open, async (opened) => {
    await opened.sql.write({ statements: [], events: [{ type: 'item.moved.v1', data: { text: '🙂 "', list: [1, null, 0.5] } }], trace: 'a'.repeat(32) })
    const [event] = await opened.sql.outbox.take(10, 1000)
    assert.deepEqual({ ...event, id: '', time: '' },
      { id: '', time: '', type: 'item.moved.v1', trace: 'a'.repeat(32), data: { text: '🙂 "', list: [1, null, 0.5] } })
    assert.match(event?.id ?? '', /^[0-9a-f-]{36}$/)
    assert.equal(new Date(event?.time ?? '').toISOString(), event?.time)
  }))

  test('an event without a trace starts one', inCase(open, async (opened) => {
    await emit(opened, 1, 2)
    const [one, two] = await opened.sql.outbox.take(10, 1000)
    assert.match(one?.trace ?? '', /^[0-9a-f]{32}$/)
    assert.notEqual(one?.trace, two?.trace)
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

  test('an event that was not published in time is taken again', inCase(open, async (opened) => {
    await emit(opened, 1)
    const [first] = await opened.sql.outbox.take(10, 1000)
    opened.advance(900)
    assert.deepEqual(await opened.sql.outbox.take(10, 1000), [])
    opened.advance(200)
    assert.deepEqual(await opened.sql.outbox.take(10, 1000), [first])
  }))

  test('a published event is never taken again', inCase(open, async (opened) => {
    await emit(opened, 1, 2)
    const [one] = await opened.sql.outbox.take(1, 1000)
    await opened.sql.outbox.published([one?.id ?? ''])
    await opened.sql.outbox.published([one?.id ?? ''])
    await opened.sql.outbox.published([])
    opened.advance(5000)
    assert.deepEqual((await opened.sql.outbox.take(10, 1000)).map(number), [2])
  }))

  test('the backlog is how many wait, taken ones too, and for how long the oldest does', inCase(open, async (opened) => {
    assert.deepEqual(await opened.sql.outbox.backlog(), { count: 0, oldestMs: 0 })
    await emit(opened, 1, 2)
    opened.advance(60_000)
    await emit(opened, 3)
    const [one, two] = await opened.sql.outbox.take(2, 1000)
    const { count, oldestMs } = await opened.sql.outbox.backlog()
    assert.equal(count, 3)
    assert.ok(oldestMs >= 60_000 && oldestMs < 120_000, String(oldestMs))
    await opened.sql.outbox.published([one?.id ?? '', two?.id ?? ''])
    const rest = await opened.sql.outbox.backlog()
    assert.equal(rest.count, 1)
    assert.ok(rest.oldestMs < 60_000, String(rest.oldestMs))
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

const arrivals: Suite = (open) => suite('outbox arrivals', () => {
  test('who waits is woken by the next event', inCase(open, async (opened) => {
    const woken = opened.sql.outbox.arrived(patient())
    await emit(opened, 1)
    await woken
    await nothingArrives(opened)
  }))

  test('all who wait are woken', inCase(open, async (opened) => {
    const woken = [opened.sql.outbox.arrived(patient()), opened.sql.outbox.arrived(patient())]
    await emit(opened, 1)
    await Promise.all(woken)
  }))

  test('an event that came while nobody waited is not missed, and wakes once', inCase(open, async (opened) => {
    await emit(opened, 1)
    await opened.sql.outbox.take(10, 1000)
    await opened.sql.outbox.arrived(patient())
    await nothingArrives(opened)
  }))

  test('who took as many as it asked for need not wait for the rest', inCase(open, async (opened) => {
    const woken = opened.sql.outbox.arrived(patient())
    await emit(opened, 1, 2, 3)
    await woken
    await opened.sql.outbox.take(2, 1000)
    await opened.sql.outbox.arrived(patient())
    assert.deepEqual((await opened.sql.outbox.take(2, 1000)).map(number), [3])
  }))

  test('waiting ends with the signal\'s reason', inCase(open, async (opened) => {
    await assert.rejects(opened.sql.outbox.arrived(AbortSignal.abort(new Error('stopping'))), /stopping/)
  }))
})

const both: Suite = (open) => {
  outbox(open)
  arrivals(open)
}
export default both
