import type { In } from '../../../src/contract/contract.ts'
import type { Detail } from '../../../src/contract/fault.ts'
import { invalidInput } from '../../../src/contract/faults.ts'
import type { Context } from '../../../src/module/context.ts'
import type { Doors } from '../../../src/module/module.ts'
import type { World } from '../../../src/module/world.ts'
import type { auth } from '../../auth/contract/index.ts'
import type { cart } from '../../cart/contract/index.ts'
import { cartEmpty, checkoutInProgress, outOfStock, totalChanged } from '../contract/faults.ts'
import type { place } from '../contract/operations.ts'
import type { PaymentProvider } from '../payments/provider.ts'
import { addsUp } from '../rules/amounts.ts'
import { sessionHash } from '../rules/caller.ts'
import { filled } from '../rules/filled.ts'
import { type Frozen, type OrderRecord, iso } from '../rules/order.ts'
import { placed } from '../rules/told.ts'
import type { Gate } from '../saga/gate.ts'
import type { NewKey, OrderStore } from '../store.ts'
import { shortLines } from './answering.ts'

type Input = In<typeof place>

export interface AttemptOptions {
  store: OrderStore
  doors: Doors<{ auth: typeof auth; cart: typeof cart }>
  provider: PaymentProvider
  gate: Gate
  world: World
  settings: { orderLeaseMs: number; currency: string }
}

export const soon = { headers: { 'retry-after': '1' } }

/** 400, naming a field of the body. */
export const wrong = (path: string, message: string): Error => {
  const errors: Detail[] = [{ in: 'body', path, message }]
  return invalidInput(undefined, { errors })
}

/** `again`: somebody was in the way who is not any more. `refused` is stored nowhere. */
export type Attempted = { is: 'inserted'; order: OrderRecord } | { is: 'again' } | { is: 'refused'; error: Error }
const refused = (error: Error): Attempted => ({ is: 'refused', error })

/** One attempt to make an order of the cart as it is now; nothing is written but the insert, once. */
export const attempts = ({ store, doors, provider, gate, world, settings }: AttemptOptions) => {
  const emailOf = async (input: Input, context: Context): Promise<string | null> => {
    if (input.email || context.caller.is !== 'user') return input.email ?? null
    return (await doors.auth.account({ id: context.caller.id }, context)).account?.email ?? null
  }

  const claimed = async (frozen: Frozen, context: Context): Promise<Attempted> => {
    const winner = await store.claimant(frozen.claims)
    if (winner === null) return { is: 'again' }
    if (winner.step !== 'done') return refused(checkoutInProgress(undefined, soon))
    // Its order is done, and the cart does not know: a cart's store may have lost its last second.
    const lines = winner.frozen.lines.map(({ variantId, quantity }) => ({ variantId, quantity }))
    await doors.cart.settle({ orderId: winner.id, claims: winner.frozen.claims, lines }, context)
    return { is: 'again' }
  }

  return async (input: Input, context: Context, key: NewKey): Promise<Attempted> => {
    const { caller } = context
    if (caller.is === 'nobody') return refused(cartEmpty())
    const address = filled(input.shippingAddress)
    const [snapshot, email] = await Promise.all([
      doors.cart.snapshot({
        owner: caller.is === 'user' ? { userId: caller.id } : { session: sessionHash(caller.session) },
        country: address.country, region: address.region, postalCode: address.postalCode, shippingMethod: input.shippingMethod ?? null,
      }, context),
      emailOf(input, context),
    ])
    if (snapshot.cart === null) return refused(cartEmpty())
    if (email === null) return refused(wrong('/email', 'is required'))
    const { short, shippingMethod, ...sums } = snapshot.cart
    // What cannot even be priced any more cannot be frozen; all else is for the stock to say, and that answer is kept.
    const priced = new Set(sums.lines.map(({ variantId }) => variantId))
    if (short.some(({ variantId }) => !priced.has(variantId))) return refused(outOfStock(undefined, { errors: shortLines(short) }))
    if (shippingMethod === null) return refused(wrong('/shippingMethod', 'does not ship there'))
    if (input.expectedTotal && input.expectedTotal.amount !== sums.total.amount) {
      return refused(totalChanged(`The total is ${sums.total.amount} ${sums.total.currency} in minor units`))
    }
    const frozen: Frozen = {
      ...sums, shippingMethod, shippingAddress: address, billingAddress: input.billingAddress ? filled(input.billingAddress) : address,
    }
    if (!addsUp(frozen)) throw new Error(`The sums of cart ${frozen.claims[0]?.cartId} do not add up`)
    const order = newOrder({ input, caller, email, frozen, key: key.key, provider: provider.name, world, leaseMs: settings.orderLeaseMs })
    const inserted = await gate.pass(() => store.insert(order, key, { events: placed(order), trace: context.trace }))
    if (inserted.is === 'inserted') return { is: 'inserted', order: { ...order, number: inserted.number } }
    return inserted.is === 'key_taken' ? { is: 'again' } : claimed(frozen, context)
  }
}

interface Placing {
  input: Input
  caller: Exclude<Context['caller'], { is: 'nobody' }>
  email: string
  frozen: Frozen
  key: string
  provider: string
  world: World
  leaseMs: number
}
const newOrder = ({ input, caller, email, frozen, key, provider, world, leaseMs }: Placing): OrderRecord => {
  const now = world.now()
  return {
    id: world.id(), number: 0, userId: caller.is === 'user' ? caller.id : null, session: caller.is === 'guest' ? sessionHash(caller.session) : null,
    email: email.toLowerCase(), frozen, createdAt: now, checkoutKey: key, status: 'pending', paymentStatus: 'pending', provider,
    step: 'new', epoch: 1, version: 1, leaseUntil: now + leaseMs, nextAttempt: now, attempts: 0,
    cancel: null, woken: false, waitingUntil: null, token: input.payment.token, toVoid: false, reference: null, actionUrl: null,
    captured: 0, refundCommitted: 0, refunded: 0, paidAt: null, note: input.note ?? null, tracking: null,
    history: [{ status: 'pending', at: iso(now), by: 'customer', note: null }], answer: null, updatedAt: now, settledAt: null,
  }
}
