import { type TSchema, Type } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'
import { contentKind, mediaType } from '../contract/content.ts'
import type { Detail } from '../contract/fault.ts'
import type { Method, Operation } from '../contract/operation.ts'
import { DEFAULT_BODY_BYTES } from './body.ts'
import { type Parameters, type Read, parametersOf, readerOf } from './query.ts'

/** Where one field comes from, other than the query and a JSON body. */
export interface Single { field: string; wire: string; read: Read }

/** An operation taken apart once: where each field comes from, how it is read, checked and answered. */
export interface Plan {
  module: string
  name: string
  operation: Operation
  method: Method
  /** With `{holes}`, as the contract has it. */
  template: string
  holes: readonly Single[]
  headers: readonly Single[]
  /** Fields that a body may not name: those of the path and of headers. */
  elsewhere: readonly Single[]
  query: Parameters
  /** What the body is: fields as JSON (or, for pages, a form), the bytes as they are, or nothing. */
  body: 'none' | 'fields' | 'stream' | 'raw'
  bodyType: string
  bodyBytes: number
  /** The body's fields as a form has them, where the operation answers with a page; else null. */
  form: Parameters | null
  /** Compiled when it is first needed: all of them would be a fifth of a start. */
  check(): TypeCheck<TSchema>
  place(field: string): Detail['in']
  wire(field: string): string
  answer: 'json' | 'html' | 'stream'
  answerType: string
  checkAnswer(): TypeCheck<TSchema>
  /** Codes of the faults it lists. */
  codes: ReadonlySet<string>
  deadlineMs: number
}

const DEADLINE_MS = 15_000
/** A file may take its time; what it may not take is forever. */
const STREAM_DEADLINE_MS = 3_600_000
const holesIn = (template: string): string[] => [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)

/** Fields that are an object's own; a schema that is not an object has none. */
const pick = (fields: Readonly<Record<string, TSchema>>, left: (name: string) => boolean): Record<string, TSchema> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => left(name)))

const compiled = (schema: TSchema): (() => TypeCheck<TSchema>) => {
  let check: TypeCheck<TSchema> | undefined
  return () => (check ??= TypeCompiler.Compile<TSchema>(schema))
}

export const planOf = (module: string, name: string, operation: Operation): Plan => {
  const space = operation.route.indexOf(' ')
  const method = operation.route.slice(0, space) as Method
  const template = operation.route.slice(space + 1)
  const fields: Record<string, TSchema> = operation.takes.properties
  const single = (field: string, wire: string): Single => ({ field, wire, read: readerOf(fields[field] ?? Type.String()) })
  const fieldOf = new Map(Object.entries(operation.holes ?? {}).map(([field, hole]) => [hole, field]))
  const holes = holesIn(template).map((hole) => single(fieldOf.get(hole) ?? hole, hole))
  const headers = Object.entries(operation.headers ?? {}).map(([field, wire]) => single(field, wire))
  const places = new Map<string, Detail['in']>([...holes.map(({ field }) => [field, 'path'] as const), ...headers.map(({ field }) => [field, 'header'] as const)])
  // A field may have any name, `constructor` too: maps know only what was put in.
  const wires = new Map([...holes, ...headers].map(({ field, wire }) => [field, wire]))
  const kind = fields['body'] === undefined || places.has('body') ? null : contentKind(fields['body'])
  const bodied = kind !== null || (method !== 'GET' && (method !== 'DELETE' || operation.bodied === true))
  if (kind !== null) places.set('body', 'body')
  const left = pick(fields, (field) => !places.has(field))
  const rest = kind === null && bodied ? 'body' : 'query'
  const answered = contentKind(operation.returns)
  const streams = kind === 'ByteStream' || answered === 'ByteStream'
  return {
    module, name, operation, method, template, holes, headers, elsewhere: [...holes, ...headers],
    query: rest === 'query' ? parametersOf(left) : new Map(),
    body: kind === 'ByteStream' ? 'stream' : kind === 'RawInput' ? 'raw' : bodied ? 'fields' : 'none',
    bodyType: kind === null ? 'application/json' : mediaType(fields['body'] ?? Type.String()),
    bodyBytes: operation.bodyBytes ?? DEFAULT_BODY_BYTES,
    form: rest === 'body' && answered === 'HtmlText' ? parametersOf(left) : null,
    check: compiled(operation.takes),
    place: (field) => places.get(field) ?? rest,
    wire: (field) => wires.get(field) ?? field,
    answer: answered === 'HtmlText' ? 'html' : answered === 'ByteStream' ? 'stream' : 'json',
    answerType: answered === 'HtmlText' ? 'text/html; charset=utf-8' : mediaType(operation.returns),
    checkAnswer: compiled(operation.returns),
    codes: new Set((operation.faults ?? []).map(({ code }) => code)),
    deadlineMs: operation.deadlineMs ?? (streams ? STREAM_DEADLINE_MS : DEADLINE_MS),
  }
}
