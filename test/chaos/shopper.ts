import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Who, address } from '../buying.ts'
import type { Answer, Client } from '../client.ts'
import type { Asking, Notebook } from './notebook.ts'

export interface ShopperOptions {
  /** In the journal. */
  name: string
  /** The shop as it can be reached now; waits while it is down. */
  reach(): Promise<Client>
  notebook: Notebook
  /** Given up after so long; default 30 s. */
  patienceMs?: number
  /** Between two tries; default 50 ms. */
  pauseMs?: number
  /** Whether its cart is compared with the journal; default true. Not where others put things into it too. */
  notesCart?: boolean
}

export interface Place { cardToken?: string; key?: string; note?: string }

/** Somebody who buys, notes every answer, and asks again under the same key until it knows. */
export interface Shopper {
  who: Who
  cartId: string | null
  /** Whether it was acknowledged. */
  add(variantId: string, quantity: number): Promise<boolean>
  place(about?: Place): Promise<Answer | null>
  cancel(orderId: string): Promise<Answer | null>
  /** Of the test provider's page. */
  decide(pageUrl: string, decision: 'approve' | 'decline'): Promise<void>
  /** With the rights of `token`; null is all that is left. */
  refund(orderId: string, amount: number | null, token: string): Promise<Answer | null>
  read(orderId: string): Promise<Answer | null>
}

/** Whose last word this is not: the outcome is unknown, or somebody is still at it. */
const isOpen = ({ status, body }: Answer): boolean =>
  ((status === 503 || status === 504) && body.code !== 'payment_unavailable')
  || body.code === 'idempotency_in_progress' || body.code === 'checkout_in_progress'
const failing = new Set(['tok_unavailable', 'tok_timeout_once', 'tok_capture_timeout_once'])

export const shopper = ({ name, reach, notebook, patienceMs = 30_000, pauseMs = 50, notesCart = true }: ShopperOptions, who: Who = {}): Shopper => {
  const persist = async (asking: Asking, send: (client: Client) => Promise<Answer>): Promise<Answer | null> => {
    const end = Date.now() + patienceMs
    for (;;) {
      const client = await reach()
      const at = Date.now()
      const from = performance.now()
      const answer = await send(client).catch(() => null)
      notebook.answered(asking, answer, at, performance.now() - from)
      if ((answer !== null && !isOpen(answer)) || Date.now() > end) return answer
      await sleep(pauseMs)
    }
  }

  /** What somebody known put into a cart without an answer, before its id was known: it may be in there. A guest without a session gets another cart. */
  const unanswered: { variantId: string; quantity: number }[] = []
  const note = (variantId: string, quantity: number, acknowledged: boolean): void => {
    if (!notesCart) return
    if (self.cartId !== null) notebook.cart(self.cartId, variantId, quantity, acknowledged)
    else if (self.who.token !== undefined || self.who.session !== undefined) unanswered.push({ variantId, quantity })
  }

  const self: Shopper = {
    who, cartId: null,
    async add(variantId, quantity) {
      const client = await reach()
      const answer = await client.post('/cart/items', { variantId, quantity }, self.who).catch(() => null)
      if (answer?.status === 200) {
        self.cartId = answer.body.id
        for (const before of unanswered.splice(0)) note(before.variantId, before.quantity, false)
        const session = answer.headers.get('x-session')
        if (session !== null && self.who.token === undefined) self.who = { session }
      }
      const unknown = answer === null || answer.status >= 500
      if (answer?.status === 200 || unknown) note(variantId, quantity, !unknown)
      return answer?.status === 200
    },
    place({ cardToken = 'tok_ok', key = randomUUID(), note } = {}) {
      const body = {
        shippingAddress: address, payment: { token: cardToken },
        ...(self.who.token === undefined ? { email: 'guest@example.com' } : {}), ...(note === undefined ? {} : { note }),
      }
      return persist({ operation: 'place', caller: name, key, providerFails: failing.has(cardToken) }, (client) => client.post('/orders', body, { ...self.who, key }))
    },
    cancel: (orderId) => persist({ operation: 'cancel', caller: name }, (client) => client.post(`/orders/${orderId}/cancel`, {}, self.who)),
    async decide(pageUrl, decision) {
      const { pathname } = new URL(pageUrl)
      for (let tries = 0; tries < 100; tries++) {
        const client = await reach()
        const answer = await client.post(pathname, `decision=${decision}`, { headers: { 'content-type': 'application/x-www-form-urlencoded' } }).catch(() => null)
        if (answer !== null && answer.status < 500) return
        await sleep(pauseMs)
      }
    },
    refund(orderId, amount, token) {
      const key = randomUUID()
      const body = amount === null ? {} : { amount: { amount, currency: 'EUR' } }
      return persist({ operation: 'refund', caller: 'staff', key, orderId }, (client) => client.post(`/orders/${orderId}/refunds`, body, { token, key }))
    },
    read: (orderId) => persist({ operation: 'read', caller: name }, (client) => client.get(`/orders/${orderId}`, self.who)),
  }
  return self
}
