import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isId } from '../contract/scalars.ts'
import { idSource, realWorld } from './world.ts'

test('ids are UUIDv7, increase within a process, and carry the time', () => {
  const world = realWorld()
  const ids = Array.from({ length: 10_000 }, () => world.id())
  assert.deepEqual(ids, [...ids].sort())
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(ids.every((id) => isId(id) && id[14] === '7'))
  const ms = Number.parseInt(ids[0]!.slice(0, 13).replace('-', ''), 16)
  assert.ok(Math.abs(ms - Date.now()) < 60_000)
})

test('ids increase over a full counter and a clock that stands still or goes back', () => {
  let now = 1_000_000
  const next = idSource(() => now, (count) => new Uint8Array(count).fill(255))
  const ids: string[] = []
  for (let at = 0; at < 9000; at++) {
    if (at === 5000) now -= 500
    ids.push(next())
  }
  assert.deepEqual(ids, [...ids].sort())
  assert.equal(new Set(ids).size, ids.length)
})

test('a sleep ends early when its signal aborts', async () => {
  const stop = new AbortController()
  const slept = realWorld().sleep(60_000, stop.signal)
  stop.abort(new Error('enough'))
  await assert.rejects(slept, /enough/)
})

test('a sleep that is longer than a timer can be does not end at once', async () => {
  const stop = new AbortController()
  const slept = realWorld().sleep(2 ** 40, stop.signal)
  await realWorld().sleep(5)
  stop.abort(new Error('enough'))
  await assert.rejects(slept, /enough/)
})
