import type { Operations } from '../../../src/module/module.ts'
import type { cart } from '../contract/index.ts'
import { shortOf, total, type Pricing } from '../rules/total.ts'
import type { CartGiven } from '../settings.ts'
import type { Desk } from './desk.ts'

export const checkout = (
  { store, world }: Pick<CartGiven, 'store' | 'world'>, { quote }: Desk, pricing: Pricing,
): Pick<Operations<typeof cart>, 'snapshot' | 'settle'> => ({
  async snapshot({ owner, country, shippingMethod }, context) {
    const found = await store.snapshot('userId' in owner ? `user:${owner.userId}` : `session:${owner.session}`, world.now())
    if (found === null || found.cart.lines.length === 0) return { cart: null }
    const { lines, destination } = found.cart
    const quotes = await quote(lines.map((line) => line.variantId), context)
    const priced = total(lines, quotes, { country, asked: shippingMethod, chosen: destination.shippingMethod }, pricing)
    return {
      cart: {
        claims: [...found.claims],
        lines: priced.items.map(({ available: _, ...line }) => line),
        short: shortOf(priced),
        shippingMethod: priced.shippingMethod,
        ...priced.totals,
      },
    }
  },

  async settle({ orderId, claims, lines }) {
    await store.settle({ id: orderId, claims, lines }, world.now())
    return {}
  },
})
