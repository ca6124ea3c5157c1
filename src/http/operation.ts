import { type Detail, isFault } from '../contract/fault.ts'
import * as standard from '../contract/faults.ts'
import type { Context } from '../module/context.ts'
import { Reply } from '../module/reply.ts'
import { limitKey } from './address.ts'
import { type Answered, CSP_PAGE } from './answer.ts'
import { announcedBytes, boundedStream, expectType, isForm, readBytes, tooLarge } from './body.ts'
import { admit, callerOf, nobody, sessionCookie } from './caller.ts'
import type { Exchange } from './exchange.ts'
import { whatIsWrong } from './invalid.ts'
import { decodeText, parseJson } from './json.ts'
import type { Work } from './pass.ts'
import type { Plan } from './plan.ts'
import { queryOf, readQuery } from './query.ts'

/** A module's handler, as the pass sees it. */
export type Handler = (input: unknown, context: Context) => Promise<unknown>

const key = /^[\x20-\x7e]{1,255}$/
const standardCodes = new Set(Object.values(standard).map(({ code }) => code))

/** What is done for one request to an operation; refusals come in API.md's order. */
export const operationWork = (plan: Plan, handler: Handler): Work => async (exchange) => {
  const { operation } = plan
  const perCaller = operation.limit?.per === 'caller'
  if (perCaller) await identify(plan, exchange).catch(() => {})
  limit(plan, exchange)
  const announced = plan.body === 'none' ? 0 : announcedBytes(exchange.headers)
  if (announced !== null && announced > plan.bodyBytes) throw tooLarge(plan.bodyBytes)
  const form = refuseType(plan, exchange.headers, announced)
  await identify(plan, exchange)
  admit(operation.access, exchange.caller)
  const input = await inputOf(plan, exchange, announced, form)
  const context = exchange.context(keyOf(plan, exchange.headers))
  return answerOf(plan, exchange, await handled(plan, exchange, handler(input, context)))
}

const identify = async (plan: Plan, exchange: Exchange): Promise<void> => {
  if (exchange.caller !== nobody) return
  const caller = callerOf(plan.operation, exchange.headers, exchange.edge.verify)
  exchange.caller = caller instanceof Promise ? await caller : caller
}

/** Counts against the operation's own limit, by address or, with `per: 'caller'`, by user. */
const limit = ({ module, name, operation }: Plan, exchange: Exchange): void => {
  const { edge, caller, address } = exchange
  if (operation.limit === undefined || !edge.settings.rateLimit) return
  const { name: title, limit: most, windowS } = operation.limit
  const by = operation.limit.per === 'caller' && caller.is === 'user' ? `user ${caller.id}` : limitKey(address)
  const taken = edge.limiter.take(`${module} ${name} ${title}`, by, most, windowS)
  exchange.limits = { 'ratelimit-policy': `"${title}";q=${most};w=${windowS}`, ratelimit: `"${title}";r=${taken.remaining};t=${taken.resetS}` }
  if (!taken.allowed) throw standard.rateLimited(undefined, { headers: { 'retry-after': String(taken.resetS) } })
}

/** 415 for a body of another kind; answers whether it is a form. */
const refuseType = (plan: Plan, headers: Headers, announced: number | null): boolean => {
  if (plan.body === 'stream' || plan.body === 'raw') expectType(headers.get('content-type'), plan.bodyType)
  return plan.body === 'fields' && announced !== 0 && isForm(headers.get('content-type'), plan.form !== null)
}

