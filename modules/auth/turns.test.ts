import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeContext } from '../../src/module/context.ts'
import { testWorld } from '../../test/world.ts'
import { turns } from './turns.ts'

const world = testWorld()
const context = (leftMs = 60_000) => makeContext({ caller: { is: 'nobody' }, trace: '0'.repeat(32), leftMs, world })
const gate = () => Promise.withResolvers<void>()
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('no more than so many run at once, and those who wait come in order', async () => {
  const queue = turns(2, 10)
  const gates = Array.from({ length: 5 }, gate)
  const begun: number[] = []
  const all = gates.map(({ promise }, at) => queue.take(async () => { begun.push(at); await promise }, context()))
  await settled()
  assert.deepEqual([begun, queue.waiting()], [[0, 1], 3])
  gates[1]?.resolve()
  await settled()
  assert.deepEqual(begun, [0, 1, 2])
  for (const { resolve } of gates) resolve()
  await Promise.all(all)
  assert.deepEqual([begun, queue.waiting()], [[0, 1, 2, 3, 4], 0])
})

test('work that fails gives its place on', async () => {
  const queue = turns(1, 10)
  const both = await Promise.allSettled([queue.take(() => Promise.reject(new Error('no')), context()), queue.take(async () => 'yes', context())])
  assert.deepEqual(both.map(({ status }) => status), ['rejected', 'fulfilled'])
  assert.equal(await queue.take(async () => 'again', context()), 'again')
})

test('one too many is sent away and told when to come again', async () => {
  const queue = turns(1, 1)
  const { promise, resolve } = gate()
  const inside = [queue.take(() => promise, context()), queue.take(async () => {}, context())]
  await assert.rejects(queue.take(async () => {}, context()), { code: 'unavailable', about: { headers: { 'retry-after': '5' } } })
  resolve()
  await Promise.all(inside)
})

test('who waits past the deadline leaves the queue and keeps no place', async () => {
  const queue = turns(1, 1)
  const { promise, resolve } = gate()
  const first = queue.take(() => promise, context())
  const late = queue.take(async () => assert.fail('ran after its deadline'), context(1000))
  const refusal = assert.rejects(late, { code: 'deadline_exceeded' })
  world.advance(1000)
  await refusal
  assert.equal(queue.waiting(), 0)
  resolve()
  await first
  await assert.rejects(queue.take(async () => {}, context(0)), { code: 'deadline_exceeded' })
  assert.equal(await queue.take(async () => 'free', context()), 'free')
})
