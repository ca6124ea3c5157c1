import { type TSchema, Type } from '@sinclair/typebox'
import type { Contract } from '../contract/contract.ts'
import type { Fault } from '../contract/fault.ts'
import * as standard from '../contract/faults.ts'
import { type Plan, planOf } from './plan.ts'
import { type JsonSchema, hoister } from './schemas.ts'

export interface Titles { title: string; version: string }
export interface Document { openapi: '3.1.0'; info: JsonSchema; paths: Record<string, Record<string, JsonSchema>>; components: JsonSchema; [more: string]: unknown }

const ProblemSchema = Type.Object({
  type: Type.String({ description: 'Where this code is explained' }),
  title: Type.String(), status: Type.Integer(), detail: Type.String(),
  code: Type.String({ description: 'Stable: compare this' }),
  errors: Type.Array(Type.Object({
    in: Type.Union(['body', 'query', 'path', 'header'].map((place) => Type.Literal(place))),
    path: Type.String({ description: 'A JSON pointer (RFC 6901) into that part' }), message: Type.String(),
  })),
  requestId: Type.String(),
}, { title: 'Problem' })

/** Which of the standard faults an operation can answer with; its own come beside them. */
const faultsOf = ({ operation, body, query, holes, headers, codes }: Plan): Fault[] => {
  const takesInput = body !== 'none' || query.size > 0 || headers.length > 0
  const found: (Fault | false)[] = [
    standard.rateLimited, standard.internalError, standard.unavailable, standard.deadlineExceeded, standard.invalidInput,
    holes.length > 0 && standard.routeNotFound,
    operation.ignoresToken !== true && standard.unauthenticated, operation.ignoresToken !== true && standard.tokenExpired,
    operation.access.includes(':') && standard.forbidden,
    body !== 'none' && standard.bodyTooLarge, body !== 'none' && standard.unsupportedMediaType, body !== 'none' && standard.requestTimeout,
    body === 'fields' && standard.invalidJson,
    takesInput && query.has('cursor') && standard.invalidCursor,
    operation.headers !== undefined && Object.values(operation.headers).includes('If-Match') && standard.versionMismatch,
    operation.keyed === 'required' && standard.keyRequired,
    operation.keyed !== undefined && standard.keyReused, operation.keyed !== undefined && standard.keyInProgress,
  ]
  const own = (operation.faults ?? []).filter(({ code }) => codes.has(code))
  return [...new Map([...found.filter((one) => one !== false), ...own].map((fault) => [fault.code, fault])).values()]
}

const header = (description: string): JsonSchema => ({ description, schema: { type: 'string' } })
const LIMIT_HEADERS = { RateLimit: header('What is left (IETF RateLimit headers)'), 'RateLimit-Policy': header('The limit') }

const problemAnswers = (plan: Plan): Record<string, JsonSchema> => {
  const byStatus = new Map<number, Fault[]>()
  for (const fault of faultsOf(plan)) byStatus.set(fault.status, [...(byStatus.get(fault.status) ?? []), fault])
  return Object.fromEntries([...byStatus].sort(([a], [b]) => a - b).map(([status, faults]) => [String(status), {
    description: faults.map(({ code, title }) => `\`${code}\`: ${title}`).join('. '),
    ...(status === 401 ? { headers: { 'WWW-Authenticate': header('Bearer') } } : status === 429 || status === 503 ? { headers: { 'Retry-After': header('Seconds') } } : {}),
    content: { 'application/problem+json': { schema: {
      allOf: [{ $ref: '#/components/schemas/Problem' }, { type: 'object', properties: { code: { enum: faults.map(({ code }) => code) } } }],
    } } },
  }]))
}

const parameter = (place: 'path' | 'query' | 'header', name: string, schema: TSchema, required: boolean, written: JsonSchema): JsonSchema => ({
  name, in: place, required, schema: written,
  ...(schema.description === undefined ? {} : { description: schema.description }),
  ...(place === 'query' && schema['type'] === 'array' ? { style: 'form', explode: true } : {}),
})

const security = ({ operation }: Plan): JsonSchema[] => {
  if (operation.access === 'public' || operation.ignoresToken === true) return operation.access === 'visitor' ? [{}, { session: [] }, { sessionCookie: [] }] : []
  return operation.access === 'visitor' ? [{}, { bearer: [] }, { session: [] }, { sessionCookie: [] }] : [{ bearer: [] }]
}

