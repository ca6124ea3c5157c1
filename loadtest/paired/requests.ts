import { randomUUID } from 'node:crypto'
import { type Ask, asked } from './asked.ts'
import { type Sent, load } from './connections.ts'
import { searches } from './generated-catalogue.ts'
import { type Random, pick, random } from './random.ts'
import type { Server } from './servers.ts'

/** How many different searches there are. */
export const SEARCHES = 200
const CONNECTIONS = 32

/** What is asked of a server again and again; `fill` is what has to be there first, outside the time that counts. */
export interface Requests { fill?(): Promise<void>; next(): Sent | null }

const sent = (ask: Ask): Sent => ({ bytes: asked(ask) })

/** Any product, all as likely. */
export const details = (products: readonly string[]): Requests => {
  const at = random(11)
  return { next: () => sent({ path: `/products/${pick(products, at)}` }) }
}

export const list = (): Requests => {
  const one = sent({ path: '/products' })
  return { next: () => one }
}

export const search = (): Requests => {
  const at = random(12)
  const all = searches(SEARCHES).map((q) => sent({ path: `/products?q=${encodeURIComponent(q)}` }))
  return { next: () => pick(all, at) }
}

/** Who has a cart: a guest, known by a session that its first answer brings, or a user with a token. */
export interface Buyer { headers: Record<string, string>; readonly variants: readonly string[] }
const buyer = (variants: readonly string[], lines: number, at: Random, headers: Record<string, string> = {}): Buyer =>
  ({ headers, variants: Array.from({ length: lines }, () => pick(variants, at)) })

const adding = ({ headers }: Buyer, variantId: string): Ask => ({ method: 'POST', path: '/cart/items', headers, body: { variantId, quantity: 1 } })

/** Puts each buyer's lines into its cart: the first alone, for it may start the session. */
const fillCarts = async ({ port }: Server, buyers: readonly Buyer[]): Promise<void> => {
  const first = buyers.values()
  await load({
    port, connections: CONNECTIONS,
    next: () => {
      const { value: one } = first.next()
      if (one === undefined) return null
      return {
        ...sent(adding(one, one.variants[0] ?? '')),
        answered(head) {
          const session = /\r\nx-session: *(\S+)/i.exec(head)?.[1]
          if (session !== undefined) one.headers = { 'x-session': session }
        },
      }
    },
  })
  const more = buyers.flatMap((one) => one.variants.slice(1).map((variant) => adding(one, variant))).values()
  await load({ port, connections: CONNECTIONS, next: () => { const { value } = more.next(); return value === undefined ? null : sent(value) } })
}

const CART_LINES = 3
const GUESTS = 200
/** Guests and users in turns, each adding to one of three lines. No line grows past what it may hold within a bench. */
export const addToCart = (server: Server, variants: readonly string[], users: readonly Record<string, string>[]): Requests => {
  const at = random(13)
  const buyers = Array.from({ length: GUESTS }, () => buyer(variants, CART_LINES, at)).concat(users.map((headers) => buyer(variants, CART_LINES, at, headers)))
  let all: Sent[] | undefined
  return {
    async fill() {
      if (all !== undefined) return
      await fillCarts(server, buyers)
      all = buyers.flatMap((one) => one.variants.map((variant) => sent(adding(one, variant))))
    },
    next: () => pick(all ?? [], at),
  }
}

const ORDER_LINES = 2
const address = { recipient: 'Ada Buyer', line1: '1 Quiet Street', city: 'Berlin', postalCode: '10115', country: 'DE' }
/** Guests' whole carts become orders; the carts are filled before each round. */
export const checkout = (server: Server, variants: readonly string[], carts: number): Requests => {
  const at = random(14)
  const full: Buyer[] = []
  let empty = Array.from({ length: carts }, () => buyer(variants, ORDER_LINES, at))
  return {
    async fill() {
      await fillCarts(server, empty)
      full.push(...empty)
      empty = []
    },
    next() {
      const one = full.pop()
      if (one === undefined) return null
      empty.push(one)
      return sent({
        method: 'POST', path: '/orders', headers: { ...one.headers, 'idempotency-key': randomUUID() },
        body: { shippingAddress: address, payment: { token: 'tok_ok' }, email: 'guest@example.com' },
      })
    },
  }
}
