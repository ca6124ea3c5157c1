import { Type } from '@sinclair/typebox'
import { auditAtRest } from '../../commands/audit/at-rest.ts'
import { type Check, gathered } from '../../commands/audit/audit.ts'
import type { Journal } from '../../commands/audit/journal.ts'
import { everyModule } from '../../modules/modules.ts'
import type { OrderStore } from '../../modules/order/store.ts'
import { sql } from '../../src/databases/sql.ts'
import { adminToken } from '../buying.ts'
import { createNotebook } from '../chaos/notebook.ts'
import { type Client, client } from '../client.ts'
import { testWorld } from '../world.ts'
import { type Inside, admin, openInside } from './inside.ts'
import { type Scenario, filled, stocked } from './scenarios.ts'
import { struckOrder } from './strikes.ts'

/** How the other instance comes to work on the order of the one that stands still, and how that one wakes. */
export interface Turn {
  by: 'request' | 'sweeper'
  /** `early`: while the other is at it; else when it is done. What has come meanwhile is seen before the timers, or after. */
  wakes: 'early' | 'late, answer first' | 'late, timers first'
}

export interface Pair {
  /** Walks a scenario; the first instance stands still at `point`, past its lease, and the other goes on. */
  suspendAt(point: string, scenario: Scenario, turn: Turn): Promise<{ reached: boolean; checks: Check[]; log: string }>
  /** Where the first instance comes by if it is left alone. */
  pointsOf(scenario: Scenario): Promise<Set<string>>
  close(): Promise<void>
}

/** Longer than a lease. What then still waits for its provider does so for 30 minutes at most. */
const standsStillMs = 31_000
/** What is done behind an answer, such as what a webhook wakes, is waited for no longer. */
const lateMs = 1000
/** So much passes of the other's time in 5 ms of ours. */
const tickMs = 100
const wait = (ms: number) => new Promise<void>((resolve) => { setTimeout(resolve, ms) })

/** Two instances of the shop over one set of opened stores, each with its own clock. `over` wraps the order store of the one that will sleep. */
export const openPair = async (over?: (store: OrderStore) => OrderStore): Promise<Pair> => {
  let armed: { point: string; reached: PromiseWithResolvers<string>; gate: PromiseWithResolvers<void> } | null = null
  let seen = new Set<string>()
  const order = struckOrder(async (point, orderId) => {
    seen.add(point)
    if (armed?.point !== point) return
    const { reached, gate } = armed
    armed = null
    reached.resolve(orderId)
    await gate.promise
  }, { idle: true, ...(over === undefined ? {} : { over }) })
  const sleeper = await openInside({ modules: everyModule.map((module) => (module.contract.name === 'order' ? order : module)), world: testWorld() })
  const other = await openInside({ modules: everyModule, beside: sleeper, world: testWorld() })
  const goods = await stocked(other)
  const staff = () => adminToken(other, admin)

  const bothAdvance = (ms: number) => { sleeper.world.advance(ms); other.world.advance(ms) }
  const atRest = (journal: Journal, most: number): Promise<Check[]> => {
    let tries = 0
    return auditAtRest({
      read: async () => gathered(await sleeper.rows()), now: other.world.now, journal,
      async goOn() {
        if (++tries > most) return false
        bothAdvance(tries > 3 ? 30_000 : 0)
        await wait(2)
        return true
      },
    })
  }
  const prepared = async (scenario: Scenario, reach: () => Promise<Client>) => {
    const notebook = createNotebook()
    notebook.window(0, Number.MAX_SAFE_INTEGER)
    if (scenario.product === 'gone') await goods.restock(10)
    const buyer = await filled({ name: `${scenario.name} ${other.world.id()}`, reach, notebook, patienceMs: 300, pauseMs: 5 }, scenario, goods.shelf)
    if (scenario.product === 'gone') await goods.restock(0)
    return { buyer, notebook }
  }

  return {
    async pointsOf(scenario) {
      seen = new Set()
      const { buyer } = await prepared(scenario, async () => sleeper)
      await scenario.run(buyer, staff)
      await atRest([], 50)
      return seen
    },
    async suspendAt(point, scenario, { by, wakes }) {
      let reach: () => Promise<Client> = async () => other
      const { buyer, notebook } = await prepared(scenario, () => reach())
      const [reached, gate, onward] = [Promise.withResolvers<string>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      armed = { point, reached, gate }
      const pending: Promise<unknown>[] = []
      // Its clients hear nothing more from one that stands still.
      const hungUp = reached.promise.then(() => { throw new Error('It stands still') })
      hungUp.catch(() => {})
      const standing = client('http://shop.test', (url, init) => {
        const answer = sleeper.send(url, init)
        pending.push(answer.catch(() => {}))
        return Promise.race([answer, hungUp])
      })
      let stands = false
      reach = async () => {
        if (!stands) return standing
        await onward.promise
        return other
      }
      // The other one's time goes on, and faster than ours.
      let aheadMs = 0
      const goOn = (ms: number) => {
        aheadMs += ms
        other.world.advance(ms)
      }
      let ticking: NodeJS.Timeout | undefined
      const wake = async () => {
        clearInterval(ticking)
        if (wakes === 'late, timers first') {
          sleeper.world.advance(aheadMs)
          await wait(1)
        }
        gate.resolve()
        await wait(0)
        if (wakes !== 'late, timers first') sleeper.world.advance(aheadMs)
      }
      const walked = scenario.run(buyer, staff)
      const orderId = await Promise.race([reached.promise, walked.then(() => wait(lateMs)).then(() => null)])
      stands = true
      if (orderId === null) {
        armed = null
        return { reached: false, checks: [], log: '' }
      }
      goOn(standsStillMs)
      ticking = setInterval(() => goOn(tickMs), 5)
      if (by === 'sweeper') await swept(other, orderId)
      onward.resolve()
      if (wakes !== 'early') await walked
      // What is put into the cart meanwhile must stay there, however late the order is taken out of it.
      await buyer.add(goods.shelf.plenty, 3)
      await wake()
      await walked
      await Promise.all(pending)
      return { reached: true, checks: await atRest(notebook.entries, over === undefined ? 100 : 10), log: sleeper.logged() + other.logged() }
    },
    async close() {
      await other.close()
      await sleeper.close()
    },
  }
}

const StepRow = Type.Object({ step: Type.String() })
/** Lets the sweeper work until it has brought the order to rest, or there is none. */
const swept = async (shop: Inside, orderId: string): Promise<void> => {
  for (let tries = 0; tries < 200; tries++) {
    await wait(1)
    const [row] = await shop.databases.get('order')!.sql.read(StepRow, sql`select step from orders where id = ${orderId}`)
    if (row === undefined || row.step === 'done' || row.step === 'waiting') return
  }
}

/** The order store without its fences: whatever was read before, the change is made to the row as it is now. */
export const unfenced = (store: OrderStore): OrderStore => ({
  ...store,
  async change(before, move, along) {
    const now = await store.find(before.id)
    if (now === null) return false
    const { epoch, step, version, answer, history } = now
    const told = move.after.history.slice(before.history.length)
    return store.change({ ...before, epoch, step, version, answer, history }, { ...move, after: { ...move.after, version: version + 1, history: [...history, ...told] } }, along)
  },
})