/** The OpenAPI 3.1 document of some contracts: every operation, with every code it may answer. */
export const openapi = (contracts: readonly Contract[], { title, version }: Titles): Document => {
  const plans = contracts.flatMap((contract) => Object.entries(contract.operations).map(([name, one]) => planOf(contract.name, name, one)))
  const { count, refer, all } = hoister()
  for (const { operation } of plans) {
    count(operation.returns)
    count(operation.takes)
  }
  const paths: Document['paths'] = {}
  for (const plan of plans) {
    (paths[plan.template] ??= {})[plan.method.toLowerCase()] = operationOf(plan, refer)
  }
  return {
    openapi: '3.1.0',
    info: { title, version, description: 'Errors are problem documents (RFC 9457); money is in integer minor units; times are ISO 8601 in UTC; lists are paged by opaque cursors.', license: { name: 'MIT', identifier: 'MIT' } },
    // Where the document came from: a page that shows it calls the same host, whatever it is called.
    servers: [{ url: '/' }],
    tags: contracts.map(({ name }) => ({ name })),
    paths,
    components: {
      schemas: { ...all(), Problem: JSON.parse(JSON.stringify(ProblemSchema)) },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The accessToken that POST /auth/login answers' },
        session: { type: 'apiKey', in: 'header', name: 'X-Session', description: 'A guest session' },
        sessionCookie: { type: 'apiKey', in: 'cookie', name: 'session', description: 'A guest session' },
      },
    },
  }
}

const operationOf = (plan: Plan, refer: (schema: TSchema, name: string) => JsonSchema): JsonSchema => {
  const { operation, module, name } = plan
  const fields: Record<string, TSchema> = operation.takes.properties
  const required = new Set(operation.takes.required ?? [])
  const id = `${module}${name.charAt(0).toUpperCase()}${name.slice(1)}`
  const one = (place: 'path' | 'query' | 'header', field: string, wire: string) => {
    const schema = fields[field] ?? Type.String()
    return parameter(place, wire, schema, place === 'path' || required.has(field), refer(schema, field))
  }
  const parameters = [
    ...plan.holes.map(({ field, wire }) => one('path', field, wire)),
    ...[...plan.query.keys()].map((field) => one('query', field, field)),
    ...plan.headers.map(({ field, wire }) => one('header', field, wire)),
    ...(operation.keyed === undefined ? [] : [{
      name: 'Idempotency-Key', in: 'header', required: operation.keyed === 'required', schema: { type: 'string', minLength: 1, maxLength: 255 },
      description: 'Repeating the request with the same key and body answers the same and does nothing twice',
    }]),
    ...(operation.conditional === undefined ? [] : [{
      name: 'If-None-Match', in: 'header', required: false, schema: { type: 'string' }, description: 'ETags that the client has: 304 where one is still right',
    }]),
  ]
  const status = operation.status ?? 200
  return {
    operationId: id, tags: [module], summary: operation.summary,
    ...(operation.access.includes(':') ? { description: `Needs the permission \`${operation.access}\`.` } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...bodyOf(plan, id, refer),
    responses: {
      [String(status)]: {
        description: status === 204 ? 'Done' : 'The answer',
        ...(operation.limit === undefined && status !== 201 ? {} : { headers: { ...(status === 201 ? { Location: header('Where the new one is') } : {}), ...(operation.limit === undefined ? {} : LIMIT_HEADERS) } }),
        ...(status === 204 ? {} : { content: { [plan.answerType.split(';')[0] ?? '']: { schema: plan.answer === 'json' ? refer(operation.returns, `${id}Answer`) : { type: 'string' } } } }),
      },
      ...(operation.conditional === undefined ? {} : { 304: { description: 'The client has it already', headers: { ETag: header('Weak: changes with the answer') } } }),
      ...problemAnswers(plan),
    },
    security: security(plan),
  }
}

/** The fields that a JSON body (or a form) holds, as one object. */
const bodyOf = (plan: Plan, id: string, refer: (schema: TSchema, name: string) => JsonSchema): JsonSchema => {
  if (plan.body === 'none') return {}
  if (plan.body !== 'fields') return { requestBody: { required: true, content: { [plan.bodyType]: { schema: { type: 'string' } } } } }
  const elsewhere = new Set([...plan.holes, ...plan.headers].map(({ field }) => field))
  const properties = Object.fromEntries(Object.entries<TSchema>(plan.operation.takes.properties).filter(([field]) => !elsewhere.has(field)))
  if (Object.keys(properties).length === 0) return {}
  const required = (plan.operation.takes.required ?? []).filter((field) => !elsewhere.has(field))
  const schema = { type: 'object', properties: Object.fromEntries(Object.entries(properties).map(([field, one]) => [field, refer(one, field)])), ...(required.length === 0 ? {} : { required }), additionalProperties: false }
  const types = plan.form === null ? ['application/json'] : ['application/json', 'application/x-www-form-urlencoded']
  return { requestBody: { required: required.length > 0, content: Object.fromEntries(types.map((type) => [type, { schema }])) } }
}
