import type { CartEntry } from '../../commands/audit/journal.ts'
import type { Caller } from '../../src/module/context.ts'
import { idSource } from '../../src/process/world.ts'
import type { Accounts } from './accounts.ts'
import type { Answered, Client } from './client.ts'
import type { Payments } from './payments.ts'
import type { Random } from './prng.ts'
import { type Goods, address } from './shop.ts'
import type { Simulated } from './simulated.ts'

/** One Idempotency-Key and all that was heard under it. */
interface Attempt { key: string; caller: Caller; who: string; input: object; last: Answered | null }

/** Somebody who fills carts and checks out, hastily and with a bad line. */
export interface Buyer {
  shop(): Promise<void>
  /** Asks again under every key whose outcome is not known, until it is. */
  findOut(): Promise<void>
  /** Asks once more under every key: the answers must be the same. */
  replay(): Promise<void>
  /** What went into those carts of which this is all. */
  carts(): CartEntry[]
  /** Orders this buyer knows of. */
  orders(): string[]
}

export interface BuyerParts {
  sim: Simulated
  client: Client
  payments: Payments
  accounts: Accounts
  goods: readonly Goods[]
  /** Shared with others. */
  account?: string
}

/** What went into one cart; it can be held against the cart where nothing but additions did. */
interface Ledger { cartId: string | null; entries: Omit<CartEntry, 'kind' | 'cartId'>[]; counted: boolean }

const tokens = [
  'tok_ok', 'tok_ok', 'tok_ok', 'tok_ok', 'tok_declined', 'tok_capture_declined', 'tok_slow_3000', 'tok_timeout_once',
  'tok_capture_timeout_once', 'tok_unavailable', 'tok_action', 'tok_action',
] as const

/** Its outcome is known: the order, or why there is none and never will be under this key. */
const final = ({ status, orderId }: Answered): boolean => status === 201 || status === 402 || (status === 409 && orderId !== null)
const unknown = ({ status, code }: Answered): boolean =>
  status === 0 || status === 504 || (status === 503 && code !== 'payment_unavailable') || code === 'idempotency_in_progress'

