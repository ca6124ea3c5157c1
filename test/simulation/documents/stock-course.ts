import { productModule } from '../../../modules/product/module.ts'
import { openMongo } from '../../../modules/product/stores/mongo.ts'
import type { Documents } from '../../../src/databases/documents.ts'
import { createClerk } from '../clerk.ts'
import { createClient } from '../client.ts'
import { createInstances } from '../instances.ts'
import { createNetwork } from '../network.ts'
import { type Goods, staff, stockUp } from '../shop.ts'
import { simulated } from '../simulated.ts'
import { createStores } from '../stores.ts'
import { idsIn } from '../story.ts'
import { createShopper } from './shopper.ts'
import { unsettled } from './unsettled.ts'
import { verdict } from './verdict.ts'

/** How a seed ended: its problems, none where all is well, and what can be read of them. */
export interface Ended { problems: readonly string[]; story: string[]; lines: readonly string[]; digest: string; about: { steps: number; orders: number; sold: number; returned: number; virtualMs: number } }
export interface StockOptions { broken?: (documents: Documents) => Documents; steps?: number }

const setUpMs = 60_000
const [openMs, mostMs] = [3 * 60_000, 60 * 60_000]
const restMs = 5 * 60_000
const plenty = 60
/** Everybody nods off or dies between two writes: what one began goes on after others have ended it, and others go on with what it left. */
const amid = (rate: number) => ({ read: 0, write: rate, call: 0, answer: rate, request: 0, timer: 0 })
const sleepy = { freeze: amid(0.05), crash: amid(0.03), freezeLeases: 0.4, latencyMs: 100, downMs: 2000 }

/**
 * One course of events of the stock alone, on documents of which nothing but one document's change is atomic: instances of the
 * product module that crash, freeze and wake between any two steps, shoppers whose calls come twice and late, staff that counts.
 */
export const simulateStock = async (seed: number, { broken, steps: mostSteps = Infinity }: StockOptions = {}): Promise<Ended> => {
  const sim = simulated(seed, seed % 2 === 0 ? sleepy : {})
  const { time, story } = sim
  const unhandled = (error: unknown) => story.problem(`unhandled: ${error instanceof Error ? error.stack ?? error.message : String(error)}`)
  process.on('unhandledRejection', unhandled)
  try {
    const stores = createStores(sim, { ...broken && { broken }, rowsOf: (documents) => openMongo(documents, null).dump() })
    const network = createNetwork(sim)
    const instances = createInstances(sim, stores, network, { SAMPLE_CATALOGUE: 'off', PRODUCT_MONGO_URL: 'mongodb://simulated' })
    const client = createClient(sim, instances)
    const shape = sim.random.fork('stock')
    const during = async (what: string, withinMs: number, work: Promise<unknown>): Promise<void> => {
      let ended = false
      work.then(() => { ended = true }, (error: unknown) => {
        ended = true
        story.problem(`${what} failed: ${error instanceof Error ? error.stack ?? error.message : String(error)}`)
      })
      if (!await time.run(time.now() + withinMs, () => ended)) story.problem(`${what} did not end within ${withinMs} ms`)
    }

    const goods: Goods[] = []
    await during('setting up', setUpMs, (async () => {
      for (let n = 1; n <= shape.int(2, 3); n++) await instances.keep(`product-${n}`, () => productModule)
      const few = await stockUp(client, shape)
      // Where there is plenty, whoever sleeps through an order finds something left to hold when he wakes.
      const many = shape.chance(0.6)
      for (const one of few) {
        if (many) await client.ask({ module: 'product', operation: 'setStock', input: { id: one.productId, variantId: one.variantId, available: plenty }, caller: staff, who: 'staff' })
        goods.push(many ? { ...one, stock: plenty } : one)
      }
    })())
    const deciding = sim.steady('orders')
    const shoppers = Array.from({ length: shape.int(3, 8) }, (_, n) => createShopper(sim.random.fork(`shopper ${n}`), sim, deciding, network.bus(deciding), goods))
    const clerks = [1, 2].map((n) => createClerk(sim.random.fork(`clerk ${n}`), { sim, client, goods, orders: () => [], keysOf: `clerk ${n}` }))

    const [from, stepsFrom] = [time.now(), time.steps()]
    sim.closesWhen(() => time.steps() - stepsFrom >= mostSteps || time.now() - from >= openMs)
    sim.storm(true)
    let open = true
    const trouble = () => {
      if (!open || sim.isClosed()) return
      const { storeDown, restart, downMs } = sim.weather()
      if (shape.chance(storeDown)) stores.crash('product', shape.int(1, Math.max(100, downMs)))
      if (shape.chance(restart)) instances.restart()
      time.after(shape.int(500, 5000), trouble)
    }
    trouble()
    const shopping = shoppers.map(async (shopper) => {
      for (let count = shape.int(2, 6); count > 0 && !sim.isClosed(); count--) {
        await time.sleep(shape.next() ** 2 * sim.paceMs)
        await shopper.order()
      }
    })
    await during('shopping', mostMs, Promise.all([...shopping, ...clerks.map((clerk) => clerk.work(shape.int(5, 25)))]))
    open = false
    sim.storm(false)
    instances.wake()

    const documents = stores.directly('product')
    if (documents === null) throw new Error('The products are not in documents')
    let rests = false
    const look = () => {
      void Promise.all([unsettled(documents), stores.backlog()]).then(([left, waiting]) => {
        rests = left + waiting === 0
        if (!rests) time.after(1000, look)
      })
    }
    // What sleepers and late copies leave behind comes first.
    await time.run(time.now() + 130_000, () => false)
    look()
    if (!await time.run(time.now() + restMs, () => rests)) story.problem('the stock does not come to rest')

    const orders = shoppers.flatMap((shopper) => [...shopper.orders])
    for (const problem of await verdict(openMongo(documents, null).dump(), documents, { orders, clerks, goods }).catch((error: unknown) => [String(error)])) story.problem(problem)
    return {
      problems: [...story.problems], lines: story.lines, digest: story.digest(),
      story: story.problems.length === 0 ? [] : story.about(idsIn(story.problems).slice(0, 2), 120),
      about: {
        steps: time.steps(), orders: orders.length, sold: orders.filter(({ status }) => status === 'paid').length,
        returned: orders.filter(({ status }) => status === 'cancelled').length, virtualMs: time.now() - from,
      },
    }
  } finally {
    process.off('unhandledRejection', unhandled)
  }
}
