import type { Caller } from '../../src/module/context.ts'
import type { Client } from './client.ts'
import type { Random } from './prng.ts'

/** What there is to buy, and who may change it. */
export interface Goods { productId: string; variantId: string; price: number; stock: number | null }

export const staff: Caller = {
  is: 'user', id: '00000000-0000-7000-8000-0000000000ad', sid: 'staff',
  may: new Set(['products:write', 'inventory:write', 'orders:read', 'orders:write']),
}

/** A small shop with little in it, so that buyers meet. */
export const stockUp = async (client: Client, random: Random): Promise<Goods[]> => {
  const goods: Goods[] = []
  const products = random.int(2, 4)
  for (let at = 0; at < products; at++) {
    const variants = Array.from({ length: random.int(1, 2) }, (_, n) => ({
      name: `Variant ${n}`, options: { Size: String(n) },
      price: { amount: random.chance(0.08) ? 0 : random.int(1, 5000), currency: 'EUR' },
      stock: random.chance(0.1) ? null : random.chance(0.65) ? random.int(0, 4) : random.int(5, 20),
    }))
    const input = { name: `Thing ${at}`, variants }
    const { status, body } = await client.ask({ module: 'product', operation: 'createProduct', input, caller: staff, who: 'staff' })
    if (status !== 201) throw new Error(`The shop cannot be filled: ${status} ${JSON.stringify(body)}`)
    for (const { id, price, stock } of body.variants) goods.push({ productId: body.id, variantId: id, price: price.amount, stock: stock.available })
  }
  return goods
}

export const address = {
  recipient: 'Ada Lovelace', line1: '12 St James’s Square', line2: null, city: 'London', region: null,
  postalCode: 'SW1Y 4JH', country: 'GB', phone: null,
}
