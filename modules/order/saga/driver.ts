import type { Log, Measure } from '../../../src/module/log.ts'
import type { World } from '../../../src/module/world.ts'
import { backoffMs } from '../rules/backoff.ts'
import { type Move, changed } from '../rules/move.ts'
import type { Moment } from '../rules/moment.ts'
import { type Heard, next, unasked } from '../rules/next.ts'
import type { OrderRecord } from '../rules/order.ts'
import { told } from '../rules/told.ts'
import type { OrderStore } from '../store.ts'
import type { Calls } from './calls.ts'
import type { Gate } from './gate.ts'

export interface DriverOptions {
  store: OrderStore
  calls: Calls
  world: World
  gate: Gate
  log: Log
  measure: Measure
  settings: { orderLeaseMs: number; orderPendingMs: number }
}

export interface Drive {
  /** The sweeper does not carry on what was interrupted before the payment; the buyer's own key does. */
  by: 'request' | 'sweeper'
  trace: string
  /** Its own inserter drives it. */
  inserted?: true
  /** How long a call that is not answered is repeated in place, before the order is left to the sweeper. */
  patienceMs: number
  /** Told of each stored change. */
  progress?: (order: OrderRecord) => void
}

/** Where a drive ends: at rest, with the buyer's bank, left for later, or taken over by somebody else. */
export type Rest = { is: 'settled' | 'waiting' | 'postponed'; order: OrderRecord } | { is: 'lost' }

export interface Driver {
  /** Works on an order whose lease the caller has just taken. Never rejects but for the store's own failures. */
  drive(order: OrderRecord, about: Drive): Promise<Rest>
  /** Takes the lease of an order that nobody holds; null where somebody does, or it is settled. */
  takeOver(order: OrderRecord, by: Drive['by']): Promise<OrderRecord | null>
  /** Ends drives after their current step and gives their leases back. */
  stop(): Promise<void>
}

/** What was interrupted before the payment is left this long to the same key, before the sweeper undoes it. */
const carryOnMs = 5000
const retryMs = (attempt: number) => Math.min(1000, 50 * 2 ** attempt)

export const createDriver = ({ store, calls, world, gate, log, measure, settings }: DriverOptions): Driver => {
  const { orderLeaseMs: leaseMs, orderPendingMs: pendingMs } = settings
  const running = new Set<Promise<unknown>>()
  let stopping = false
  const jitter = () => (world.random(1)[0] ?? 0) / 255
  const delayMs = ({ step, attempts }: OrderRecord) => Math.max(step === 'new' ? carryOnMs : 0, backoffMs(attempts, jitter()))

  /** Stores what `decide` says of the row: `lost` where another has it now, `same` where there is nothing to store. */
  const keep = async (
    order: OrderRecord, decide: (order: OrderRecord) => Move | null, trace: string,
  ): Promise<OrderRecord | 'same' | 'lost'> => {
    for (let current = order; ;) {
      const move = decide(current)
      if (move === null) return 'same'
      if (await store.change(current, move, { events: told(current, move.after), trace })) return move.after
      // A cancel, a wake or a refund raised the version: still this process's order. Another epoch or step: not any more.
      const now = await store.find(order.id)
      if (now === null || now.epoch !== order.epoch || now.step !== order.step) return 'lost'
      current = now
    }
  }

  const ask = async (order: OrderRecord, { by, trace }: Drive): Promise<Heard> => {
    if (unasked(order, by)) return { is: 'abandoned' }
    try {
      return await calls[order.step](order, trace)
    } catch (error) {
      log.warn('a step of an order was not answered', { orderId: order.id, step: order.step, trace, error })
      return { is: 'unknown' }
    }
  }

  const step = (order: OrderRecord, drive: Drive, first: boolean) => gate.pass(async () => {
    const asked = world.now()
    const heard = await ask(order, drive)
    const moment = (): Moment => ({ now: world.now(), asked, first, leaseMs, pendingMs, refundId: world.id() })
    return keep(order, (now) => next(now, heard, moment()), drive.trace)
  })

  /** Tries are counted where an order is taken over: one that kills whoever takes it counts as well, and none counts twice. */
  const postpone = async (order: OrderRecord, trace: string, delayMs: number): Promise<Rest> => {
    // Somebody wants something else of it meanwhile: it is looked at again at once.
    const waitMs = (now: OrderRecord) => (now === order ? delayMs : 0)
    const left = await gate.pass(() => keep(order, (now) => ({
      after: changed(now, { leaseUntil: 0, nextAttempt: world.now() + waitMs(now) }),
    }), trace))
    return typeof left === 'string' ? { is: 'lost' } : { is: 'postponed', order: left }
  }

  const drive = async (started: OrderRecord, about: Drive): Promise<Rest> => {
    let order = started
    let attempt = 0
    let sinceMs = world.now()
    for (;;) {
      if (stopping) return postpone(order, about.trace, 0)
      const stored = await step(order, about, about.inserted === true && order.epoch === 1 && attempt === 0)
      if (stored === 'lost') return { is: 'lost' }
      if (stored !== 'same') {
        order = stored
        attempt = 0
        sinceMs = world.now()
        about.progress?.(order)
        if (order.step === 'done') return { is: 'settled', order }
        if (order.step === 'waiting') return { is: 'waiting', order }
        continue
      }
      attempt += 1
      if (world.now() - sinceMs >= about.patienceMs) return postpone(order, about.trace, delayMs(order))
      await world.sleep(retryMs(attempt))
      const now = await store.find(order.id)
      if (now === null || now.epoch !== order.epoch || now.step !== order.step) return { is: 'lost' }
      order = now
    }
  }

  return {
    drive(order, about) {
      const run = drive(order, about)
      const ended = run.then(() => {}, (error: unknown) => {
        log.error('an order is left to the sweeper', { orderId: order.id, trace: about.trace, error })
      }).then(() => { running.delete(ended) })
      running.add(ended)
      return run
    },
    async takeOver(order, by) {
      const now = world.now()
      if (stopping || order.settledAt !== null || order.leaseUntil > now) return null
      const after = changed(order, {
        epoch: order.epoch + 1, leaseUntil: now + leaseMs, woken: false, attempts: order.attempts + 1,
        nextAttempt: now + backoffMs(order.attempts, jitter()),
      })
      if (!await gate.pass(() => store.change(order, { after }, { events: [] }))) return null
      measure.add('takeovers', 1, { by })
      return after
    },
    async stop() {
      stopping = true
      await Promise.all(running)
    },
  }
}
