import { type Schema, misfits } from './fits.ts'
import type { Told } from './send.ts'

/** The served OpenAPI document, as far as answers are judged by it. */
export interface Document { paths: Record<string, Record<string, any>>; components: { schemas: Record<string, Schema> } }

const pointer = /^(?:\/(?:[^~/]|~[01])*)*$/
const problemType = 'application/problem+json'

const json = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What every refusal must be, whatever it was asked. */
const wrongWithProblem = (document: Document, told: Told): string[] => {
  const body: any = json(told.text)
  if (told.type !== problemType || body === undefined) return [`a ${told.status} is no problem document but ${told.type}: ${told.text.slice(0, 200)}`]
  const { Problem } = document.components.schemas
  const { errors = [], ...rest } = body
  const known = Object.fromEntries(Object.entries(rest).filter(([name]) => Object.hasOwn(Problem?.['properties'], name)))
  return [
    ...misfits(Problem ?? {}, { ...known, errors }, document.components.schemas),
    ...(body.status === told.status ? [] : [`the problem says ${body.status} and the answer ${told.status}`]),
    ...(body.requestId === told.headers['x-request-id'] ? [] : ['the problem has another request id than the answer']),
    ...errors.filter(({ path }: { path: string }) => !pointer.test(path)).map(({ path }: { path: string }) => `${path} is no JSON pointer`),
    ...(told.status !== 401 || told.headers['www-authenticate'] !== undefined ? [] : ['a 401 has no WWW-Authenticate']),
    ...(told.status !== 405 || told.headers['allow'] !== undefined ? [] : ['a 405 has no Allow']),
  ]
}

/** What is wrong with an answer that may be to anything: it is never a failure of ours and always one that can be read. */
export const wrongAnywhere = (document: Document, told: Told): string[] => [
  ...(told.status >= 500 ? [`it failed: ${told.text.slice(0, 300)}`] : []),
  // What Node itself refuses, headers that are no headers, never becomes a request of ours.
  ...(told.headers['x-request-id'] === undefined && !(told.status === 431 || (told.status === 400 && told.text === '')) ? [`a ${told.status} has no X-Request-Id`] : []),
  ...(told.status >= 400 && told.headers['x-request-id'] !== undefined ? wrongWithProblem(document, told) : []),
  ...(told.status < 400 && told.headers['x-content-type-options'] !== 'nosniff' ? ['an answer lacks its security headers'] : []),
]

/** What is wrong with an answer of this operation by its own document: status, type, body, code. */
export const wrongFor = (document: Document, method: string, template: string, told: Told): string[] => {
  if (told.status === 431 || told.headers['x-request-id'] === undefined) return []
  const response = document.paths[template]?.[method.toLowerCase()]?.responses[told.status]
  if (response === undefined) return [`${told.status} is not declared: ${told.text.slice(0, 300)}`]
  if (response.content === undefined) return told.text === '' ? [] : [`a ${told.status} has a body`]
  const schema = response.content[told.type]?.schema
  if (schema === undefined) return [`${told.type} is not declared for ${told.status}`]
  if (told.type === problemType) {
    const codes: unknown[] = schema.allOf[1].properties.code.enum
    const body: any = json(told.text)
    return codes.includes(body?.code) ? [] : [`the code ${body?.code} is not declared for ${told.status}`]
  }
  if (told.type !== 'application/json') return []
  const body = json(told.text)
  return body === undefined ? ['the answer is not JSON'] : misfits(schema, body, document.components.schemas)
}
