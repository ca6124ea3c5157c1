import type { In } from '../../../src/contract/contract.ts'
import { forbidden, unavailable } from '../../../src/contract/faults.ts'
import { type Context, may } from '../../../src/module/context.ts'
import type { World } from '../../../src/module/world.ts'
import { illegalTransition } from '../contract/faults.ts'
import type * as operations from '../contract/operations.ts'
import type { Order } from '../contract/schemas.ts'
import { changed } from '../rules/move.ts'
import { giveBack } from '../rules/moves.ts'
import type { OrderRecord } from '../rules/order.ts'
import { shown } from '../rules/shown.ts'
import { told } from '../rules/told.ts'
import { mayCancel } from '../rules/transitions.ts'
import type { Driver } from '../saga/driver.ts'
import type { Gate } from '../saga/gate.ts'
import type { Sweeper } from '../saga/sweeper.ts'
import type { Watch } from '../saga/watch.ts'
import type { OrderStore } from '../store.ts'
import { type ReadingOptions, visibleTo } from './reading.ts'

export interface CancellingOptions extends ReadingOptions {
  store: OrderStore
  driver: Driver
  sweeper: Sweeper
  gate: Gate
  watch: Watch
  world: World
  settings: { orderLeaseMs: number; orderPendingMs: number }
}

const lookAgainMs = 100
const spareMs = 500

/** POST /orders/{id}/cancel: asks an unfinished order's saga to turn back, or sends a settled one on its way back. */
export const cancelling = (options: CancellingOptions) => {
  const { store, driver, sweeper, gate, watch, world, settings } = options
  const visible = visibleTo(options)

  /** Whether this request's change was stored; false where somebody else changed the order first. */
  const request = async (order: OrderRecord, cancel: NonNullable<OrderRecord['cancel']>, trace: string): Promise<boolean> => {
    const now = world.now()
    if (order.settledAt === null) {
      const asked = await store.change(order, { after: changed(order, { cancel, nextAttempt: now }) }, { events: [], trace })
      if (asked) sweeper.wake(order.id)
      return asked
    }
    const moment = { now, asked: now, first: false, leaseMs: settings.orderLeaseMs, pendingMs: settings.orderPendingMs, refundId: world.id() }
    const move = giveBack({ ...order, cancel, epoch: order.epoch + 1 }, cancel, moment)
    if (!await gate.pass(() => store.change(order, move, { events: told(order, move.after), trace }))) return false
    void driver.drive(move.after, { by: 'request', trace, patienceMs: 1000 }).catch(() => {})
    return true
  }

  return async (input: In<typeof operations.cancel>, context: Context): Promise<Order> => {
    const { caller, trace } = context
    let { order, own } = await visible(input, caller)
    if (!own && !may(caller, 'orders:write')) throw forbidden()
    const cancel = { by: own ? 'customer' : 'staff', reason: input.reason ?? null } as const
    for (;;) {
      if (order.status === 'cancelled' && order.settledAt !== null) return shown(order)
      if (order.status !== 'cancelled') {
        if (!mayCancel(order.status)) throw illegalTransition(`The order is ${order.status}`)
        if (order.cancel === null && !await request(order, cancel, trace)) {
          ({ order } = await visible(input, caller))
          continue
        }
      }
      const late = context.leftMs() <= spareMs
      if (!late) await watch.wait(order.id, lookAgainMs)
      order = await store.find(order.id) ?? order
      if (!late) continue
      if (order.status === 'cancelled') return shown(order)
      throw unavailable('The cancel is kept, and its outcome is not known yet', { headers: { 'retry-after': '1' } })
    }
  }
}
