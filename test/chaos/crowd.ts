import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../client.ts'
import type { Chance } from './chance.ts'
import type { Notebook } from './notebook.ts'
import { type Shopper, shopper } from './shopper.ts'

export interface CrowdOptions {
  reach(): Promise<Client>
  notebook: Notebook
  chance: Chance
  /** Variants to be bought. */
  variants: readonly string[]
  /** A token of somebody who may refund. */
  staff(): Promise<string>
  /** Buys no more after that. */
  end: number
}

const cards = {
  tok_ok: 55, tok_action: 13, tok_declined: 8, tok_timeout_once: 5, tok_capture_timeout_once: 5, tok_capture_declined: 5, tok_slow_100: 3,
  tok_slow_700: 2, tok_unavailable: 4,
} as const

/** One buyer after the other in one person: guests, users, and guests who become users. */
export const buyUntil = async (name: string, { reach, notebook, chance, variants, staff, end }: CrowdOptions): Promise<void> => {
  let people = 0
  const guest = (): Shopper => shopper({ name: `${name} guest ${++people}`, reach, notebook })
  const user = async (from: Shopper | null): Promise<Shopper | null> => {
    const email = `${randomUUID()}@example.com`
    const body = { email, password: 'a buyer’s long password', name: 'A Buyer' }
    const answer = await (await reach()).post('/auth/register', body, from?.who).catch(() => null)
    if (answer?.status !== 201) return null
    // A merged cart holds what was put into two: it is not compared with the journal.
    return shopper({ name: `${name} user ${++people}`, reach, notebook, notesCart: from === null }, { token: answer.body.accessToken })
  }

  let buyer = guest()
  while (Date.now() < end) {
    const turn = chance.below(1)
    if (turn < 0.1) buyer = await user(null) ?? guest()
    else if (turn < 0.35) buyer = guest()
    for (let lines = chance.between(1, 3); lines > 0; lines--) await buyer.add(chance.pick(variants), chance.between(1, 2))
    if (chance.is(0.05) && buyer.who.session !== undefined) buyer = await user(buyer) ?? guest()
    const ended = await checkOut(buyer, chance, staff)
    // What could not be had stays in its cart, and would be refused again.
    if (!ended) buyer = guest()
    if (chance.is(0.2)) await sleep(chance.between(1, 50))
  }
}

/** Whether the cart is free for more: not where a bank is left unanswered, nor what could not be had is in it. */
const checkOut = async (buyer: Shopper, chance: Chance, staff: () => Promise<string>): Promise<boolean> => {
  const key = randomUUID()
  const cardToken = chance.weighted(cards)
  const [answer] = await Promise.all([buyer.place({ key, cardToken }), ...(chance.is(0.15) ? [buyer.place({ key, cardToken })] : [])])
  if (answer === null || (answer.status !== 201 && answer.status !== 402)) return false
  const orderId: string = answer.body.id ?? answer.body.orderId
  if (answer.status === 201) {
    const page: string | undefined = answer.body.payment.nextAction?.url
    const left = page !== undefined && chance.is(0.15)
    if (page !== undefined && !left) await buyer.decide(page, chance.is(0.7) ? 'approve' : 'decline')
    const then = chance.weighted({ nothing: 60, cancel: 20, refund: 10, read: 10 })
    if (then === 'cancel') await buyer.cancel(orderId)
    if (then === 'refund' && page === undefined) await buyer.refund(orderId, chance.is(0.5) ? 100 : null, await staff())
    if (then === 'read') await buyer.read(orderId)
    if (left) return false
  }
  if (chance.is(0.2)) await buyer.place({ key, cardToken })
  return true
}
