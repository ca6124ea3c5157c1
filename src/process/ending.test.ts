import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Log } from '../module/log.ts'
import type { World } from '../module/world.ts'
import { createEnding } from './ending.ts'

/** A clock that only sleeping moves, by all that was slept. */
const sleepyWorld = (): World => {
  let now = 0
  return {
    now: () => now, id: () => '', random: (bytes) => new Uint8Array(bytes),
    sleep: (ms, signal) => new Promise((resolve, reject) => {
      const timer = setImmediate(() => { now += ms; resolve() })
      signal?.addEventListener('abort', () => { clearImmediate(timer); reject(signal.reason) })
    }),
  }
}
const logged = () => {
  const entries: unknown[] = []
  const note = (_message: string, about?: object) => { entries.push(about) }
  const log: Log = { debug: note, info: note, warn: note, error: note }
  return { entries, log }
}

test('parts end once, in reverse, and one that fails holds up no other', async () => {
  const { log, entries } = logged()
  const ending = createEnding(sleepyWorld(), log)
  const ended: string[] = []
  ending.add('first', () => { ended.push('first') })
  ending.add('broken', async () => { throw new Error('no') })
  ending.add('last', async () => { ended.push('last') })
  await Promise.all([ending.run(1000), ending.run(1000)])
  assert.deepEqual(ended, ['last', 'first'])
  assert.equal(entries.length, 1)
})

test('all parts together have the time that was given, and each of the late rest a moment', async () => {
  const { log, entries } = logged()
  const world = sleepyWorld()
  const ending = createEnding(world, log)
  let closed = false
  ending.add('store', () => { closed = true })
  for (const name of ['three', 'two', 'one']) ending.add(name, () => new Promise<void>(() => {}))
  await ending.run(1000)
  assert.deepEqual(entries, [{ name: 'one', leftMs: 1000 }, { name: 'two', leftMs: 100 }, { name: 'three', leftMs: 100 }])
  assert.ok(closed)
})
