import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stillWorld } from '../../test/still-world.ts'
import type { Heard } from '../contract/event.ts'
import { FaultError, fault } from '../contract/fault.ts'
import { makeContext } from '../module/context.ts'
import { decodeAnswer, decodeCall, encodeAnswer, encodeCall, encodeFault, eventFromJson, eventToJson } from './wire.ts'

const text = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes))
const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const trace = '0af7651916cd43dd8448eb211c80319c'
const still = { ...stillWorld(), now: () => 0 }

test('a call on the wire is what it is recorded to be', () => {
  const context = makeContext({
    caller: { is: 'user', id: 'u1', sid: 's1', may: new Set(['orders:read', 'orders:write']) }, trace, leftMs: 1500.7, key: 'k1',
    client: { address: '192.0.2.1', device: 'Firefox' }, world: still,
  })
  const call = {
    operation: 'quote', input: { ids: ['a'] }, trace, leftMs: 1500, key: 'k1', client: { address: '192.0.2.1', device: 'Firefox' },
    caller: { is: 'user', id: 'u1', sid: 's1', may: ['orders:read', 'orders:write'] },
  }
  assert.deepEqual(text(encodeCall({ operation: 'quote', input: { ids: ['a'] }, context })), call)
  const { context: back, ...rest } = decodeCall(bytes(call), still)
  assert.deepEqual(rest, { operation: 'quote', input: { ids: ['a'] } })
  assert.deepEqual({ caller: back.caller, trace: back.trace, key: back.key, client: back.client, leftMs: back.leftMs() },
    { caller: context.caller, trace, key: 'k1', client: context.client, leftMs: 1500 })
})

test('an answer and a fault on the wire are what they are recorded to be', () => {
  assert.deepEqual(text(encodeAnswer({ quotes: [] })), { answer: { quotes: [] } })
  assert.deepEqual(decodeAnswer(bytes({ answer: null })), { answer: null })
  const about = { errors: [{ in: 'body' as const, path: '/lines', message: 'too many' }], headers: { 'retry-after': '1' }, members: { available: 1 } }
  const recorded = { fault: { code: 'out_of_stock', status: 409, retry: false, title: 'There is too little left', detail: 'Only one', about } }
  assert.deepEqual(text(encodeFault(fault('out_of_stock', 409, 'There is too little left')('Only one', about))), recorded)
  const found = decodeAnswer(bytes(recorded))
  assert.ok('fault' in found && found.fault instanceof FaultError)
  assert.deepEqual({ ...found.fault, message: found.fault.message }, { name: 'FaultError', code: 'out_of_stock', status: 409, retry: false, title: 'There is too little left', about, message: 'Only one' })
})

const event: Heard = { id: '01932d7a-1c2b-7a3c-9f10-0123456789ab', type: 'order.paid.v1', time: '2026-11-24T10:00:00.000Z', data: { orderId: 'o1' }, trace }
const recorded = {
  specversion: '1.0', id: event.id, source: 'mercado', type: 'order.paid.v1', time: event.time, datacontenttype: 'application/json',
  traceparent: `00-${trace}-9f100123456789ab-01`, data: { orderId: 'o1' },
}

test('an event on the wire is the CloudEvent it is recorded to be', () => {
  assert.deepEqual(JSON.parse(eventToJson(event)), recorded)
  assert.deepEqual(eventFromJson(JSON.stringify(recorded)), event)
})

test('what a newer version adds is ignored', () => {
  assert.deepEqual(eventFromJson(JSON.stringify({ ...recorded, subject: 'o1' })), event)
  const call = { operation: 'x', input: {}, caller: { is: 'nobody', since: 1 }, trace, leftMs: 1, client: { address: '', device: '' }, more: 1 }
  assert.equal(decodeCall(bytes(call), still).operation, 'x')
})

test('anything else is refused, never half read', () => {
  for (const bad of ['', '{', 'null', '[]', '{"operation":1}', new Uint8Array([0xff])]) {
    const raw = bad instanceof Uint8Array ? bad : bytes(bad)
    assert.throws(() => decodeCall(raw, still))
    assert.throws(() => decodeAnswer(raw))
  }
  for (const bad of [{}, { answer: 1, fault: 1 }, { fault: {} }]) assert.throws(() => decodeAnswer(bytes(bad)), TypeError)
  for (const bad of [{ ...recorded, specversion: '0.3' }, { ...recorded, type: 'order' }, { ...recorded, id: '' }, {}]) {
    assert.throws(() => eventFromJson(JSON.stringify(bad)), TypeError)
  }
})
