import { boundedStream, readBytes } from '../../http/body.ts'
import { type Entered, enter } from '../../http/entering.ts'
import type { Answered } from '../../http/answer.ts'
import type { Exchange } from '../../http/exchange.ts'
import type { Work } from '../../http/pass.ts'
import type { Plan } from '../../http/plan.ts'
import { queryOf } from '../../http/query.ts'
import type { Onward } from './attempt.ts'
import { requestLines } from './headers.ts'
import type { Upstreams } from './upstreams.ts'

const nothing = (): void => {}

/**
 * What is done for a request to an operation of a module that is elsewhere: it is limited, identified and admitted as it would
 * be here, and sent on. Its input is the module's to check.
 */
export const proxyWork = (plan: Plan, upstreams: Upstreams): Work => {
  const streams = plan.body === 'stream' || plan.answer === 'stream'
  const answerMs = plan.operation.deadlineMs ?? (streams ? plan.deadlineMs : Math.min(upstreams.answerMs, plan.deadlineMs))
  const forward = async (exchange: Exchange, { announced }: Entered): Promise<Answered> => {
    const body = plan.body === 'none' || announced === 0 ? null : plan.body === 'stream' ? boundedStream(exchange.request, plan.bodyBytes) : await whole(plan, exchange, announced)
    return upstreams.send({
      method: exchange.request.method, target: targetOf(exchange), lines: requestLines(exchange),
      body, bodyBytes: announced, repeatable: isRepeatable(plan, exchange.headers), answerMs, endsAt: exchange.endsAt,
      gone: (told) => exchange.asked.peer.onGone?.(told) ?? nothing,
      asks: (instance, retries) => { exchange.noted = { instance, retries } },
    })
  }
  return (exchange) => {
    const entered = enter(plan, exchange)
    return entered instanceof Promise ? entered.then((known) => forward(exchange, known)) : forward(exchange, entered)
  }
}

const whole = async (plan: Plan, exchange: Exchange, announced: number | null): Promise<Uint8Array> => {
  exchange.receiving = true
  const bytes = await readBytes(exchange.request, announced, plan.bodyBytes)
  exchange.receiving = false
  return bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)
}

/** In the form that it was routed by, so that nobody behind reads another path. */
const targetOf = ({ asked: { path }, request: { url } }: Exchange): string => {
  const query = queryOf(url)
  return query === '' ? path : `${path}?${query}`
}

/** Reads may be sent twice, and what its module knows again by its key. */
const isRepeatable = ({ method, operation }: Plan, headers: Headers): boolean =>
  method === 'GET' || (operation.keyed !== undefined && headers.get('idempotency-key') !== null)
