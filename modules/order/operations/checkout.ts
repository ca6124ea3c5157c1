import type { In } from '../../../src/contract/contract.ts'
import { keyInProgress, keyRequired, keyReused, unavailable } from '../../../src/contract/faults.ts'
import type { Context } from '../../../src/module/context.ts'
import type { Reply } from '../../../src/module/reply.ts'
import { cartEmpty, checkoutInProgress, paymentUnavailable } from '../contract/faults.ts'
import type { place } from '../contract/operations.ts'
import type { PlacedOrder } from '../contract/schemas.ts'
import { keyScope } from '../rules/caller.ts'
import { fingerprint } from '../rules/fingerprint.ts'
import type { KeyName } from '../store.ts'
import { answerOf } from './answering.ts'
import { type AttemptOptions, attempts, soon, wrong } from './attempting.ts'
import type { Following, Outcome } from './following.ts'

type Input = In<typeof place>

export interface CheckoutOptions extends AttemptOptions {
  following: Following
  orderSecret(): Promise<string>
  publicUrl(): string
}

/** How often a cart whose former order was not taken out of it yet is read again. */
const most = 3

/** POST /orders: the caller's cart becomes an order. */
export const checkout = (options: CheckoutOptions) => {
  const { store, following, world } = options
  const attempt = attempts(options)

  return async (input: Input, context: Context): Promise<Reply<PlacedOrder>> => {
    refuseMalformed(input, context, options)
    const scope = keyScope(context.caller)
    if (scope === null) throw cartEmpty()
    if (context.key === undefined) throw keyRequired()
    const key: KeyName = { scope, operation: 'checkout', key: context.key }
    const print = fingerprint(input)

    const answer = async (outcome: Outcome, replayed: boolean) => {
      switch (outcome.is) {
        case 'answered': return answerOf(outcome.order, { secret: await options.orderSecret(), publicUrl: options.publicUrl(), replayed })
        case 'freed': throw paymentUnavailable(undefined, soon)
        case 'running': throw keyInProgress(undefined, soon)
        default: throw unavailable('The outcome is not known yet; the same Idempotency-Key carries this order on', soon)
      }
    }
    /** The answer under the key, or null where the key is free. */
    const replay = async (replayed: boolean): Promise<Reply<PlacedOrder> | null> => {
      const found = await store.byKey(key)
      if (found === null) return null
      if (found.fingerprint !== print) throw keyReused()
      const outcome = await following.settled(key, found, context)
      return outcome.is === 'freed' ? null : answer(outcome, replayed)
    }

    for (let tries = 0; tries < most; tries++) {
      const before = await replay(true)
      if (before !== null) return before
      const attempted = await attempt(input, context, { ...key, fingerprint: print, createdAt: world.now() })
      if (attempted.is === 'again') continue
      if (attempted.is === 'refused') {
        // A refusal that is stored nowhere: unless the same key has got further meanwhile.
        const meanwhile = await replay(true)
        if (meanwhile !== null) return meanwhile
        throw attempted.error
      }
      const outcome = await following.drive(attempted.order, context, { inserted: true })
      if (outcome.is !== 'lost') return answer(outcome, false)
      // Somebody else finished it. Where it gave its key back nothing happened, and that is its outcome: not a second order.
      return await replay(false) ?? answer({ is: 'freed' }, false)
    }
    throw checkoutInProgress(undefined, soon)
  }
}

const refuseMalformed = (input: Input, { caller }: Context, { provider, settings }: CheckoutOptions): void => {
  if (caller.is !== 'user' && !input.email) throw wrong('/email', 'is required of guests')
  if (!provider.accepts(input.payment.token)) throw wrong('/payment/token', 'is no token of the payment provider')
  if (input.expectedTotal && input.expectedTotal.currency !== settings.currency) throw wrong('/expectedTotal/currency', `must be ${settings.currency}`)
}