const keyOf = ({ operation }: Plan, headers: Headers): string | null => {
  if (operation.keyed === undefined) return null
  const given = headers.get('idempotency-key')
  if (given === null) {
    if (operation.keyed === 'optional') return null
    throw standard.keyRequired(undefined, { errors: [{ in: 'header', path: '/Idempotency-Key', message: 'is required' }] })
  }
  if (key.test(given)) return given
  throw standard.invalidInput(undefined, { errors: [{ in: 'header', path: '/Idempotency-Key', message: 'must be 1 to 255 printable ASCII characters' }] })
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The fields of a JSON body or a form; what belongs elsewhere is unknown here. */
const fieldsOf = async (plan: Plan, exchange: Exchange, announced: number | null, form: boolean, errors: Detail[]): Promise<Record<string, unknown>> => {
  exchange.receiving = true
  const bytes = await readBytes(exchange.request, announced, plan.bodyBytes)
  exchange.receiving = false
  const fields: Record<string, unknown> = {}
  if (form && plan.form !== null) {
    readQuery(decodeText(bytes), plan.form, fields, errors, 'body')
    return fields
  }
  const body = parseJson(bytes)
  if (body === undefined) return fields
  if (!isRecord(body)) throw standard.invalidInput(undefined, { errors: [{ in: 'body', path: '', message: 'must be an object' }] })
  for (const { field } of [...plan.holes, ...plan.headers]) {
    if (Object.hasOwn(body, field)) errors.push({ in: 'body', path: `/${field}`, message: 'is not a field of this operation' })
  }
  return body
}

const inputOf = async (plan: Plan, exchange: Exchange, announced: number | null, form: boolean): Promise<unknown> => {
  const { request, headers } = exchange
  const errors: Detail[] = []
  const input = plan.body === 'fields' ? await fieldsOf(plan, exchange, announced, form, errors) : {}
  const query = queryOf(request.url)
  if (query !== '' || plan.query.size > 0) readQuery(query, plan.query, input, errors, 'query')
  for (const { field, wire, read } of plan.holes) input[field] = read(exchange.asked.hole(wire))
  for (const { field, wire, read } of plan.headers) {
    const given = headers.get(wire)
    if (given !== null) input[field] = read(given)
  }
  if (plan.body === 'stream') input['body'] = boundedStream(request, plan.bodyBytes)
  if (plan.body === 'raw') {
    const bytes = await readBytes(request, announced, plan.bodyBytes)
    input['body'] = { bytes: bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes), headers }
  }
  if (errors.length === 0 && plan.check.Check(input)) return input
  const taken = new Set(errors.map(({ in: place, path }) => `${place} ${path}`))
  for (const error of whatIsWrong(plan.check, input, plan.place, plan.wire)) if (!taken.has(`${error.in} ${error.path}`)) errors.push(error)
  // A path that cannot name anything names nothing.
  if (errors.every((error) => error.in === 'path')) throw standard.routeNotFound(undefined, { errors })
  throw standard.invalidInput(undefined, { errors })
}

/** In tests, a fault that the contract does not list is a mistake of ours. */
const handled = async (plan: Plan, { edge }: Exchange, answer: Promise<unknown>): Promise<unknown> => {
  if (!edge.checkAnswers) return answer
  try {
    return await answer
  } catch (error) {
    if (isFault(error) && !plan.codes.has(error.code) && !standardCodes.has(error.code)) throw new Error(`${plan.module}.${plan.name} threw ${error.code}, which its contract does not list`, { cause: error })
    throw error
  }
}

const checkAnswer = (plan: Plan, body: unknown, isText: boolean): void => {
  const value: unknown = isText && typeof body === 'string' ? JSON.parse(body) : body
  if (plan.checkAnswer.Check(JSON.parse(JSON.stringify(value)))) return
  const [first] = plan.checkAnswer.Errors(value)
  throw new Error(`${plan.module}.${plan.name} answered something else than its contract says: ${first?.path} ${first?.message}`)
}

const answerOf = (plan: Plan, exchange: Exchange, output: unknown): Answered => {
  const reply = output instanceof Reply ? output : null
  const options = reply?.options
  const value: unknown = reply === null ? output : reply.body
  const status = options?.status ?? plan.operation.status ?? 200
  const empty = status === 204 || status === 303
  const headers: Record<string, string> = empty ? {} : { 'content-type': plan.answerType }
  if (options?.headers !== undefined) for (const name in options.headers) headers[name.toLowerCase()] = options.headers[name] ?? ''
  if (options?.session !== undefined) {
    headers['set-cookie'] = sessionCookie(options.session, exchange.edge.publicUrl().startsWith('https:'))
    if (options.session !== null) headers['x-session'] = options.session.id
  }
  // Public reads may be kept by anybody, as long as they ask again each time.
  if (plan.method === 'GET' && plan.operation.access === 'public' && exchange.caller.is === 'nobody') headers['cache-control'] ??= 'no-cache'
  if (empty) return { status, body: null, headers }
  if (plan.answer === 'html') {
    headers['content-security-policy'] ??= CSP_PAGE
    return { status, body: typeof value === 'string' ? value : '', headers }
  }
  if (plan.answer === 'stream') {
    if (!(value instanceof ReadableStream)) throw new Error(`${plan.module}.${plan.name} answered no stream`)
    return { status, body: value, headers }
  }
  if (exchange.edge.checkAnswers) checkAnswer(plan, value, reply !== null)
  return { status, body: reply !== null && typeof value === 'string' ? value : JSON.stringify(value), headers }
}
