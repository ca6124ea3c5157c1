import assert from 'node:assert/strict'
import { eventually, type OpenBus, settled, type Test } from '../../../test/bus.ts'
import { isFault } from '../../contract/fault.ts'
import { deadlineExceeded } from '../../contract/faults.ts'
import type { Context } from '../../module/context.ts'

const lines = [{ sku: 'A', quantity: 1 }]
const never = () => new Promise<never>(() => {})
const late = (error: unknown) => isFault(error, deadlineExceeded) && error.retry
/** Whether it has settled by now. */
const watched = (call: Promise<unknown>) => {
  const state = { ended: false }
  call.catch(() => {}).finally(() => { state.ended = true })
  return state
}

export default (open: () => Promise<OpenBus>, test: Test): void => {
  test('a callee that never answers is given up at the operation\'s deadline', async () => {
    const { stock: answering, context, world, bus } = await open()
    const doors = await answering({ take: never })
    const call = doors.take({ lines }, context({ leftMs: 60_000 }))
    const state = watched(call)
    world.advance(999)
    await settled()
    assert.equal(state.ended, false)
    world.advance(1)
    await assert.rejects(call, late)
    const closing = bus.close(1000)
    await settled()
    world.advance(1000)
    await closing
  })

  test('the caller\'s deadline counts where it is the shorter one', async () => {
    const { stock: answering, context, world } = await open()
    const doors = await answering({ take: never })
    const call = doors.take({ lines }, context({ leftMs: 200 }))
    const state = watched(call)
    world.advance(199)
    await settled()
    assert.equal(state.ended, false)
    world.advance(1)
    await assert.rejects(call, late)
  })

  test('many deadlines at once are each kept', async () => {
    const { stock: answering, context, world } = await open()
    const doors = await answering({ take: never })
    const states = [700, 100, 400].map((leftMs) => watched(doors.take({ lines }, context({ leftMs }))))
    for (const [ms, ...expected] of [[99, false, false, false], [1, false, true, false], [299, false, true, false], [1, false, true, true], [300, true, true, true]] as const) {
      world.advance(ms)
      await settled()
      assert.deepEqual(states.map(({ ended }) => ended), expected)
    }
  })

  test('a call whose time is up is not sent', async () => {
    const { stock: answering, context, close } = await open()
    let sent = 0
    const doors = await answering({ count: async () => ({ count: ++sent }) })
    await assert.rejects(doors.count({}, context({ leftMs: 0 })), late)
    assert.equal(sent, 0)
    await close()
  })

  test('the callee sees what is left, never more than its operation has', async () => {
    const { stock: answering, context, close } = await open()
    const left: number[] = []
    const doors = await answering({
      take: async ({ lines }, context) => {
        left.push(context.leftMs())
        await doors.count({}, context)
        return { lines, note: null }
      },
      count: async (_input, context) => { left.push(context.leftMs()); return { count: 0 } },
    })
    await doors.take({ lines }, context({ leftMs: 60_000 }))
    for (const ms of left) assert.ok(ms > 0 && ms <= 1000, `${ms} ms`)
    await close()
  })

  test('the callee\'s signal aborts when the time is up, with the reason the caller gets', async () => {
    const { stock: answering, context, world } = await open()
    const seen: Context[] = []
    const doors = await answering({ take: (_input, context) => { seen.push(context); return never() } })
    const call = doors.take({ lines }, context())
    await eventually(world, () => seen.length > 0)
    const signals = seen.map((context) => context.deadline)
    assert.ok(signals.length > 0 && signals.every((signal) => !signal.aborted))
    world.advance(1000)
    await assert.rejects(call, late)
    await settled()
    for (const signal of signals) assert.ok(signal.aborted && late(signal.reason))
    for (const context of seen) assert.equal(context.leftMs(), 0)
  })
}
