import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { patient, withStore } from './conformance.ts'
import type { Outbox } from './sql.ts'

/** A store's outbox, and what its suite needs around it. */
export interface Telling {
  readonly outbox: Outbox
  /** Stores these numbers as events, each with its cause, in one change or in several. */
  tell(...numbers: number[]): Promise<unknown>
  /** The same in one change. */
  tellTogether(...numbers: number[]): Promise<unknown>
  /** A change that tells nothing. */
  quiet(): Promise<unknown>
  advance(ms: number): void
  close(): Promise<void>
}

/** The number that an event of this suite tells. */
export const number = (event: { data: unknown }): unknown => (event.data instanceof Object && 'number' in event.data ? event.data.number : undefined)

/** Who waits is not woken by a change without events. */
const nothingArrives = async ({ outbox, quiet }: Telling): Promise<void> => {
  const stop = new AbortController()
  const waiting = outbox.arrived(stop.signal)
  await quiet()
  stop.abort(new Error('nothing arrived'))
  await assert.rejects(waiting, /nothing arrived/)
}

/** What every outbox does, whatever its events are stored in. */
export const outboxCases = (open: () => Promise<Telling>): void => void suite('an outbox', () => {
  const inCase = (use: (opened: Telling) => Promise<void>) => () => withStore(open, use)

  test('an event without a trace starts one', inCase(async ({ outbox, tell }) => {
    await tell(1, 2)
    const [one, two] = await outbox.take(10, 1000)
    assert.match(one?.trace ?? '', /^[0-9a-f]{32}$/)
    assert.notEqual(one?.trace, two?.trace)
  }))

  test('an event that was not published in time is taken again', inCase(async ({ outbox, tell, advance }) => {
    await tell(1)
    const [first] = await outbox.take(10, 1000)
    advance(900)
    assert.deepEqual(await outbox.take(10, 1000), [])
    advance(200)
    assert.deepEqual(await outbox.take(10, 1000), [first])
  }))

  test('a published event is never taken again, and those told with it are', inCase(async ({ outbox, tellTogether, advance }) => {
    await tellTogether(1, 2)
    const [one] = await outbox.take(1, 1000)
    await outbox.published([one?.id ?? ''])
    await outbox.published([one?.id ?? ''])
    await outbox.published([])
    advance(5000)
    assert.deepEqual((await outbox.take(10, 1000)).map(number), [2])
  }))

  test('the backlog is how many wait, taken ones too, and for how long the oldest does', inCase(async ({ outbox, tell, advance }) => {
    assert.deepEqual(await outbox.backlog(), { count: 0, oldestMs: 0 })
    await tell(1, 2)
    advance(60_000)
    await tell(3)
    const [one, two] = await outbox.take(2, 1000)
    const { count, oldestMs } = await outbox.backlog()
    assert.equal(count, 3)
    assert.ok(oldestMs >= 60_000 && oldestMs < 120_000, String(oldestMs))
    await outbox.published([one?.id ?? '', two?.id ?? ''])
    const rest = await outbox.backlog()
    assert.equal(rest.count, 1)
    assert.ok(rest.oldestMs < 60_000, String(rest.oldestMs))
  }))

  test('who waits is woken by the next event', inCase(async (opened) => {
    const woken = opened.outbox.arrived(patient())
    await opened.tell(1)
    await woken
    await nothingArrives(opened)
  }))

  test('all who wait are woken', inCase(async (opened) => {
    const woken = [opened.outbox.arrived(patient()), opened.outbox.arrived(patient())]
    await opened.tell(1)
    await Promise.all(woken)
    await nothingArrives(opened)
  }))

  test('an event that came while nobody waited is not missed, and wakes once', inCase(async (opened) => {
    await opened.tell(1)
    await opened.outbox.take(10, 1000)
    await opened.outbox.arrived(patient())
    await nothingArrives(opened)
  }))

  test('who took as many as it asked for need not wait for the rest', inCase(async ({ outbox, tellTogether }) => {
    const woken = outbox.arrived(patient())
    await tellTogether(1, 2, 3)
    await woken
    await outbox.take(2, 1000)
    await outbox.arrived(patient())
    assert.deepEqual((await outbox.take(2, 1000)).map(number), [3])
  }))

  test('waiting ends with the signal\'s reason', inCase(async ({ outbox }) => {
    await assert.rejects(outbox.arrived(AbortSignal.abort(new Error('stopping'))), /stopping/)
  }))
})
