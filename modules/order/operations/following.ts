import { alarmsOf } from '../../../src/module/alarms.ts'
import type { Context } from '../../../src/module/context.ts'
import type { Log } from '../../../src/module/log.ts'
import type { World } from '../../../src/module/world.ts'
import type { OrderRecord } from '../rules/order.ts'
import type { Driver } from '../saga/driver.ts'
import type { Watch } from '../saga/watch.ts'
import type { FoundKey, KeyName, OrderStore } from '../store.ts'

export interface FollowingOptions { store: OrderStore; driver: Driver; watch: Watch; world: World; log: Log }

/** How far a request has come: `freed` says that nothing happened under its key, `unfinished` that the outcome is unknown. */
export type Outcome = { is: 'answered'; order: OrderRecord } | { is: 'freed' } | { is: 'unfinished' } | { is: 'running' } | { is: 'lost' }

export interface Following {
  /** Drives an order whose lease this request holds; the drive goes on when the request has been answered, or its client hung up. */
  drive(order: OrderRecord, context: Context, about?: { inserted?: true }): Promise<Outcome>
  /** What the order under this key is answered: stored, or after another's work or a takeover. */
  settled(key: KeyName, found: FoundKey, context: Context): Promise<Outcome>
}

/** An answer leaves when the order is settled, or after this long: settling is repeated. */
const settleWaitMs = 2000
/** How long one with a key in use waits for the other's outcome. */
const busyWaitMs = 2000
const lookAgainMs = 100
/** Left to write the answer. */
const spareMs = 500
const patienceMs = 3000

/** An order that failed without an answer has given its key back. */
const decided = (order: OrderRecord): boolean => order.answer !== null || order.status === 'payment_failed'
const outcomeOf = (order: OrderRecord): Outcome => {
  if (order.answer !== null) return { is: 'answered', order }
  return decided(order) ? { is: 'freed' } : { is: 'unfinished' }
}

export const createFollowing = ({ store, driver, watch, world, log }: FollowingOptions): Following => {
  const alarms = alarmsOf(world)

  const drive: Following['drive'] = (taken, context, { inserted } = {}) => new Promise((resolve) => {
    let latest = taken
    const done = (outcome: Outcome) => {
      alarms.cancel(deadline)
      if (leaving !== null) alarms.cancel(leaving)
      resolve(outcome)
    }
    const leave = () => done(outcomeOf(latest))
    const soon = () => alarms.set(world.now() + settleWaitMs, leave)
    const deadline = alarms.set(world.now() + Math.max(0, context.leftMs() - spareMs), leave)
    let leaving = decided(taken) ? soon() : null
    driver.drive(taken, {
      by: 'request', trace: context.trace, patienceMs, ...(inserted ? { inserted } : {}),
      progress(order) {
        latest = order
        if (decided(order)) leaving ??= soon()
      },
    }).then((rest) => {
      if (rest.is === 'lost') return done({ is: 'lost' })
      latest = rest.order
      leave()
    }, (error: unknown) => {
      log.error('a checkout was interrupted', { orderId: taken.id, trace: context.trace, error })
      leave()
    })
  })

  const settled: Following['settled'] = async (key, first, context) => {
    const from = world.now()
    const untilMs = Math.max(0, context.leftMs() - spareMs)
    let found: FoundKey | null = first
    while (found !== null) {
      const { order } = found
      const passed = world.now() - from
      if (order.answer !== null && (order.step === 'done' || order.step === 'waiting' || passed >= settleWaitMs)) return { is: 'answered', order }
      if (passed >= Math.min(busyWaitMs, untilMs)) return order.answer === null ? { is: 'running' } : { is: 'answered', order }
      if (order.settledAt === null && order.leaseUntil <= world.now()) {
        const taken = await driver.takeOver(order, 'request')
        if (taken !== null) {
          const outcome = await drive(taken, context)
          if (outcome.is !== 'lost') return outcome
        }
      } else {
        await watch.wait(order.id, lookAgainMs)
      }
      found = await store.byKey(key)
    }
    return { is: 'freed' }
  }
  return { drive, settled }
}
