import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stillWorld } from '../../test/still-world.ts'
import { deadlineExceeded } from '../contract/faults.ts'
import { isFault } from '../contract/fault.ts'
import { atDeadline, makeContext, narrowed, systemContext } from './context.ts'

const sleeping = () => {
  const world = stillWorld()
  const slept: number[] = []
  return { slept, world: { ...world, sleep: (ms: number, signal?: AbortSignal) => { slept.push(ms); return world.sleep(ms, signal) } } }
}

test('a context counts down on the world\'s clock and ends at 0', () => {
  const world = stillWorld()
  const context = systemContext(world, 1000)
  world.advance(400)
  assert.equal(context.leftMs(), 600)
  world.advance(1000)
  assert.equal(context.leftMs(), 0)
})

test('no timer is made until somebody asks for the deadline', () => {
  const { world, slept } = sleeping()
  const context = makeContext({ caller: { is: 'nobody' }, trace: 'a'.repeat(32), leftMs: 1000, world })
  narrowed(context, 10).leftMs()
  assert.deepEqual(slept, [])
  assert.equal(context.deadline, context.deadline)
  assert.equal(slept.length, 1)
})

test('the deadline aborts when the time is up, at once where it is up already', async () => {
  const world = stillWorld()
  const { deadline } = systemContext(world, 1000)
  world.advance(1000)
  await new Promise((resolve) => setImmediate(resolve))
  assert.ok(isFault(deadline.reason, deadlineExceeded))
  assert.ok(systemContext(world, 0).deadline.aborted)
})

test('a narrowed context ends earlier, never later, and says all else the same', () => {
  const { world } = sleeping()
  const about = { caller: { is: 'guest', session: 's' } as const, trace: 'c'.repeat(32), client: { address: '::1', device: 'x' }, key: 'k' }
  const context = makeContext({ ...about, leftMs: 1000, world })
  assert.equal(narrowed(context, 10).leftMs(), 10)
  assert.equal(narrowed(context, 5000).leftMs(), 1000)
  const { caller, trace, client, key } = narrowed(context, 10)
  assert.deepEqual({ caller, trace, client, key }, about)
  assert.equal(Object.hasOwn(makeContext({ ...about, key: undefined, leftMs: 1, world }), 'key'), false)
})

test('system calls come from nobody, under their cause\'s trace or their own', () => {
  const world = stillWorld()
  const [one, two] = [systemContext(world, 1), systemContext(world, 1)]
  assert.deepEqual(one.caller, { is: 'nobody' })
  assert.match(one.trace, /^[0-9a-f]{32}$/)
  assert.notEqual(one.trace, two.trace)
  assert.equal(systemContext(world, 1, one.trace).trace, one.trace)
})

test('thousands of deadlines share one sleeper, and cancelled ones do not ring', async () => {
  const { world, slept } = sleeping()
  let rung = 0
  const cancels = Array.from({ length: 5000 }, () => atDeadline(systemContext(world, 5000), () => { rung++ }))
  assert.equal(slept.length, 1)
  for (const cancel of cancels.slice(1)) cancel()
  for (let seconds = 0; seconds < 6; seconds++) {
    world.advance(1000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.equal(rung, 1)
})
