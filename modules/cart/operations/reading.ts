import { invalidInput, unavailable } from '../../../src/contract/faults.ts'
import type { Operations } from '../../../src/module/module.ts'
import type { cart } from '../contract/index.ts'
import { shipsTo } from '../rules/shipping.ts'
import type { Pricing } from '../rules/total.ts'
import type { CartGiven } from '../settings.ts'
import type { Desk } from './desk.ts'
import { momentFor, newGuest, visitorOf } from './visitor.ts'

export const reading = (
  { store, world }: Pick<CartGiven, 'store' | 'world'>, { quote, show }: Desk, { methods, currency }: Pricing,
): Pick<Operations<typeof cart>, 'read' | 'shippingMethods'> => ({
  async read(_input, context) {
    const visitor = visitorOf(context.caller)
    const found = visitor === null ? null : await store.find(visitor.owner, world.now())
    return show(found, await quote(found?.lines.map((line) => line.variantId) ?? [], context))
  },

  async shippingMethods({ country }) {
    const money = (amount: number) => ({ amount, currency })
    return {
      items: methods.filter((method) => shipsTo(method, country ?? null)).map(({ id, name, price, freeFrom }) =>
        ({ id, name, price: money(price), freeFrom: freeFrom === null ? null : money(freeFrom) })),
      nextCursor: null,
    }
  },
})

export const destination = (
  { store, world, settings }: Pick<CartGiven, 'store' | 'world' | 'settings'>, { changed, show }: Desk, { methods }: Pricing,
): Pick<Operations<typeof cart>, 'setDestination'> => ({
  async setDestination(patch, context) {
    const { shippingMethod } = patch
    if (typeof shippingMethod === 'string' && !methods.some(({ id }) => id === shippingMethod)) {
      throw invalidInput(undefined, { errors: [{ in: 'body', path: '/shippingMethod', message: 'is none of GET /shipping-methods' }] })
    }
    const known = visitorOf(context.caller)
    const says = Object.values(patch).some((value) => typeof value === 'string')
    for (let attempt = 0; attempt < 3; attempt++) {
      if (known !== null) {
        const after = await store.setDestination(known.owner, patch, momentFor(known.owner, world, settings), null)
        if (after !== null) return changed(after, new Map(), new Set(), known, context)
      }
      // Nothing to remember, so no session starts.
      if (!says) return show(null, new Map())
      const visitor = known !== null && context.caller.is === 'user' ? known : newGuest(world)
      const after = await store.setDestination(visitor.owner, patch, momentFor(visitor.owner, world, settings), world.id())
      if (after !== null) return changed(after, new Map(), new Set(), visitor, context)
    }
    throw unavailable()
  },
})
