import assert from 'node:assert/strict'
import { Type } from '@sinclair/typebox'
import type { OpenBus, Test } from '../../../test/bus.ts'
import { contract } from '../../contract/contract.ts'
import { isFault } from '../../contract/fault.ts'
import { internalError } from '../../contract/faults.ts'
import { inner } from '../../contract/inner.ts'
import { answerer, door } from '../door.ts'

const loose = Type.Object({ value: Type.Unknown() })
const any = contract('any', {
  port: 3998, operations: {}, events: {}, hears: {}, inner: { give: inner({ takes: loose, returns: loose }), keep: inner({ takes: loose, returns: loose }) },
})

interface Lines { lines: { sku: string; quantity: number }[] }
const fresh = (): Lines => ({ lines: [{ sku: 'A', quantity: 2 }] })
/** Changes it where that is possible; what it throws where not is not the point. */
const spoil = ({ lines }: Lines) => {
  for (const change of [() => { lines[0]!.sku = 'B' }, () => { lines.push({ sku: 'C', quantity: 1 }) }]) {
    try { change() } catch (error) { assert.ok(error instanceof TypeError) }
  }
}

export default (open: () => Promise<OpenBus>, test: Test): void => {
  test('a callee that changes its input changes nothing of the caller\'s', async () => {
    const { stock: answering, context, close } = await open()
    const doors = await answering({ take: async (input) => { spoil(input); return { ...fresh(), note: null } } })
    const input = fresh()
    await doors.take(input, context())
    assert.deepEqual(input, fresh())
    await close()
  })

  test('a caller that changes its input afterwards changes nothing of the callee\'s', async () => {
    const { stock: answering, context, close } = await open()
    const kept: Lines[] = []
    const doors = await answering({ take: async (input) => { kept.push(input); return { ...fresh(), note: null } } })
    const input = fresh()
    const asked = doors.take(input, context())
    spoil(input)
    await asked
    spoil(input)
    for (const one of kept) assert.deepEqual(one, fresh())
    await close()
  })

  test('a caller that changes an answer changes nothing of the callee\'s', async () => {
    const { stock: answering, context, close } = await open()
    const cached = { ...fresh(), note: null }
    const doors = await answering({ take: async () => cached })
    spoil(await doors.take(fresh(), context()))
    assert.deepEqual(await doors.take(fresh(), context()), { ...fresh(), note: null })
    await close()
  })

  test('a callee that changes what it answered changes nothing of the caller\'s', async () => {
    const { stock: answering, context, close } = await open()
    const cached = { ...fresh(), note: null }
    const doors = await answering({ take: async () => cached })
    const answer = await doors.take(fresh(), context())
    spoil(cached)
    assert.deepEqual(answer, { ...fresh(), note: null })
    await close()
  })

  test('what one side froze halfway is frozen through and through', async () => {
    const { stock: answering, context, close } = await open()
    const halfway = (): Lines => Object.freeze(fresh())
    const cached = Object.freeze({ ...fresh(), note: null })
    const kept: Lines[] = []
    const doors = await answering({ take: async (input) => { kept.push(input); return cached } })
    const input = halfway()
    const answer = await doors.take(input, context())
    spoil(input)
    spoil(cached)
    for (const one of kept) assert.deepEqual(one, fresh())
    assert.deepEqual(answer, { ...fresh(), note: null })
    await close()
  })

  test('inputs and answers arrive frozen, wherever they came from', async () => {
    const { stock: answering, context, close } = await open()
    const kept: Lines[] = []
    const doors = await answering({ take: async (input) => { kept.push(input); return { ...fresh(), note: null } } })
    kept.push(await doors.take(fresh(), context()))
    for (const one of kept) assert.ok([one, one.lines, one.lines[0]].every(Object.isFrozen))
    await close()
  })

  class Note { toJSON() { return 'note' } }
  const unplain: [string, unknown][] = [
    ['a date', new Date(0)], ['an instance', new Note()], ['undefined', undefined], ['not a number', NaN], ['infinity', Infinity], ['a set', new Set()], ['a function', () => {}],
  ]
  for (const [what, value] of unplain) {
    test(`${what} crosses in neither direction, as JSON would not carry it`, async () => {
      const { bus, context, log, close } = await open()
      await bus.answer('any', answerer(any, { give: async () => ({ value }), keep: async () => ({ value: null }) }, { checked: false, log }))
      const doors = door(any, bus, { checked: false, log })
      for (const call of [() => doors.give({ value: null }, context()), () => doors.keep({ value }, context())]) {
        await assert.rejects(call(), (error) => isFault(error, internalError))
        assert.match(String(log.entries.pop()?.about['error']), /plain JSON.*\/value/)
      }
      await close()
    })
  }
}
