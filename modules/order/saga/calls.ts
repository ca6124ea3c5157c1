import { within } from '../../../src/module/alarms.ts'
import { makeContext } from '../../../src/module/context.ts'
import type { Doors } from '../../../src/module/module.ts'
import type { World } from '../../../src/module/world.ts'
import type { cart } from '../../cart/contract/index.ts'
import type { product } from '../../product/contract/index.ts'
import { paymentKey } from '../payments/keys.ts'
import type { PaymentProvider } from '../payments/provider.ts'
import type { Heard } from '../rules/next.ts'
import type { OrderRecord, Step } from '../rules/order.ts'
import { budgetsMs } from './budgets.ts'
import type { Refunding } from './refunding.ts'

export interface CallsOptions {
  doors: Doors<{ product: typeof product; cart: typeof cart }>
  provider: PaymentProvider
  refunding: Refunding
  world: World
  publicUrl(): string
}

/** What each step asks of others. Rejecting, like `unknown`, means: it may have taken effect, ask again. */
export type Calls = Record<Step, (order: OrderRecord, trace: string) => Promise<Heard>>

const nobody = { is: 'nobody' } as const
const linesOf = (order: OrderRecord) => order.frozen.lines.map(({ variantId, quantity }) => ({ variantId, quantity }))

export const sagaCalls = ({ doors, provider, refunding, world, publicUrl }: CallsOptions): Calls => {
  const context = (trace: string, leftMs: number) => makeContext({ caller: nobody, trace, leftMs, world })
  const unknown = { is: 'unknown' } as const

  const authorize = async ({ id, frozen, token }: OrderRecord): Promise<Heard> => {
    const ask = { orderId: id, total: frozen.total, token: token ?? '', returnUrl: `${publicUrl()}/orders/${id}` }
    return within(world, budgetsMs.authorize, provider.authorize(paymentKey(id, 'authorize'), ask), unknown)
  }

  const release = async (order: OrderRecord, trace: string): Promise<void> => {
    const { state } = await doors.product.release({ orderId: order.id }, context(trace, budgetsMs.stock))
    if (state !== 'released') throw new Error(`The reservation of an order that is being undone is ${state}`)
  }
  const settle = (order: OrderRecord, trace: string) =>
    doors.cart.settle({ orderId: order.id, claims: order.frozen.claims, lines: linesOf(order) }, context(trace, budgetsMs.settle))
  const commit = async (order: OrderRecord, trace: string): Promise<void> => {
    const { state } = await doors.product.commit({ orderId: order.id }, context(trace, budgetsMs.stock))
    if (state !== 'sold' && state !== 'returned') throw new Error(`The reservation of a paid order is ${state}`)
  }
  const giveBack = async (order: OrderRecord, trace: string): Promise<void> => {
    await commit(order, trace)
    const { state } = await doors.product.giveBack({ orderId: order.id }, context(trace, budgetsMs.stock))
    if (state !== 'returned') throw new Error(`The reservation of a cancelled order is ${state}`)
  }
  const voided = async ({ id, toVoid }: OrderRecord): Promise<Heard> => {
    if (!toVoid) return { is: 'undone' }
    const said = await within(world, budgetsMs.void, provider.void(paymentKey(id, 'void'), paymentKey(id, 'authorize'), id), unknown)
    if (said.is === 'captured') return { is: 'charged' }
    return said.is === 'voided' ? { is: 'undone' } : unknown
  }

  return {
    async new(order, trace) {
      const { state, short } = await doors.product.reserve({ orderId: order.id, lines: linesOf(order) }, context(trace, budgetsMs.reserve))
      return state === 'released' ? { is: 'short', lines: short } : { is: 'held' }
    },
    authorizing: authorize,
    waiting: authorize,
    async capturing({ id, reference, frozen }) {
      const said = await within(world, budgetsMs.capture, provider.capture(paymentKey(id, 'capture'), reference ?? '', frozen.total), unknown)
      return said.is === 'unreached' ? unknown : said
    },
    async settling(order, trace) {
      await sideBySide(commit(order, trace), settle(order, trace))
      return { is: 'settled' }
    },
    async undoing(order, trace) {
      const [said, [, refunds]] = await sideBySide(voided(order), sideBySide(release(order, trace), refunding.endAll(order, trace)))
      return said.is === 'undone' && !refunds ? unknown : said
    },
    async returning(order, trace) {
      const [refunds] = await sideBySide(refunding.endAll(order, trace), sideBySide(giveBack(order, trace), settle(order, trace)))
      return refunds ? { is: 'returned' } : unknown
    },
    done: async () => unknown,
  }
}

/** Both to their end, even where one fails: nothing still runs when the step's outcome is stored. */
const sideBySide = async <A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> => {
  await Promise.allSettled([one, other])
  return Promise.all([one, other])
}
