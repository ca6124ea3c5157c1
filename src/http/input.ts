import type { Detail } from '../contract/fault.ts'
import { invalidInput, keyRequired, routeNotFound } from '../contract/faults.ts'
import { boundedStream, readBytes } from './body.ts'
import type { Exchange } from './exchange.ts'
import { whatIsWrong } from './invalid.ts'
import { decodeText, parseJson } from './json.ts'
import type { Plan } from './plan.ts'
import { queryOf, readQuery } from './query.ts'

type Fields = Record<string, unknown>
const key = /^[\x20-\x7e]{1,255}$/
const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What of an operation's input comes in the body. A promise only where there is one to wait for. */
export const bodyOf = (plan: Plan, exchange: Exchange, announced: number | null, form: boolean, errors: Detail[]): Fields | Promise<Fields> => {
  switch (plan.body) {
    case 'none': return {}
    case 'fields': return announced === 0 ? {} : fieldsOf(plan, exchange, announced, form, errors)
    case 'stream': return { body: boundedStream(exchange.request, plan.bodyBytes) }
    case 'raw': return received(plan, exchange, announced).then((bytes) => ({ body: { bytes: new Uint8Array(bytes), headers: exchange.headers } }))
  }
}

const received = async (plan: Plan, exchange: Exchange, announced: number | null): Promise<ArrayBuffer | Uint8Array> => {
  exchange.receiving = true
  const bytes = await readBytes(exchange.request, announced, plan.bodyBytes)
  exchange.receiving = false
  return bytes
}

/** The fields of a JSON body or a form; what belongs elsewhere is unknown here. */
const fieldsOf = async (plan: Plan, exchange: Exchange, announced: number | null, form: boolean, errors: Detail[]): Promise<Fields> => {
  const bytes = await received(plan, exchange, announced)
  if (form && plan.form !== null) {
    const fields: Fields = {}
    readQuery(decodeText(bytes), plan.form, fields, errors, 'body')
    return fields
  }
  const body = parseJson(bytes)
  if (body === undefined) return {}
  if (!isRecord(body)) throw invalidInput(undefined, { errors: [{ in: 'body', path: '', message: 'must be an object' }] })
  for (const { field } of plan.elsewhere) {
    if (Object.hasOwn(body, field)) errors.push({ in: 'body', path: `/${field}`, message: 'is not a field of this operation' })
  }
  return body
}

/** The whole input: the body's fields with those of the path, the query and the headers, checked. */
export const checkedInput = (plan: Plan, { request, headers, asked }: Exchange, input: Fields, errors: Detail[]): unknown => {
  const query = queryOf(request.url)
  if (query !== '' || plan.query.size > 0) readQuery(query, plan.query, input, errors, 'query')
  for (const { field, wire, read } of plan.holes) input[field] = read(asked.hole(wire))
  for (const { field, wire, read } of plan.headers) {
    const given = headers.get(wire)
    if (given !== null) input[field] = read(given)
  }
  if (errors.length === 0 && plan.check().Check(input)) return input
  const told = new Set(errors.map(({ in: place, path }) => `${place} ${path}`))
  for (const error of whatIsWrong(plan.check(), input, plan.place, plan.wire)) if (!told.has(`${error.in} ${error.path}`)) errors.push(error)
  // A path that cannot name anything names nothing.
  if (errors.every((error) => error.in === 'path')) throw routeNotFound(undefined, { errors })
  throw invalidInput(undefined, { errors })
}

/** The Idempotency-Key, where the operation is keyed. */
export const keyOf = ({ operation }: Plan, headers: Headers): string | null => {
  if (operation.keyed === undefined) return null
  const given = headers.get('idempotency-key')
  if (given === null) {
    if (operation.keyed === 'optional') return null
    throw keyRequired(undefined, { errors: [{ in: 'header', path: '/Idempotency-Key', message: 'is required' }] })
  }
  if (key.test(given)) return given
  throw invalidInput(undefined, { errors: [{ in: 'header', path: '/Idempotency-Key', message: 'must be 1 to 255 printable ASCII characters' }] })
}
