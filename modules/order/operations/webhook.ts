import type { In } from '../../../src/contract/contract.ts'
import { isFault } from '../../../src/contract/fault.ts'
import type { Context } from '../../../src/module/context.ts'
import type { World } from '../../../src/module/world.ts'
import { invalidSignature, providerNotFound } from '../contract/faults.ts'
import type * as payments from '../contract/payments.ts'
import type { PaymentProvider } from '../payments/provider.ts'
import { changed } from '../rules/move.ts'
import type { Sweeper } from '../saga/sweeper.ts'
import type { OrderStore } from '../store.ts'

export interface WebhookOptions { store: OrderStore; provider: PaymentProvider; sweeper: Sweeper; world: World }

/** POST /payments/webhooks/{provider}: wakes the order, once an event. What it says of the payment is asked anew. */
export const webhook = ({ store, provider, sweeper, world }: WebhookOptions) =>
  async ({ provider: name, body }: In<typeof payments.webhook>, { trace }: Context) => {
    if (name !== provider.name) throw providerNotFound()
    const { event, orderId } = await provider.webhook(body.bytes, body.headers).catch((error: unknown) => {
      // A signature that cannot be checked now is no wrong one: the provider is to send it again.
      throw isFault(error) ? error : invalidSignature()
    })
    for (;;) {
      const order = await store.find(orderId)
      if (order === null || order.settledAt !== null) return {}
      const now = world.now()
      const after = changed(order, { woken: true, nextAttempt: now })
      if (await store.change(order, { after }, { events: [], trace, webhook: { provider: name, event, at: now } })) {
        sweeper.wake(orderId)
        return {}
      }
      // Either the order moved on, or this event came before.
      if ((await store.find(orderId))?.version === order.version) return {}
    }
  }
