import { within } from '../../../src/module/alarms.ts'
import type { Log } from '../../../src/module/log.ts'
import type { World } from '../../../src/module/world.ts'
import type { OrderStore } from '../store.ts'
import type { Driver } from './driver.ts'
import type { Refunding } from './refunding.ts'

export interface SweeperOptions {
  store: OrderStore
  driver: Driver
  refunding: Refunding
  world: World
  log: Log
  settings: { orderSweepMs: number }
}

/** Takes every order to rest that nobody works on. Any number of instances sweep at once. */
export interface Sweeper {
  sweep(): Promise<void>
  /** Looks after one order at once, as a wake asks for; failing is left to the next sweep. */
  wake(orderId: string): void
}

/** So many at once, of one instance. */
const most = 32

export const createSweeper = ({ store, driver, refunding, world, log, settings }: SweeperOptions): Sweeper => {
  const working = new Set<string>()

  const work = async (orderId: string): Promise<void> => {
    if (working.has(orderId)) return
    working.add(orderId)
    try {
      const order = await store.find(orderId)
      if (order === null) return
      const taken = await driver.takeOver(order, 'sweeper')
      if (taken === null) return
      const trace = Buffer.from(world.random(16)).toString('hex')
      const rest = await driver.drive(taken, { by: 'sweeper', trace, patienceMs: 0 })
      log.debug('an order was swept', { orderId, trace, rest: rest.is })
    } catch (error) {
      log.error('an order could not be swept', { orderId, error })
    } finally {
      working.delete(orderId)
    }
  }

  return {
    async sweep() {
      const due = await store.due(world.now(), most)
      const free = Math.max(0, most - working.size)
      const all = Promise.all([refunding.sweep(), ...due.filter((id) => !working.has(id)).slice(0, free).map(work)])
      // One that takes long holds up no other: it goes on while the next sweep looks for more.
      await within(world, settings.orderSweepMs, all, null)
    },
    wake: (orderId) => { void work(orderId) },
  }
}
