import { unavailable } from '../../../src/contract/faults.ts'
import type { Operations } from '../../../src/module/module.ts'
import { cartFull, lineNotFound, variantNotFound } from '../contract/faults.ts'
import type { cart } from '../contract/index.ts'
import { LINES_MOST, mostOf, refuseAmount, refuseQuantity } from '../rules/limits.ts'
import { seen } from '../rules/offer.ts'
import type { CartGiven } from '../settings.ts'
import type { Desk } from './desk.ts'
import { momentFor, newGuest, visitorOf } from './visitor.ts'

/** How often a change that found another cart than it looked at looks again. */
const TRIES = 10
const busy = () => unavailable('The cart changes too fast; try again')

export const items = (
  { store, world, settings }: Pick<CartGiven, 'store' | 'world' | 'settings'>, { quote, show, changed }: Desk,
): Pick<Operations<typeof cart>, 'addItem' | 'setItem' | 'removeItem' | 'clear'> => ({
  async addItem({ variantId: given, quantity }, context) {
    const variantId = given.toLowerCase()
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const known = visitorOf(context.caller)
      const before = known === null ? null : await store.find(known.owner, world.now())
      const asked = new Set([variantId, ...before?.lines.map((line) => line.variantId) ?? []])
      const quotes = await quote(asked, context)
      const wanted = quotes.get(variantId)
      if (wanted === undefined || !wanted.sellable) throw variantNotFound()
      const line = before?.lines.find((one) => one.variantId === variantId)
      if (line === undefined && before !== null && before.lines.length >= LINES_MOST) throw cartFull()
      refuseQuantity((line?.quantity ?? 0) + quantity, wanted)
      refuseAmount(before?.lines ?? [], variantId, (line?.quantity ?? 0) + quantity, quotes)
      // A session that names no live cart is never adopted: a guest gets a new one.
      const visitor = before === null && context.caller.is !== 'user' ? newGuest(world) : known ?? newGuest(world)
      const fresh = before === null ? world.id() : null
      const adding = { variantId, quantity, most: mostOf(wanted), seen: seen(wanted) }
      const after = await store.add(visitor.owner, adding, momentFor(visitor.owner, world, settings), fresh)
      if (after !== null) return changed(after, quotes, asked, visitor, context)
    }
    throw busy()
  },

  async setItem({ variantId: given, quantity }, context) {
    const variantId = given.toLowerCase()
    const visitor = visitorOf(context.caller)
    if (visitor === null) throw lineNotFound()
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const before = await store.find(visitor.owner, world.now())
      if (before === null || !before.lines.some((line) => line.variantId === variantId)) throw lineNotFound()
      const asked = new Set(before.lines.map((line) => line.variantId))
      const quotes = await quote(asked, context)
      const wanted = quotes.get(variantId)
      const at = momentFor(visitor.owner, world, settings)
      if (quantity > 0) {
        refuseQuantity(quantity, wanted)
        refuseAmount(before.lines, variantId, quantity, quotes)
      }
      const after = quantity === 0 || wanted === undefined
        ? await store.remove(visitor.owner, variantId, at)
        : await store.set(visitor.owner, { variantId, quantity, seen: seen(wanted) }, at)
      if (after !== null) return changed(after, quotes, asked, visitor, context)
    }
    throw busy()
  },

  async removeItem({ variantId }, context) {
    const visitor = visitorOf(context.caller)
    const after = visitor === null ? null
      : await store.remove(visitor.owner, variantId.toLowerCase(), momentFor(visitor.owner, world, settings))
    if (visitor === null || after === null) throw lineNotFound()
    return changed(after, new Map(), new Set(), visitor, context)
  },

  async clear(_input, context) {
    const visitor = visitorOf(context.caller)
    const after = visitor === null ? null : await store.clear(visitor.owner, momentFor(visitor.owner, world, settings))
    return visitor === null || after === null ? show(null, new Map()) : changed(after, new Map(), new Set(), visitor, context)
  },
})
