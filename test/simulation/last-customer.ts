import type { Caller } from '../../src/module/context.ts'
import type { Client } from './client.ts'
import { type Goods, address } from './shop.ts'
import type { Simulated } from './simulated.ts'

/** Comes when all is quiet: what is shown as available can be bought, and is then shown as gone. */
export const lastCustomer = async ({ story, random }: Simulated, client: Client, goods: readonly Goods[]): Promise<void> => {
  const caller: Caller = { is: 'user', id: '00000000-0000-7000-8000-0000000001a5', sid: 's', may: new Set() }
  const who = 'the last customer'
  const offered = async ({ productId, variantId }: Goods): Promise<number> => {
    const { status, body } = await client.ask({ module: 'product', operation: 'showProduct', input: { idOrSlug: productId }, caller, who })
    return (status === 200 ? body.variants.find(({ id }: { id: string }) => id === variantId)?.stock.available : null) ?? 0
  }
  for (const one of goods) {
    const { variantId } = one
    const available = await offered(one)
    if (available === 0) continue
    const add = await client.ask({ module: 'cart', operation: 'addItem', input: { variantId, quantity: available }, caller, who })
    if (add.status !== 200) return story.problem(`${available} of variant ${variantId} are shown, and the cart answers ${add.status} ${add.code}`)
    const input = { shippingAddress: address, payment: { token: 'tok_ok' } }
    const { status, code, body } = await client.ask({ module: 'order', operation: 'place', input, caller, who, key: `all of ${variantId}` })
    if (status !== 201 || body.status !== 'paid') {
      return story.problem(`${available} of variant ${variantId} are shown, and cannot be bought: ${status} ${code}`)
    }
    const left = await offered(one)
    if (left !== 0) story.problem(`all ${available} of variant ${variantId} were bought, and ${left} are shown`)
    if (random.chance(0.5)) return
  }
}
