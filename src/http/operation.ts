import type { Detail } from '../contract/fault.ts'
import { rateLimited } from '../contract/faults.ts'
import type { Limit } from '../contract/operation.ts'
import type { Context } from '../module/context.ts'
import { network } from '../module/network.ts'
import { announcedBytes, expectType, isForm, tooLarge } from './body.ts'
import { admit, callerOf, nobody } from './caller.ts'
import type { Exchange } from './exchange.ts'
import { bodyOf, checkedInput, keyOf } from './input.ts'
import { answerOf, declared } from './output.ts'
import type { Work } from './pass.ts'
import type { Plan } from './plan.ts'

/** A module's handler, as the pass sees it. */
export type Handler = (input: unknown, context: Context) => Promise<unknown>

/**
 * What is done for one request to an operation; refusals come in API.md's order. Only what is not there yet is
 * awaited: a turn of the microtask queue costs about as much as routing.
 */
export const operationWork = (plan: Plan, handler: Handler): Work => async (exchange) => {
  const { operation } = plan
  if (operation.limit !== undefined) {
    if (operation.limit.per === 'caller') {
      try {
        await identify(plan, exchange)
      } catch {
        // Counted by address, and refused below.
      }
    }
    take(exchange, plan, operation.limit)
  }
  const announced = plan.body === 'none' ? 0 : announcedBytes(exchange.headers)
  if (announced !== null && announced > plan.bodyBytes) throw tooLarge(plan.bodyBytes)
  const form = refuseType(plan, exchange.headers, announced)
  const identified = identify(plan, exchange)
  if (identified !== null) await identified
  admit(operation.access, exchange.caller)
  const errors: Detail[] = []
  const body = bodyOf(plan, exchange, announced, form, errors)
  const input = checkedInput(plan, exchange, body instanceof Promise ? await body : body, errors)
  const output = handler(input, exchange.context(keyOf(plan, exchange.headers)))
  return answerOf(plan, exchange, await (exchange.edge.checkAnswers ? declared(plan, output) : output))
}

/** Finds out who is calling: at once, unless a token has to be checked anew. */
const identify = (plan: Plan, exchange: Exchange): Promise<void> | null => {
  if (exchange.caller !== nobody) return null
  const caller = callerOf(plan.operation, exchange.headers, exchange.edge.verify)
  if (caller instanceof Promise) return caller.then((known) => { exchange.caller = known })
  exchange.caller = caller
  return null
}

/** Counts against the operation's own limit, by address or, with `per: 'caller'`, by user. */
const take = (exchange: Exchange, { module, name }: Plan, { name: title, limit, windowS, per }: Limit): void => {
  const { edge, caller, address } = exchange
  if (!edge.settings.rateLimit) return
  const by = per === 'caller' && caller.is === 'user' ? `user ${caller.id}` : network(address)
  const { allowed, remaining, resetS } = edge.limiter.take(`${module} ${name} ${title}`, by, limit, windowS)
  exchange.limits = { 'ratelimit-policy': `"${title}";q=${limit};w=${windowS}`, ratelimit: `"${title}";r=${remaining};t=${resetS}` }
  if (!allowed) throw rateLimited(undefined, { headers: { 'retry-after': String(resetS) } })
}

/** 415 for a body of another kind; answers whether it is a form. */
const refuseType = (plan: Plan, headers: Headers, announced: number | null): boolean => {
  if (plan.body === 'stream' || plan.body === 'raw') expectType(headers.get('content-type'), plan.bodyType)
  return plan.body === 'fields' && announced !== 0 && isForm(headers.get('content-type'), plan.form !== null)
}
