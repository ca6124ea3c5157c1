import { randomUUID } from 'node:crypto'
import { catalogue } from './catalogue.ts'
import { emptyFolder, importInto, post } from './prepared.ts'
import type { Figure } from './report.ts'
import { type Requests, addToCart, checkout, details } from './requests.ts'
import { type Compared, type Rounds, compare } from './rounds.ts'
import { type Server, startShop } from './servers.ts'
import { type Services, startServices } from './services.ts'

/** What splitting may add at one connection, at the median, and how often the monolith's processor time a request may take. */
const bounds = {
  detail: { title: 'product detail', addedMs: 0.6, cpu: 3 },
  add: { title: 'add to cart', addedMs: 1.5, cpu: null },
  checkout: { title: 'full checkout', addedMs: 10, cpu: 4 },
} as const
export type Measured = keyof typeof bounds
export const measured: readonly Measured[] = ['detail', 'add', 'checkout']

const PRODUCTS = 1000
const CARTS = 1500
const USERS = 20

interface Filled { products: readonly string[]; variants: readonly string[]; users: readonly Record<string, string>[] }
/** The same catalogue and buyers in a shop of any shape, through its own door. */
export const fill = async (shop: Server): Promise<Filled> => {
  await importInto(shop, PRODUCTS)
  const products = await catalogue(shop)
  const users = await Promise.all(Array.from({ length: USERS }, async () => {
    const { accessToken } = await post(shop, '/auth/register', { email: `${randomUUID()}@example.com`, password: 'the password of a buyer', name: 'A Buyer' }, 201)
    return { authorization: `Bearer ${String(accessToken)}` }
  }))
  return { products: products.map(({ id }) => id), variants: products.flatMap(({ variants }) => variants.map(({ id }) => id)), users }
}

export interface Shapes {
  monolith: Server
  services: Services
  /** Where Prometheus would read each. */
  metrics: Readonly<Record<'monolith' | 'services', readonly string[]>>
  requests(which: 'monolith' | 'services', measured: Measured): Requests
  stop(): Promise<void>
}

const metricsOf = ({ metricsPort }: Server): string => `http://127.0.0.1:${metricsPort}/metrics`

/** Both shapes side by side, with the same in them. */
export const startShapes = async (): Promise<Shapes> => {
  const monolith = await startShop(emptyFolder())
  const running: { stop(): Promise<void> }[] = [monolith]
  const stop = async (): Promise<void> => { for (const one of running) await one.stop() }
  try {
    const services = await startServices(emptyFolder())
    running.push(services)
    const filled = { monolith: await fill(monolith), services: await fill(services) }
    return {
      monolith, services, stop,
      metrics: { monolith: [metricsOf(monolith)], services: services.parts.map(metricsOf) },
      requests(which, one) {
        const server = which === 'monolith' ? monolith : services
        const { products, variants, users } = filled[which]
        return one === 'detail' ? details(products) : one === 'add' ? addToCart(server, variants, users) : checkout(server, variants, CARTS)
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What splitting adds for one who asks alone, and what a request then costs. */
export const splitting = async (wanted: readonly Measured[], rounds: Omit<Rounds, 'connections'>, say: (figure: Figure) => void): Promise<void> => {
  const shapes = await startShapes()
  try {
    for (const one of wanted) {
      const { title, addedMs, cpu } = bounds[one]
      const side = (which: 'monolith' | 'services') => ({ server: shapes[which], requests: shapes.requests(which, one) })
      const { first, second, cpuRatio }: Compared = await compare(side('services'), side('monolith'), { ...rounds, connections: 1 })
      say({ name: `${title}, added by splitting`, value: first.p50 - second.p50, unit: 'ms', most: addedMs, about: `p50 ${first.p50.toFixed(2)} and ${second.p50.toFixed(2)} ms, p99 ${first.p99.toFixed(1)} and ${second.p99.toFixed(1)} ms` })
      say({ name: `${title}, processor time by the monolith's`, value: 1 / cpuRatio, unit: '', ...(cpu === null ? {} : { most: cpu }) })
    }
  } finally {
    await shapes.stop()
  }
}
