import assert from 'node:assert/strict'
import { type OpenBus, settled, soldOut, stock, type Test } from '../../../test/bus.ts'
import { fault, FaultError, isFault } from '../../contract/fault.ts'
import { internalError, unavailable, versionMismatch } from '../../contract/faults.ts'
import type { Caller, Context } from '../../module/context.ts'
import { door } from '../door.ts'

const lines = [{ sku: 'A', quantity: 2 }]

export default (open: () => Promise<OpenBus>, test: Test): void => {
  test('why a part is down is logged where that was found out, and does not cross', async () => {
    const { stock: answering, context, log, close } = await open()
    const doors = await answering({ count: async () => { throw Object.assign(unavailable(), { cause: new Error('the disk is full') }) } })
    await assert.rejects(doors.count({}, context()), (error) => isFault(error, unavailable) && error.cause === undefined)
    assert.ok(log.entries.some(({ level, about }) => level === 'warn' && String(about?.['error']).includes('the disk is full')))
    await close()
  })

  test('a call is answered', async () => {
    const { stock: answering, context, close } = await open()
    const doors = await answering({ take: async ({ lines }) => ({ lines, note: 'kept' }) })
    assert.deepEqual(await doors.take({ lines }, context()), { lines, note: 'kept' })
    await close()
  })

  test('who asks, the trace, the key and the client cross, and permissions are a set on the other side', async () => {
    const { stock: answering, context, close } = await open()
    const seen: Context[] = []
    const doors = await answering({ count: async (_input, context) => { seen.push(context); return { count: 1 } } })
    const callers: Caller[] = [
      { is: 'nobody' }, { is: 'guest', session: 's' }, { is: 'user', id: 'u', sid: 'x', may: new Set(['orders:write', 'orders:read']) },
    ]
    for (const caller of callers) {
      seen.length = 0
      const own = context({ caller, key: 'k', client: { address: '192.0.2.1', device: 'Firefox' } })
      await doors.count({}, own)
      for (const { caller, trace, key, client } of seen) assert.deepEqual({ caller, trace, key, client }, {
        caller: own.caller, trace: own.trace, key: own.key, client: own.client })
    }
    await close()
  })

  test('a declared fault crosses as itself, with all that it says', async () => {
    const { stock: answering, context, log, close } = await open()
    const about = { errors: [{ in: 'body' as const, path: '/lines/0', message: 'only 1' }], headers: { 'retry-after': '1' }, members: { available: 1 } }
    const doors = await answering({ take: async () => { throw soldOut('Only one A is left', about) } })
    await assert.rejects(doors.take({ lines }, context()), (error) => {
      assert.ok(isFault(error, soldOut))
      assert.equal(error.message, 'Only one A is left')
      assert.deepEqual([error.status, error.retry, error.title, error.about], [409, false, soldOut.title, about])
      return true
    })
    assert.deepEqual(log.entries, [])
    await close()
  })

  test('a fault that every operation may answer with needs no declaration', async () => {
    const { stock: answering, context, close } = await open()
    const doors = await answering({ count: async () => { throw versionMismatch() } })
    await assert.rejects(doors.count({}, context()), (error) => isFault(error, versionMismatch))
    await close()
  })

  const secret = 'password=hunter2'
  const undeclared: [string, () => unknown][] = [
    ['an error', () => new Error(secret)],
    ['another module\'s fault', () => fault('card_stolen', 402, secret)(secret)],
    ['no error at all', () => secret],
  ]
  for (const [what, thrown] of undeclared) {
    test(`${what} that is not declared tells the caller nothing and the log everything`, async () => {
      const { stock: answering, context, log, close } = await open()
      const error = thrown()
      const doors = await answering({ take: async () => { throw error } })
      await assert.rejects(doors.take({ lines }, context()), (error) => {
        assert.ok(isFault(error, internalError))
        assert.ok(!JSON.stringify([error.message, error.about, error.stack, error.cause]).includes(secret))
        return true
      })
      assert.ok(log.entries.length > 0)
      for (const { level, about } of log.entries) {
        assert.equal(level, 'error')
        assert.deepEqual([about['module'], about['operation'], about['error']], ['stock', 'take', error])
      }
      await close()
    })
  }

  test('the callee\'s stack stays with the callee', async () => {
    const { stock: answering, context, close } = await open()
    const thrown: unknown[] = []
    const doors = await answering({ take: async () => { const error = soldOut(); thrown.push(error); throw error } })
    await assert.rejects(doors.take({ lines }, context()), (error) => error instanceof FaultError && !thrown.includes(error))
    await close()
  })

  test('an input that does not fit is the caller\'s mistake: logged, and never sent', async () => {
    const { bus, context, log, close } = await open()
    let sent = 0
    await bus.answer('stock', async () => { sent++ })
    const doors = door(stock, bus, { checked: true, log })
    const bad = JSON.parse('{"lines":[{"sku":"A","quantity":0}]}')
    await assert.rejects(doors.take(bad, context()), (error) => isFault(error, internalError))
    assert.equal(sent, 0)
    assert.match(String(log.entries[0]?.about['error']), /lines\/0\/quantity/)
    await close()
  })

  test('the answering side checks the input itself', async () => {
    const { bus, stock: answering, context, log, close } = await open()
    await answering({})
    for (const [operation, input] of [['take', { lines: 1 }], ['nope', {}], ['__proto__', {}], ['toString', {}]] as const) {
      await assert.rejects(bus.call('stock', operation, input, context()), (error) => isFault(error, internalError))
    }
    assert.ok(log.entries.length >= 4)
    await close()
  })

  test('an answer that does not fit is the callee\'s mistake: logged where answers are checked', async () => {
    const { stock: answering, context, log, close } = await open()
    const doors = await answering({ count: async () => JSON.parse('{"count":"1"}') })
    await assert.rejects(doors.count({}, context()), (error) => isFault(error, internalError))
    assert.match(String(log.entries[0]?.about['error']), /count/)
    await close()
  })

  test('a module for which nobody answers is unavailable', async () => {
    const { bus, context, log, close } = await open()
    await assert.rejects(door(stock, bus, { checked: true, log }).count({}, context()), (error) => isFault(error, unavailable) && error.retry)
    await close()
  })

  test('closing lets a call that runs finish, with the calls it makes, and takes no other', async () => {
    const { bus, stock: answering, context, log, close } = await open()
    let go = () => {}
    const held = new Promise<void>((resolve) => { go = resolve })
    const doors = await answering({ take: async ({ lines }, context) => { await held; await doors.count({}, context); return { lines, note: null } } })
    const running = doors.take({ lines }, context())
    let closed = false
    const closing = bus.close(1000).then(() => { closed = true })
    await settled()
    assert.equal(closed, false)
    go()
    assert.deepEqual(await running, { lines, note: null })
    await closing
    await close()
    await assert.rejects(door(stock, bus, { checked: true, log }).count({}, context()), (error) => isFault(error, unavailable))
  })
}
