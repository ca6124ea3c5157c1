import { isFault } from '../contract/fault.ts'
import * as standard from '../contract/faults.ts'
import { Reply } from '../module/reply.ts'
import { type Answered, CSP_PAGE, addHeaders } from './answer.ts'
import { sessionCookie } from './caller.ts'
import type { Exchange } from './exchange.ts'
import type { Plan } from './plan.ts'

const standardCodes = new Set(Object.values(standard).map(({ code }) => code))
/** Statuses whose answers have no body. */
const BODILESS = new Set([204, 303])

/** For tests: a fault that the contract does not list is a mistake of ours. */
export const declared = async (plan: Plan, output: Promise<unknown>): Promise<unknown> => {
  try {
    return await output
  } catch (error) {
    if (!isFault(error) || plan.codes.has(error.code) || standardCodes.has(error.code)) throw error
    throw new Error(`${plan.module}.${plan.name} threw ${error.code}, which its contract does not list`, { cause: error })
  }
}

const checkAnswer = (plan: Plan, text: string): void => {
  const value: unknown = JSON.parse(text)
  if (plan.checkAnswer().Check(value)) return
  const [first] = plan.checkAnswer().Errors(value)
  throw new Error(`${plan.module}.${plan.name} answered something else than its contract says: ${first?.path} ${first?.message}`)
}

/** A handler's output as an answer: its own status and headers over the operation's. */
export const answerOf = (plan: Plan, { caller, edge }: Exchange, output: unknown): Answered => {
  const reply = output instanceof Reply ? output : null
  const options = reply?.options
  const value: unknown = reply === null ? output : reply.body
  const status = options?.status ?? plan.operation.status ?? 200
  const bodiless = BODILESS.has(status)
  const headers: Record<string, string> = bodiless ? {} : { 'content-type': plan.answerType }
  addHeaders(headers, options?.headers)
  if (options?.session !== undefined) {
    headers['set-cookie'] = sessionCookie(options.session, edge.publicUrl().startsWith('https:'))
    if (options.session !== null) headers['x-session'] = options.session.id
  }
  // Public reads may be kept by anybody, as long as they ask again each time.
  if (plan.method === 'GET' && plan.operation.access === 'public' && caller.is === 'nobody') headers['cache-control'] ??= 'no-cache'
  if (bodiless) return { status, body: null, headers }
  if (plan.answer === 'html') {
    headers['content-security-policy'] ??= CSP_PAGE
    return { status, body: typeof value === 'string' ? value : '', headers }
  }
  if (plan.answer === 'stream') {
    if (!(value instanceof ReadableStream)) throw new Error(`${plan.module}.${plan.name} answered no stream`)
    return { status, body: value, headers }
  }
  const body = reply !== null && typeof value === 'string' ? value : JSON.stringify(value)
  if (edge.checkAnswers) checkAnswer(plan, body)
  return { status, body, headers }
}
