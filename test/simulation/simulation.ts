import { cartModule } from '../../modules/cart/module.ts'
import { orderModuleWith } from '../../modules/order/module.ts'
import type { PaymentProvider } from '../../modules/order/payments/provider.ts'
import type { OrderStore } from '../../modules/order/store.ts'
import { openOrders } from '../../modules/order/stores/sql.ts'
import { migrations } from '../../modules/order/stores/migrations.ts'
import { productModule } from '../../modules/product/module.ts'
import { openMongo as openProducts } from '../../modules/product/stores/mongo.ts'
import type { Documents } from '../../src/databases/documents.ts'
import { type Caller, makeContext } from '../../src/module/context.ts'
import type { Module } from '../../src/module/module.ts'
import { createAccounts } from './accounts.ts'
import { type Buyer, createBuyer } from './buyer.ts'
import { createClerk } from './clerk.ts'
import { createClient } from './client.ts'
import { createInstances } from './instances.ts'
import { comesToRest, verdict } from './judge.ts'
import { lastCustomer } from './last-customer.ts'
import type { Machine } from './machine.ts'
import { createNetwork } from './network.ts'
import { createPayments } from './payments.ts'
import { stockUp } from './shop.ts'
import { type Simulated, simulated } from './simulated.ts'
import { createStores } from './stores.ts'
import { idsIn } from './story.ts'
import { toldOrders } from './told-orders.ts'

/** What a negative control takes away. */
export interface Broken {
  orders?: (store: OrderStore) => OrderStore
  provider?: (provider: PaymentProvider) => PaymentProvider
  product?: Module
  documents?: (documents: Documents) => Documents
}
export interface SimulateOptions {
  broken?: Broken
  /** The product module keeps its data in documents. */
  documents?: boolean
  /** Shopping and storm end after so many steps of the timeline; until then all is the same. Fewer make a story shorter. */
  steps?: number
}

/** How a seed ended: its problems, none where all is well, and what happened. */
export interface Ended {
  seed: number
  problems: readonly string[]
  digest: string
  /** What can be read of a failure. */
  story: string[]
  /** All that happened. */
  lines: readonly string[]
  about: { steps: number; answers: number; orders: number; virtualMs: number }
}

const publicUrl = 'http://shop.test'
const nobody: Caller = { is: 'nobody' }
const mostBuyers = 6
const setUpMs = 60_000
/** Nobody begins anything new after this, and what was begun ends long before that. */
const [openMs, stormMs] = [10 * 60_000, 30 * 60_000]
/** After the storm: the bank's time, the longest delay of the sweeper, and what came late meanwhile. */
const spareMs = 10 * 60_000
const epilogueMs = 30 * 60_000

/** Runs one seed from an empty shop to its audit. */
export const simulate = async (seed: number, options: SimulateOptions = {}): Promise<Ended> => {
  const sim = simulated(seed)
  // A promise that nobody looks after would end a real process.
  const unhandled = (error: unknown) => sim.story.problem(`unhandled: ${error instanceof Error ? error.stack ?? error.message : String(error)}`)
  process.on('unhandledRejection', unhandled)
  try {
    return await course(sim, options)
  } finally {
    process.off('unhandledRejection', unhandled)
  }
}

