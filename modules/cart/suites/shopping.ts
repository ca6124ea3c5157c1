import type { TestContext } from 'node:test'
import type { Place, Placed } from '../../../test/place.ts'
import type { Caller } from '../../../src/module/context.ts'

export const staff: Caller = { is: 'user', id: '00000000-0000-7000-8000-0000000000ad', sid: 'staff', may: new Set(['products:write', 'inventory:write']) }
export const guestOf = (session: string): Caller => ({ is: 'guest', session })

export interface Wanted { price?: number; stock?: number | null; category?: string }

/** A shop of auth, product and cart as their callers see it, and what a cart's suites do in it over and over. */
export const shopIn = async (place: Place, t: TestContext, settings: Record<string, string> = {}) => {
  const placed: Placed = await place.start(t, { settings })
  let products = 0
  return {
    placed,
    /** A product of one variant, for sale. */
    async variant({ price = 1000, stock = null, category }: Wanted = {}): Promise<{ productId: string; variantId: string }> {
      const made = await placed.call('product', 'createProduct', {
        name: `Lamp ${++products}`, ...(category === undefined ? {} : { category }),
        variants: [{ price: { amount: price, currency: 'EUR' }, stock }],
      }, { caller: staff })
      return { productId: made.id, variantId: made.variants[0].id }
    },
    setStock: (productId: string, variantId: string, available: number) =>
      placed.call('product', 'setStock', { id: productId, variantId, available }, { caller: staff }),
    remove: (productId: string) => placed.call('product', 'deleteProduct', { id: productId }, { caller: staff }),
    add: (caller: Caller, variantId: string, quantity = 1) => placed.call('cart', 'addItem', { variantId, quantity }, { caller }),
    /** A guest with these in the cart. */
    async guest(...variants: readonly [variantId: string, quantity: number][]): Promise<{ caller: Caller; session: string }> {
      let caller: Caller = { is: 'nobody' }
      let session = ''
      for (const [variantId, quantity] of variants) {
        const { options } = await placed.reply('cart', 'addItem', { variantId, quantity }, { caller })
        session = options.session?.id ?? ''
        caller = guestOf(session)
      }
      return { caller, session }
    },
    cart: (caller: Caller) => placed.call('cart', 'read', {}, { caller }),
    newUser: (): Caller & { is: 'user' } => ({ is: 'user', id: placed.world.id(), sid: 'sid', may: new Set() }),
  }
}

/** What an `assert.rejects` compares a fault with. */
export const refused = (code: string, status: number) => ({ name: 'FaultError', code, status })