export const createBuyer = (name: string, random: Random, { sim, client, payments, accounts, goods, account }: BuyerParts): Buyer => {
  const { time, story } = sim
  const newId = idSource(time.now, random.bytes)
  /** Whom this buyer signs in as, again and again: then there is a cart already. */
  const home = account ?? newId()
  let caller: Caller = account !== undefined || random.chance(0.5)
    ? { is: 'user', id: home, sid: 's', may: new Set() }
    : { is: 'nobody' }
  /** A new caller is another one to the shop, and so to the journal. */
  let who = name
  let people = 0
  const attempts: Attempt[] = []
  const known = new Map<string, { caller: Caller; who: string; token: string | null; next: string | null; asked: boolean }>()
  let keys = 0
  let ledger: Ledger = { cartId: null, entries: [], counted: account === undefined }
  const ledgers = [ledger]

  const think = () => time.sleep(random.next() ** 2 * sim.paceMs)
  const become = (next: Caller) => {
    caller = next
    who = `${name}.${++people}`
    ledger = { cartId: null, entries: [], counted: true }
    ledgers.push(ledger)
  }
  const noted = (variantId: string, change: number, at: number, { status, body }: Answered): void => {
    if (status >= 400 && status !== 503 && status !== 504) return
    ledger.entries.push({ variantId, change, at, acknowledged: status === 200 })
    if (status !== 200) return
    ledger.counted &&= ledger.cartId === null || ledger.cartId === body.id
    ledger.cartId = body.id
  }

  const add = async (): Promise<void> => {
    const { variantId } = random.pick(goods)
    const quantity = random.chance(0.8) ? random.int(1, 2) : random.int(3, 6)
    const at = time.now()
    const mine = caller
    const answer = await client.ask({ module: 'cart', operation: 'addItem', input: { variantId, quantity }, caller, who })
    // A guest whose session nobody gave an answer with has another cart than the next one.
    if (mine !== caller || (mine.is === 'nobody' && answer.status !== 200)) return
    if (answer.session !== null && (caller.is !== 'guest' || caller.session !== answer.session)) become({ is: 'guest', session: answer.session })
    noted(variantId, quantity, at, answer)
  }
  const remove = async (): Promise<void> => {
    if (caller.is === 'nobody') return
    ledger.counted = false
    const { variantId } = random.pick(goods)
    if (random.chance(0.1)) await client.ask({ module: 'cart', operation: 'clear', input: {}, caller, who })
    else if (random.chance(0.5)) await client.ask({ module: 'cart', operation: 'removeItem', input: { variantId }, caller, who })
    else await client.ask({ module: 'cart', operation: 'setItem', input: { variantId, quantity: random.int(0, 3) }, caller, who })
  }

  const heard = (attempt: Attempt, answer: Answered): void => {
    attempt.last = answer
    if (answer.orderId === null || answer.status !== 201) return
    const url: string | undefined = answer.body.payment.nextAction?.url
    known.set(answer.orderId, {
      caller: attempt.caller, who: attempt.who, token: answer.body.access?.token ?? null,
      next: url?.split('/').at(-1) ?? null, asked: known.get(answer.orderId)?.asked ?? false,
    })
  }
  const place = async (attempt: Attempt): Promise<void> => {
    const { caller: by, who: whose, input, key } = attempt
    heard(attempt, await client.ask({ module: 'order', operation: 'place', input, caller: by, who: whose, key }))
  }
  const attempt = (): Attempt => {
    const token = random.pick(tokens)
    const made: Attempt = {
      // Others have the same: a key is its caller's own.
      key: account === undefined ? `key ${++keys}` : `${name} ${++keys}`, caller, who, last: null,
      input: {
        shippingAddress: address, payment: { token },
        ...(caller.is === 'user' && random.chance(0.7) ? {} : { email: `${name.replace(' ', '-')}@example.com` }),
        ...(random.chance(0.05) ? { expectedTotal: { amount: random.int(1, 5000), currency: 'EUR' } } : {}),
      },
    }
    attempts.push(made)
    return made
  }
  const checkOut = async (): Promise<void> => {
    if (caller.is === 'nobody') return
    const made = attempt()
    // Twice at once, in two tabs: under one key, or under two.
    if (random.chance(0.15)) void place(made)
    else if (random.chance(0.15)) void place(attempt())
    if (random.chance(0.3)) time.after(random.int(1, 3000), () => { void add() })
    if (random.chance(0.08)) time.after(random.int(0, 300), () => { void signIn() })
    if (random.chance(0.15)) time.after(random.int(0, 2000), () => { void lookUp(made.caller, made.who) })
    await place(made)
    // After payment_unavailable the key is free again, and may be used for another try.
    const worthAnother = ({ last }: Attempt) => last !== null && (unknown(last) || (last.code === 'payment_unavailable' && random.chance(0.4)))
    for (let tries = 0; tries < 6 && worthAnother(made) && random.chance(0.85); tries++) {
      await time.sleep(random.int(200, 6000))
      await place(made)
    }
    if (made.last !== null && final(made.last) && random.chance(0.1)) {
      const input = { ...made.input, note: 'another' }
      const other = await client.ask({ module: 'order', operation: 'place', input, caller: made.caller, who: made.who, key: made.key })
      if (![422, 503, 504, 0].includes(other.status)) story.problem(`${who} used key ${made.key} with another body and got ${other.status}`)
    }
  }

  /** Finds an order in the list before its answer came, and cancels it. */
  const lookUp = async (by: Caller, whose: string): Promise<void> => {
    const { status, body } = await client.ask({ module: 'order', operation: 'list', input: { status: ['pending', 'paid'] }, caller: by, who: whose })
    const id: string | undefined = status === 200 && body.items.length > 0 ? random.pick<{ id: string }>(body.items).id : undefined
    if (id !== undefined) await client.ask({ module: 'order', operation: 'cancel', input: { id }, caller: by, who: whose })
  }

  const visit = async (): Promise<void> => {
    const [id, of] = random.pick([...known])
    const opened = of.token !== null && random.chance(0.5)
    const input = opened ? { id, orderToken: of.token } : { id }
    const by = opened ? { is: 'nobody' } as const : of.caller
    if (random.chance(0.4)) await client.ask({ module: 'order', operation: 'cancel', input, caller: by, who: of.who })
    else await client.ask({ module: 'order', operation: 'read', input, caller: by, who: of.who })
  }
  const atBank = async (reference: string, order: { asked: boolean }): Promise<void> => {
    order.asked = random.chance(0.8)
    const decision = random.chance(0.75) ? 'approve' : 'decline'
    if (random.chance(0.5)) await payments.decide(reference, decision)
    else await client.ask({ module: 'order', operation: 'paymentDecision', input: { reference, decision }, caller: { is: 'nobody' }, who })
  }
  const signIn = async (): Promise<void> => {
    if (caller.is !== 'guest') return
    const { session } = caller
    story.tell(`${who} signs in as ${home}`)
    // What was in this cart goes on in another.
    ledger.counted = false
    await accounts.signIn(session, home)
    become({ is: 'user', id: home, sid: 's', may: new Set() })
    // Its first lines come by the merge.
    ledger.counted = false
  }

  const signOut = async (): Promise<void> => {
    // Whatever is in this cart will meet another one.
    ledger.counted = false
    become({ is: 'nobody' })
  }

  return {
    async shop() {
      for (let turns = random.int(5, 18); turns > 0 && !sim.isClosed(); turns--) {
        await think()
        const what = random.next()
        const bank = [...known.values()].find(({ next, asked }) => next !== null && !asked)
        if (bank?.next && random.chance(0.4)) await atBank(bank.next, bank)
        else if (what < 0.42 || caller.is === 'nobody') await add()
        else if (what < 0.75) await checkOut()
        else if (what < 0.8) await remove()
        else if (what < 0.9) await (caller.is === 'user' && random.chance(0.6) ? signOut() : signIn())
        else if (known.size > 0) await visit()
      }
    },
    async findOut() {
      for (const one of attempts) {
        for (let tries = 0; tries < 3 && (one.last === null || unknown(one.last)); tries++) {
          if (tries > 0) await time.sleep(2000)
          await place(one)
        }
        if (one.last === null || unknown(one.last)) {
          story.problem(`${one.who} cannot find out what came of key ${one.key}: ${one.last?.status} ${one.last?.code}`)
        } else if (one.last.orderId !== null && one.last.body.status === 'pending' && random.chance(0.5)) {
          // Now that all is quiet, a cancel is answered at once, whatever became of the order: else the auditor finds a 503.
          const input = { id: one.last.orderId }
          await client.ask({ module: 'order', operation: 'cancel', input, caller: one.caller, who: one.who })
        }
      }
    },
    async replay() {
      for (const one of attempts) {
        if (one.last === null || !final(one.last)) continue
        await place(one)
        if (one.last.replayed) continue
        story.problem(`the answer to key ${one.key} of ${one.who} was not replayed: ${one.last.status} ${one.last.code}`)
      }
    },
    carts: () => ledgers.flatMap(({ cartId, entries, counted }) => (
      cartId === null || !counted ? [] : entries.map((one): CartEntry => ({ kind: 'cart', cartId, ...one })))),
    orders: () => [...known.keys()],
  }
}
