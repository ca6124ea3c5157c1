import { type Prepared, copied, post } from './prepared.ts'
import type { Figure } from './report.ts'
import { type Requests, addToCart, checkout, details, list, search } from './requests.ts'
import { type Rounds, compare } from './rounds.ts'
import { type Server, startReference, startShop } from './servers.ts'
import { load } from './connections.ts'

/** The least share of the reference's pace, at 32 connections. */
const required = { detail: 0.6, list: 0.7, search: 0.8, add: 0.6, checkout: 0.6 } as const
export type Operation = keyof typeof required
export const operations: readonly Operation[] = ['detail', 'list', 'search', 'add', 'checkout']
const titles: Readonly<Record<Operation, string>> = {
  detail: 'product detail', list: 'list of 20', search: 'search', add: 'add to cart', checkout: 'full checkout',
}
/** Carts filled before each round of checkouts; a round ends early where all are bought. */
const CARTS = 4000
const MOST_LOADED_MB = 400
const MOST_LOGIN_P99_MS = 25

export const requestsFor = (operation: Operation, server: Server, { products, variants }: Prepared, users: readonly Record<string, string>[]): Requests => {
  switch (operation) {
    case 'detail': return details(products)
    case 'list': return list()
    case 'search': return search()
    case 'add': return addToCart(server, variants, users)
    case 'checkout': return checkout(server, variants, CARTS)
  }
}

/** 200 logins at once, while one reader goes on reading products: the tokens, and how the reader fared. */
export const loggedIn = async (shop: Server, { users, products }: Prepared): Promise<{ headers: Record<string, string>[]; figures: Figure[] }> => {
  let open = true
  const { next } = details(products)
  const reading = load({ port: shop.port, connections: 1, next: () => (open ? next() : null) })
  const from = performance.now()
  const headers = await Promise.all(users.map(async ({ email, password, id }) => {
    const { accessToken } = await post(shop, '/auth/login', { email, password }, 200)
    // The shop asks for the token; the reference believes what it is told.
    return { authorization: `Bearer ${accessToken}`, 'x-user': id }
  }))
  const seconds = (performance.now() - from) / 1000
  open = false
  const { latencies } = await reading
  const p99 = latencies[Math.floor(latencies.length * 0.99)] ?? NaN
  return { headers, figures: [{ name: `product reads beside ${users.length} logins at once, p99`, value: p99, unit: 'ms', most: MOST_LOGIN_P99_MS, about: `all logged in within ${seconds.toFixed(1)} s` }] }
}

/** The shop and the reference, each on its own copy of one folder, asked the same in turns. */
export const ratios = async (made: Prepared, wanted: readonly Operation[], rounds: Rounds, say: (figure: Figure) => void): Promise<void> => {
  const shop = await startShop(copied(made))
  const reference = await startReference(copied(made))
  try {
    const { headers, figures } = await loggedIn(shop, made)
    figures.forEach(say)
    for (const operation of wanted) {
      const side = (server: Server) => ({ server, requests: requestsFor(operation, server, made, headers) })
      const { ratio, cpuRatio, ratios: all, first, second } = await compare(side(shop), side(reference), rounds)
      const spread = [...all].sort((a, b) => a - b)
      say({
        name: `${titles[operation]}, of the reference's pace`, value: ratio, unit: '', least: required[operation],
        about: `${Math.round(first.perSecond)}/s of ${Math.round(second.perSecond)}/s; rounds ${spread[0]?.toFixed(2)} to ${spread.at(-1)?.toFixed(2)}; `
          + `by processor time ${cpuRatio.toFixed(2)}; p50 ${first.p50.toFixed(1)} and ${second.p50.toFixed(1)} ms, p99 ${first.p99.toFixed(1)} and ${second.p99.toFixed(1)} ms`,
      })
    }
    say({ name: 'memory under load, anonymous', value: shop.anonymousMb(), unit: 'MB', most: MOST_LOADED_MB })
  } finally {
    await shop.stop()
    await reference.stop()
  }
}
