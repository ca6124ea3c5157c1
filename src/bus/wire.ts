import { type Static, Type } from '@sinclair/typebox'
import type { EventType, Heard } from '../contract/event.ts'
import { FaultError } from '../contract/fault.ts'
import { Closed } from '../contract/scalars.ts'
import { type Caller, type Context, makeContext } from '../module/context.ts'
import type { World } from '../module/world.ts'
import { fits, misfit } from './checks.ts'

/** What travels between processes: JSON in UTF-8. Claims travel, never tokens. Changes by addition only. */
const WireCaller = Type.Union([
  Type.Object({ is: Type.Literal('nobody') }),
  Type.Object({ is: Type.Literal('guest'), session: Type.String() }),
  Type.Object({ is: Type.Literal('user'), id: Type.String(), sid: Type.String(), may: Type.Array(Type.String()) }),
])
const WireCall = Type.Object({
  operation: Type.String(),
  input: Type.Unknown(),
  caller: WireCaller,
  trace: Type.String(),
  /** Time left when it was sent: clocks of two machines are not compared. */
  leftMs: Type.Integer({ minimum: 0 }),
  key: Type.Optional(Type.String()),
  client: Type.Object({ address: Type.String(), device: Type.String() }),
})
const WireFault = Type.Object({
  code: Type.String(), status: Type.Integer(), retry: Type.Boolean(), title: Type.String(), detail: Type.String(),
  about: Closed({
    errors: Type.Optional(Type.Array(Type.Object({
      in: Type.Union([Type.Literal('body'), Type.Literal('query'), Type.Literal('path'), Type.Literal('header')]),
      path: Type.String(), message: Type.String(),
    }))),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    members: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))),
  }),
})
const WireAnswer = Type.Union([Closed({ answer: Type.Unknown() }), Closed({ fault: WireFault })])

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })
const encode = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value))
const decode = (bytes: Uint8Array): unknown => JSON.parse(decoder.decode(bytes))

export interface Call { operation: string; input: unknown; context: Context }

export const encodeCall = ({ operation, input, context }: Call): Uint8Array => {
  const { caller, trace, key, client } = context
  const call: Static<typeof WireCall> = {
    operation, input, trace, client, leftMs: Math.floor(context.leftMs()),
    caller: caller.is === 'user' ? { ...caller, may: [...caller.may] } : caller,
    ...(key === undefined ? {} : { key }),
  }
  return encode(call)
}

/** Throws a TypeError for anything but a call. The input is not looked at: the answering side knows its schema. */
export const decodeCall = (bytes: Uint8Array, world: World): Call => {
  const call = decode(bytes)
  if (!fits(WireCall, call)) throw new TypeError(`This is no call: ${misfit(WireCall, call)}`)
  const caller: Caller = call.caller.is === 'user' ? { ...call.caller, may: new Set(call.caller.may) } : call.caller
  const { operation, input, trace, leftMs, key, client } = call
  return { operation, input, context: makeContext({ caller, trace, leftMs, key, client, world }) }
}

export const encodeAnswer = (answer: unknown): Uint8Array => encode({ answer })

export const encodeFault = ({ code, status, retry, title, message, about }: FaultError): Uint8Array =>
  encode({ fault: { code, status, retry, title, detail: message, about } })

/** An answer as it arrived; a fault is returned, not thrown, as an instance of this process. */
export const decodeAnswer = (bytes: Uint8Array): { answer: unknown } | { fault: FaultError } => {
  const found = decode(bytes)
  if (!fits(WireAnswer, found)) throw new TypeError(`This is no answer: ${misfit(WireAnswer, found)}`)
  return 'fault' in found ? { fault: copyFault({ ...found.fault, message: found.fault.detail }) } : found
}

/** The same fault without its stack, cause, or anything else that a wire would not carry. */
export const copyFault = ({ code, status, retry, title, message, about }: Pick<FaultError, 'code' | 'status' | 'retry' | 'title' | 'message' | 'about'>): FaultError =>
  new FaultError({ code, status, retry, title }, message, structuredClone(about))

/** CloudEvents 1.0 in JSON. Ids are unique over all modules, so one source names them all. */
const WireEvent = Type.Object({
  specversion: Type.Literal('1.0'),
  id: Type.String({ minLength: 1 }),
  source: Type.Literal('mercado'),
  type: Type.String(),
  time: Type.String(),
  datacontenttype: Type.Literal('application/json'),
  /** The Distributed Tracing extension: version, trace id, parent, flags (W3C Trace Context). */
  traceparent: Type.String(),
  data: Type.Unknown(),
})

/** W3C Trace Context: an event is a span of its trace, named after its id. */
export const traceparentOf = ({ id, trace }: Pick<Heard, 'id' | 'trace'>): string =>
  `00-${trace}-${id.replaceAll('-', '').slice(-16).padStart(16, '0')}-01`

export const eventToJson = ({ id, type, time, data, trace }: Heard): string => {
  const event: Static<typeof WireEvent> = {
    specversion: '1.0', id, source: 'mercado', type, time, datacontenttype: 'application/json',
    traceparent: traceparentOf({ id, trace }), data,
  }
  return JSON.stringify(event)
}

/** Throws a TypeError for anything but an event of ours. Its data is not looked at: the hearer knows its schema. */
export const eventFromJson = (json: string): Heard => {
  const event: unknown = JSON.parse(json)
  if (!fits(WireEvent, event)) throw new TypeError(`This is no event: ${misfit(WireEvent, event)}`)
  const { id, type, time, data, traceparent } = event
  if (!isEventType(type)) throw new TypeError(`This is no event's type: ${type}`)
  return { id, type, time, data, trace: traceparent.split('-')[1] ?? '' }
}

const isEventType = (type: string): type is EventType => /^[a-z_]+\.[a-z_]+\.v\d+$/.test(type)
