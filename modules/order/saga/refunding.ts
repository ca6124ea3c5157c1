import { within } from '../../../src/module/alarms.ts'
import type { Log, Measure } from '../../../src/module/log.ts'
import type { World } from '../../../src/module/world.ts'
import { paymentKey } from '../payments/keys.ts'
import type { PaymentProvider, Refunded } from '../payments/provider.ts'
import { backoffMs } from '../rules/backoff.ts'
import type { OrderRecord } from '../rules/order.ts'
import { endRefund } from '../rules/refunds.ts'
import { toldOfRefund, told } from '../rules/told.ts'
import type { OrderStore, RefundRecord } from '../store.ts'
import { budgetsMs } from './budgets.ts'
import type { Gate } from './gate.ts'

export interface RefundingOptions { store: OrderStore; provider: PaymentProvider; world: World; gate: Gate; log: Log; measure: Measure }

/** Brings refund rows to their end. Any number of processes may ask at once: the refund's id is the provider's key. */
export interface Refunding {
  /** Asks the provider and stores what it said for good; answers the refund as it then stands. */
  end(refund: RefundRecord, trace?: string): Promise<RefundRecord>
  /** All of one order's, from within its saga; whether none is pending any more. */
  endAll(order: OrderRecord, trace: string): Promise<boolean>
  /** Pending ones whose turn it is. */
  sweep(): Promise<void>
}

const many = 50

export const createRefunding = ({ store, provider, world, gate, log, measure }: RefundingOptions): Refunding => {
  const ask = async (refund: RefundRecord, order: OrderRecord): Promise<Refunded | { is: 'unknown' }> => {
    const part = { amount: refund.amount, currency: refund.currency }
    const asked = provider.refund(paymentKey(order.id, `refund:${refund.id}`), order.reference ?? '', part)
    const said = await within(world, budgetsMs.refund, asked, { is: 'unknown' } as const)
    return said.is === 'unreached' ? { is: 'unknown' } : said
  }

  const keep = async (refund: RefundRecord, said: Refunded, trace: string | undefined): Promise<RefundRecord> => {
    for (;;) {
      // The order first: a refund that another ended meanwhile has then raised the version, and what is stored here is refused.
      const [order, now] = [await store.find(refund.orderId), await store.refund(refund.id)]
      if (now === null || order === null) throw new Error(`Refund ${refund.id} is gone`)
      if (now.status !== 'pending') return now
      const move = endRefund(order, now, said, world.now())
      const events = said.is === 'refunded' ? [...told(order, move.after), ...toldOfRefund(move.after, now)] : []
      if (!await store.change(order, move, { events, ...(trace === undefined ? {} : { trace }) })) continue
      measure.add('refunds', 1, { status: move.closes?.status ?? '' })
      if (said.is === 'refused') log.error('a refund was refused for good', { orderId: order.id, refundId: now.id, reason: said.reason })
    }
  }

  const inside = async (refund: RefundRecord, trace?: string): Promise<RefundRecord> => {
    if (refund.status !== 'pending') return refund
    const order = await store.find(refund.orderId)
    if (order === null) throw new Error(`Refund ${refund.id} has no order`)
    const said = await ask(refund, order).catch((error: unknown) => {
      log.warn('a refund was not answered', { orderId: order.id, refundId: refund.id, error })
      return { is: 'unknown' } as const
    })
    if (said.is !== 'unknown') return keep(refund, said, trace)
    await store.delayRefund(refund.id, world.now() + backoffMs(refund.attempts, (world.random(1)[0] ?? 0) / 255))
    return refund
  }
  const end = (refund: RefundRecord, trace?: string) => gate.pass(() => inside(refund, trace))

  return {
    end,
    async endAll(order, trace) {
      const refunds = await Promise.all((await store.pendingRefundsOf(order.id)).map((refund) => inside(refund, trace)))
      return refunds.every(({ status }) => status !== 'pending')
    },
    async sweep() {
      const results = await Promise.allSettled((await store.pendingRefunds(world.now(), many)).map((refund) => end(refund)))
      for (const result of results) if (result.status === 'rejected') log.error('a refund could not be ended', { error: result.reason })
    },
  }
}
