import { randomUUID } from 'node:crypto'
import { catalogue } from './catalogue.ts'
import { emptyFolder, importInto, post } from './prepared.ts'
import type { Figure } from './report.ts'
import { type Requests, addToCart, checkout, details } from './requests.ts'
import { type Compared, type Rounds, compare } from './rounds.ts'
import { type Server, startShop } from './servers.ts'
import { type OnServers, startOnServers, startServices } from './services.ts'

/** What splitting may add at one connection, at the median, and how often the monolith's processor time a request may take. */
const bounds = {
  detail: { title: 'product detail', addedMs: 0.6, cpu: 3 },
  add: { title: 'add to cart', addedMs: 1.5, cpu: null },
  checkout: { title: 'full checkout', addedMs: 10, cpu: 4 },
} as const
export type Measured = keyof typeof bounds
export const measured: readonly Measured[] = ['detail', 'add', 'checkout']

const PRODUCTS = 1000
const CARTS = 600
const USERS = 20
/** Processor time is compared where processes are at work: at one connection much of it is falling asleep and waking. */
const BUSY = 16

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

export const shapeNames = ['monolith', 'onServers', 'services'] as const
export type ShapeName = (typeof shapeNames)[number]
export interface Shapes {
  monolith: Server
  /** One process on servers: between it and services lies what splitting alone costs. */
  onServers: OnServers
  services: OnServers
  /** Each process of a shape. */
  parts(which: ShapeName): readonly Server[]
  requests(which: ShapeName, measured: Measured): Requests
  stop(): Promise<void>
}

/** The shapes side by side, with the same in them. */
export const startShapes = async (): Promise<Shapes> => {
  const running: { stop(): Promise<void> }[] = []
  const stop = async (): Promise<void> => { for (const one of running) await one.stop() }
  const started = async <S extends Server>(starting: Promise<S>): Promise<S> => {
    const one = await starting
    running.push(one)
    return one
  }
  try {
    const monolith = await started(startShop(emptyFolder()))
    const onServers = await started(startOnServers(emptyFolder()))
    const services = await started(startServices(emptyFolder()))
    const servers = { monolith, onServers, services }
    const filled = { monolith: await fill(monolith), onServers: await fill(onServers), services: await fill(services) }
    return {
      ...servers, stop,
      parts: (which) => (which === 'monolith' ? [monolith] : servers[which].parts),
      requests(which, one) {
        const { products, variants, users } = filled[which]
        return one === 'detail' ? details(products) : one === 'add' ? addToCart(servers[which], variants, users) : checkout(servers[which], variants, CARTS)
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
      const side = (which: ShapeName) => ({ server: shapes[which], requests: shapes.requests(which, one) })
      const sides = { monolith: side('monolith'), onServers: side('onServers'), services: side('services') }
      const against = (other: ShapeName, connections: number): Promise<Compared> => compare(sides.services, sides[other], { ...rounds, connections })
      const told = ({ first, second }: Compared) => `p50 ${first.p50.toFixed(2)} and ${second.p50.toFixed(2)} ms, p99 ${first.p99.toFixed(1)} and ${second.p99.toFixed(1)} ms`
      const alone = await against('monolith', 1)
      say({ name: `${title}, added by splitting`, value: alone.first.p50 - alone.second.p50, unit: 'ms', most: addedMs, about: told(alone) })
      if (one !== 'detail') {
        const beside = await against('onServers', 1)
        say({ name: `${title}, added to one process on servers`, value: beside.first.p50 - beside.second.p50, unit: 'ms', about: told(beside) })
      }
      const busy = await against('monolith', BUSY)
      say({
        name: `${title}, processor time by the monolith's`, value: 1 / busy.cpuRatio, unit: '', ...(cpu === null ? {} : { most: cpu }),
        about: `at ${BUSY} connections; at one ${(1 / alone.cpuRatio).toFixed(2)}`,
      })
    }
  } finally {
    await shapes.stop()
  }
}
