import type { Detail } from '../contract/fault.ts'
import type { Context } from '../module/context.ts'
import { enter } from './entering.ts'
import { bodyOf, checkedInput, keyOf } from './input.ts'
import { answerOf, declared } from './output.ts'
import type { Work } from './pass.ts'
import type { Plan } from './plan.ts'

/** A module's handler, as the pass sees it. */
export type Handler = (input: unknown, context: Context) => Promise<unknown>

/** What is done for one request to an operation in this process; refusals come in API.md's order. */
export const operationWork = (plan: Plan, handler: Handler): Work => async (exchange) => {
  const entering = enter(plan, exchange)
  const { announced, form } = entering instanceof Promise ? await entering : entering
  const errors: Detail[] = []
  const body = bodyOf(plan, exchange, announced, form, errors)
  const input = checkedInput(plan, exchange, body instanceof Promise ? await body : body, errors)
  const output = handler(input, exchange.context(keyOf(plan, exchange.headers)))
  return answerOf(plan, exchange, await (exchange.edge.checkAnswers ? declared(plan, output) : output))
}
