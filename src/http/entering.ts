import { rateLimited } from '../contract/faults.ts'
import type { Limit } from '../contract/operation.ts'
import { network } from '../module/network.ts'
import { announcedBytes, expectType, isForm, tooLarge } from './body.ts'
import { admit, callerOf, nobody } from './caller.ts'
import type { Exchange } from './exchange.ts'
import type { Plan } from './plan.ts'

/** What is known of a request that may come in: how many bytes its body says to have, and whether it is a form. */
export interface Entered { announced: number | null; form: boolean }

/**
 * What is asked of a request before its input is looked at, in API.md's order: the operation's own limit, the body's size and
 * type, who is calling and whether it may. Only what is not there yet is awaited: a turn of the microtask queue costs about as
 * much as routing.
 */
export const enter = (plan: Plan, exchange: Exchange): Entered | Promise<Entered> => {
  const { limit } = plan.operation
  if (limit === undefined) return admitted(plan, exchange)
  if (limit.per !== 'caller') {
    take(exchange, plan, limit)
    return admitted(plan, exchange)
  }
  return identified(plan, exchange).then(() => {
    take(exchange, plan, limit)
    return admitted(plan, exchange)
  })
}

/** A caller that cannot be told is counted by address, and refused afterwards. */
const identified = async (plan: Plan, exchange: Exchange): Promise<void> => {
  try {
    await identify(plan, exchange)
  } catch {
    // See above.
  }
}

const admitted = (plan: Plan, exchange: Exchange): Entered | Promise<Entered> => {
  const { access } = plan.operation
  const announced = plan.body === 'none' ? 0 : announcedBytes(exchange.headers)
  if (announced !== null && announced > plan.bodyBytes) throw tooLarge(plan.bodyBytes)
  const entered = { announced, form: refuseType(plan, exchange.headers, announced) }
  const identifying = identify(plan, exchange)
  if (identifying !== null) return identifying.then(() => { admit(access, exchange.caller); return entered })
  admit(access, exchange.caller)
  return entered
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
