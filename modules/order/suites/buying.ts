import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Caller } from '../../../src/module/context.ts'
import type { Place } from '../../../test/place.ts'
import { answered } from './bench.ts'
import { address } from './orders.ts'

export const staff: Caller = {
  is: 'user', id: '00000000-0000-7000-8000-0000000000ad', sid: 'staff',
  may: new Set(['products:write', 'inventory:write', 'orders:read', 'orders:write']),
}

export interface Wanted { caller?: Caller; token?: string; key?: string; price?: number; stock?: number; quantity?: number; more?: object }

/** A shop with all its modules, and what an order's suites do in it over and over. */
export const shopIn = async (place: Place, t: TestContext, settings: Record<string, string> = {}) => {
  const placed = await place.start(t, { settings: { ORDER_SWEEP_MS: '20', ...settings } })
  let keys = 0
  const key = () => `key ${++keys}`
  const newUser = (): Caller & { is: 'user' } => ({ is: 'user', id: placed.world.id(), sid: 'sid', may: new Set() })
  const product = async ({ price = 1000, stock = 10 }: { price?: number; stock?: number } = {}) => {
    const made = await placed.call('product', 'createProduct', { name: `Lamp ${key()}`, variants: [{ price: { amount: price, currency: 'EUR' }, stock }] }, { caller: staff })
    const available = async (): Promise<number> => (await placed.call('product', 'showProduct', { idOrSlug: made.id }, { caller: staff })).variants[0].stock.available
    return { id: String(made.id), variantId: String(made.variants[0].id), available }
  }
  /** POST /orders, as HTTP would answer it. */
  const checkOut = (caller: Caller, { token = 'tok_ok', key: own = key(), more = {} }: Wanted = {}) => answered(placed.reply('order', 'place',
    { shippingAddress: address, payment: { token }, email: 'buyer@example.com', ...more }, { caller, key: own }))
  return {
    placed, key, newUser, product, checkOut,
    add: (caller: Caller, variantId: string, quantity = 1) => placed.reply('cart', 'addItem', { variantId, quantity }, { caller }),
    call: (operation: string, input: object, caller: Caller, own?: string) => answered(placed.reply('order', operation, input, { caller, ...(own === undefined ? {} : { key: own }) })),
    cart: (caller: Caller) => placed.call('cart', 'read', {}, { caller }),
    /** A guest with one piece in the cart. */
    async guest(variantId: string): Promise<Caller & { is: 'guest' }> {
      const { options } = await placed.reply('cart', 'addItem', { variantId, quantity: 1 }, { caller: { is: 'nobody' } })
      return { is: 'guest', session: options.session?.id ?? '' }
    },
    /** An order of a new product, as it was answered. */
    async bought({ caller = newUser(), price = 1000, stock = 10, quantity = 1, ...how }: Wanted = {}) {
      const one = await product({ price, stock })
      await placed.reply('cart', 'addItem', { variantId: one.variantId, quantity }, { caller })
      const { status, body } = await checkOut(caller, how)
      assert.equal(status, 201, JSON.stringify(body))
      return { order: body, caller, product: one }
    },
  }
}