const course = async (sim: Simulated, { broken = {}, documents = false, steps: mostSteps = Infinity }: SimulateOptions): Promise<Ended> => {
  const { seed, time, story } = sim
  const stores = createStores(sim, { ...broken.documents && { broken: broken.documents }, rowsOf: (kept) => openProducts(kept, null).dump() })
  const network = createNetwork(sim)
  const payments = createPayments(sim, stores, publicUrl)
  const accounts = createAccounts(sim, network)
  const env = {
    SAMPLE_CATALOGUE: 'off', ORDER_LEASE_MS: String(sim.leaseMs), ORDER_PENDING_MS: String(sim.pendingMs),
    SHIPPING_METHODS: JSON.stringify([{ id: 'standard', name: 'Standard', price: seed % 2 === 0 ? 0 : 490 }]),
    TAX_RATES: seed % 3 === 0 ? '{"GB": {"*": 2000}}' : '{}', PRICES_INCLUDE_TAX: seed % 2 === 0 ? 'on' : 'off',
    // Of a server that stands in memory: only that there is one matters.
    ...documents && { PRODUCT_MONGO_URL: 'mongodb://simulated' },
  }
  const instances = createInstances(sim, stores, network, env)
  const client = createClient(sim, instances)
  const shape = sim.random.fork('shop')

  const orderOn = (machine: Machine): Module => {
    const line = payments.line(machine)
    const made = orderModuleWith({ provider: () => broken.provider?.(line) ?? line })
    return { ...made, stores: { sqlite: { migrations: migrations('sqlite'), open: (db) => {
      const store = openOrders(db)
      return toldOrders(machine.name, story, { ...store, ...broken.orders?.(store) })
    } } } }
  }
  const start = async () => {
    await accounts.start()
    for (let n = 1; n <= shape.int(1, 2); n++) await instances.keep(`product-${n}`, () => broken.product ?? productModule)
    for (let n = 1; n <= shape.int(1, 2); n++) await instances.keep(`cart-${n}`, () => cartModule)
    for (let n = 1; n <= shape.int(2, 3); n++) await instances.keep(`order-${n}`, orderOn)
    return stockUp(client, shape)
  }
  /** The timeline runs while `work` does, up to `withinMs`. */
  const during = async <T>(what: string, withinMs: number, work: Promise<T>): Promise<T | null> => {
    let result: { value: T } | null = null
    let failure: unknown = null
    work.then((value) => { result = { value } }, (error: unknown) => { failure = error })
    const ended = await time.run(time.now() + withinMs, () => result !== null || failure !== null)
    if (failure !== null) story.problem(`${what} failed: ${failure instanceof Error ? failure.stack ?? failure.message : String(failure)}`)
    else if (!ended) story.problem(`${what} did not end within ${withinMs} ms`)
    return result === null ? null : (result as { value: T }).value
  }

  const goods = await during('setting up', setUpMs, start()) ?? []
  payments.sendWebhooks(async (bytes, headers) => {
    const up = instances.of('order')
    const [one] = up.length === 0 ? [] : [shape.pick(up)]
    const hook: unknown = one && Reflect.get(one.standing.built.operations, 'webhook')
    if (one === undefined || typeof hook !== 'function') throw new Error('Nobody takes the webhook')
    await new Promise<void>((resolve, reject) => {
      time.after(5000, () => reject(new Error('Nobody took the webhook')))
      one.machine.pass('request', 'a webhook', () => {
        const context = makeContext({ caller: nobody, trace: '0'.repeat(32), leftMs: 10_000, world: one.machine.world })
        const taken: Promise<unknown> = hook.call(one.standing.built.operations, { provider: 'test', body: { bytes, headers } }, context)
        taken.then(() => one.machine.pass('answer', 'a webhook', resolve), reject)
      })
    })
  })

  const parts = { sim, client, payments, accounts, goods }
  // Some share an account, on two devices.
  const family = sim.steady('family').world.id()
  const crowd: Buyer[] = Array.from({ length: shape.int(2, mostBuyers) }, (_, n) =>
    createBuyer(`buyer ${n + 1}`, sim.random.fork(`buyer ${n}`), { ...parts, ...(shape.chance(0.2) ? { account: family } : {}) }))
  const clerk = createClerk(sim.random.fork('clerk'), { sim, client, goods, orders: () => crowd.flatMap((buyer) => buyer.orders()) })
  const stormFrom = time.now()
  const stepsFrom = time.steps()
  sim.closesWhen(() => time.steps() - stepsFrom >= mostSteps || time.now() - stormFrom >= openMs)
  sim.storm(true)
  let ended = false
  const trouble = () => {
    if (ended || sim.isClosed()) return
    const { storeDown, restart, pause, downMs } = sim.weather()
    if (shape.chance(storeDown)) stores.crash(shape.pick(stores.names()), shape.int(1, Math.max(100, downMs)))
    if (shape.chance(restart)) instances.restart()
    if (shape.chance(pause)) instances.pause(shape.int(1, 3000))
    time.after(shape.int(500, 5000), trouble)
  }
  trouble()
  await during('shopping', stormMs, Promise.all([...crowd.map((buyer) => buyer.shop()), clerk.work(shape.int(2, 12))]))
  ended = true
  sim.storm(false)
  instances.wake()

  const rest = async (when: string) => {
    if (!await comesToRest(sim, stores, network, sim.pendingMs + spareMs)) story.problem(`the shop does not come to rest ${when}`)
  }
  await rest('after the storm')
  // What was sent late has arrived by now.
  await time.run(time.now() + 130_000, () => false)
  client.journal.push({ kind: 'window', from: stormFrom, to: time.now() })
  await during('finding out', epilogueMs, Promise.all(crowd.map((buyer) => buyer.findOut())))
  await rest('after everybody found out')
  await during('asking again', epilogueMs, Promise.all(crowd.map((buyer) => buyer.replay())))
  await during('the last customer', epilogueMs, lastCustomer(sim, client, goods))
  await rest('in the end')
  client.journal.push(...crowd.flatMap((buyer) => buyer.carts()))
  for (const finding of await verdict(sim, stores, network, { journal: client.journal, clerk, goods })) story.problem(finding)
  await stores.close()
  const orders = story.lines.filter((line) => line.includes('→ inserted')).length
  return {
    seed, problems: [...story.problems], digest: story.digest(),
    story: story.problems.length === 0 ? [] : story.about(idsIn(story.problems).slice(0, 3), 150),
    lines: story.lines,
    about: { steps: time.steps(), answers: client.journal.length, orders, virtualMs: time.now() - stormFrom },
  }
}
