import type { Context } from '../../../src/module/context.ts'
import { Reply } from '../../../src/module/reply.ts'
import type { Cart as CartAnswer } from '../contract/cart.ts'
import type { Quote, Quotes } from '../rules/offer.ts'
import { shipsTo } from '../rules/shipping.ts'
import { type Pricing, total } from '../rules/total.ts'
import type { CartGiven } from '../settings.ts'
import type { Cart, CartLine } from '../store.ts'
import type { Visitor } from './visitor.ts'

const nowhere = { country: null, region: null, postalCode: null, shippingMethod: null }

/** What every operation on a cart does: quote its lines in one call, and show it. */
export const desk = ({ doors, world }: Pick<CartGiven, 'doors' | 'world'>, pricing: Pricing) => {
  /** Today's quotes of these variants in one call; those in `known` are not asked for again. */
  const quote = async (ids: Iterable<string>, context: Context, known: Quotes = new Map()): Promise<Quotes> => {
    const wanted = [...new Set(ids)].filter((id) => !known.has(id))
    if (wanted.length === 0) return known
    const { quotes } = await doors.product.quote({ ids: wanted }, context)
    return new Map<string, Quote>([...known, ...quotes.map((one) => [one.variantId, one] as const)])
  }

  const show = (cart: Cart | null, quotes: Quotes): CartAnswer => {
    const { country, region, postalCode, shippingMethod } = cart?.destination ?? nowhere
    const lines = cart?.lines ?? []
    const { items, totals } = total(lines, quotes, { country, asked: null, chosen: shippingMethod }, pricing)
    const chosen = pricing.methods.find(({ id }) => id === shippingMethod)
    const stands = chosen !== undefined && shipsTo(chosen, country ?? pricing.taxCountry)
    return {
      id: cart?.id ?? null, items, itemCount: lines.reduce((sum, line) => sum + line.quantity, 0), ...totals,
      destination: { country, region, postalCode, shippingMethod: stands ? shippingMethod : null },
      notices: [...cart?.notices ?? []],
      updatedAt: cart === null ? null : new Date(cart.updatedAt).toISOString(),
      expiresAt: cart === null ? null : new Date(cart.expiresAt).toISOString(),
    }
  }

  return {
    quote,
    show,
    /** The answer to a change: lines that others added meanwhile are quoted too, and a guest's session is renewed. */
    async changed(cart: Cart, known: Quotes, asked: ReadonlySet<string>, { session }: Visitor, context: Context) {
      const unseen = cart.lines.map(({ variantId }: CartLine) => variantId).filter((id) => !asked.has(id))
      const body = show(cart, unseen.length === 0 ? known : await quote(unseen, context, known))
      const maxAgeS = Math.ceil((cart.expiresAt - world.now()) / 1000)
      return session === null ? new Reply(body) : new Reply(body, { session: { id: session, maxAgeS } })
    },
  }
}
export type Desk = ReturnType<typeof desk>
