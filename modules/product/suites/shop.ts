import type { TestContext } from 'node:test'
import { isFault } from '../../../src/contract/fault.ts'
import type { Caller } from '../../../src/module/context.ts'
import type { CallAbout, Place } from '../../../test/place.ts'
import { product } from '../contract/index.ts'
import { productModule } from '../module.ts'

export const eur = (amount: number) => ({ amount, currency: 'EUR' })
export const nobody: Caller = { is: 'nobody' }
const user = (n: number, ...may: string[]): Caller =>
  ({ is: 'user', id: `0190a0a0-0000-7000-8000-00000000000${n}`, sid: `0190a0a1-0000-7000-8000-00000000000${n}`, may: new Set(may) })
/** Who may do all that products need. */
export const staff = user(1, 'products:write', 'inventory:write')
export const otherStaff = user(2, 'products:write', 'inventory:write')
export const customer = user(3)

/** How it was refused: the fault's code, and where. */
export const refused = async (asked: Promise<unknown>): Promise<[code: string, ...paths: string[]]> => {
  try {
    await asked
  } catch (error) {
    if (isFault(error)) return [error.code, ...(error.about.errors ?? []).map(({ path }) => path)]
    throw error
  }
  throw new Error('it was not refused')
}

/** A shop of products alone. */
export const shopIn = async (place: Place, t: TestContext) => {
  const placed = await place.start(t, { modules: [productModule] })
  const call = (operation: string, input: object, about: CallAbout = { caller: staff }) => placed.call('product', operation, input, about)
  return {
    placed, call,
    door: placed.door(product),
    context: placed.context,
    reply: (operation: string, input: object, about: CallAbout = { caller: staff }) => placed.reply('product', operation, input, about),
    /** A product with one variant, unless `about` says otherwise. */
    create: (about: object = {}) => call('createProduct', { name: 'Lamp', variants: [{ price: eur(1000), stock: 5 }], ...about }),
    show: (idOrSlug: string, caller: Caller = nobody) => call('showProduct', { idOrSlug }, { caller }),
    async slugs(query: object = {}, caller: Caller = nobody): Promise<string[]> {
      const { items } = await call('listProducts', query, { caller })
      return items.map(({ slug }: { slug: string }) => slug)
    },
  }
}
