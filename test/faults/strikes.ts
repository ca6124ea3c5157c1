import { orderModuleWith } from '../../modules/order/module.ts'
import type { PaymentProvider } from '../../modules/order/payments/provider.ts'
import type { Move } from '../../modules/order/rules/move.ts'
import type { OrderRecord } from '../../modules/order/rules/order.ts'
import type { OrderStore } from '../../modules/order/store.ts'
import type { Module } from '../../src/module/module.ts'

/** Called at each point of each order's checkout; what it does there (kill, suspend, note) is the test's. */
export type Strike = (point: string, orderId: string) => Promise<void>

/** What a change is, in the words of the points: a step forward, or what else happened at a step. */
const named = (before: OrderRecord, { after, opens, closes, freesKey }: Move): string => {
  if (after.step !== before.step) return `${before.step}>${after.step}${freesKey ? '(freed)' : ''}`
  if (opens) return `${before.step}:refund-opened`
  if (closes) return `${before.step}:refund-ended`
  if (after.epoch !== before.epoch) return `${before.step}:taken-over`
  if (after.cancel !== before.cancel) return `${before.step}:cancel-asked`
  return after.woken && !before.woken ? `${before.step}:woken` : `${before.step}:kept`
}

/**
 * The order module with a strike before and after everything it stores of an order (`x>y:before-store`, `x>y:stored`) and
 * before and after each of its calls (`x:capture:before`, `x:capture:called`). `over` wraps its store once more, inside.
 */
export const struckOrder = (strike: Strike, { over = (store) => store, idle = false }: { over?: (store: OrderStore) => OrderStore; idle?: boolean } = {}): Module => {
  /** The last known step of each order: calls do not say it. */
  const stepOf = new Map<string, string>()
  const called = async <T>(orderId: string, call: string, ask: () => Promise<T>): Promise<T> => {
    const step = stepOf.get(orderId) ?? 'unknown'
    await strike(`${step}:${call}:before`, orderId)
    const answer = await ask()
    await strike(`${step}:${call}:called`, orderId)
    return answer
  }

  const store = (inner: OrderStore): OrderStore => ({
    ...inner,
    async insert(order, ...rest) {
      await strike('>new:before-store', order.id)
      const inserted = await inner.insert(order, ...rest)
      stepOf.set(order.id, 'new')
      if (inserted.is === 'inserted') await strike('>new:stored', order.id)
      return inserted
    },
    async change(before, move, along) {
      const name = named(before, move)
      await strike(`${name}:before-store`, before.id)
      const changed = await inner.change(before, move, along)
      if (changed) {
        stepOf.set(before.id, move.after.step)
        await strike(`${name}:stored`, before.id)
      }
      return changed
    },
  })
  const provider = (inner: PaymentProvider): PaymentProvider => ({
    ...inner,
    authorize: (key, ask) => called(ask.orderId, 'authorize', () => inner.authorize(key, ask)),
    capture: (key, ...rest) => called(orderIn(key), 'capture', () => inner.capture(key, ...rest)),
    void: (key, authorize, orderId) => called(orderId, 'void', () => inner.void(key, authorize, orderId)),
    refund: (key, ...rest) => called(orderIn(key), 'refund', () => inner.refund(key, ...rest)),
  })
  const door = (inner: any) => new Proxy({}, {
    get: (_, call: string) => {
      const ask = inner[call]
      return (input: any, context: any) => (typeof input.orderId === 'string' ? called(input.orderId, call, () => ask(input, context)) : ask(input, context))
    },
  })

  const module = orderModuleWith({ provider })
  return {
    ...module,
    build(given) {
      const built = module.build({
        ...given, store: store(over(given.store)),
        doors: { ...given.doors, product: door(given.doors['product']), cart: door(given.doors['cart']) },
      })
      // What stands still sweeps nothing either.
      return idle ? { ...built, jobs: [] } : built
    },
  }
}

const orderIn = (paymentKey: string): string => paymentKey.slice(0, 36)
