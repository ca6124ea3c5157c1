import type { Caller } from '../../src/module/context.ts'
import type { Answered, Client } from './client.ts'
import { type Goods, address } from './shop.ts'
import type { Simulated } from './simulated.ts'

const mostTries = 5

/** Comes when all is quiet: what is shown as available can be bought, and a change of mind at the bank's door is granted at once. */
export const lastCustomer = async ({ story, skewMs, leaseMs }: Simulated, client: Client, goods: readonly Goods[]): Promise<void> => {
  const caller: Caller = { is: 'user', id: '00000000-0000-7000-8000-0000000001a5', sid: 's', may: new Set() }
  const who = 'the last customer'
  const ask = (module: string, operation: string, input: object, key?: string): Promise<Answered> =>
    client.ask({ module, operation, input, caller, who, ...(key === undefined ? {} : { key }) })
  const place = async (token: string): Promise<Answered> => {
    for (let tries = 1; ; tries++) {
      const answer = await ask('order', 'place', { shippingAddress: address, payment: { token } }, `by ${token} ${tries}`)
      // Clocks that are further apart than a lease let another take the order over, and give it up.
      if (answer.code !== 'checkout_abandoned' || skewMs < leaseMs || tries === mostTries) return answer
    }
  }
  const shown = async ({ productId, variantId }: Goods): Promise<number> => {
    const { status, body } = await ask('product', 'showProduct', { idOrSlug: productId })
    return (status === 200 ? body.variants.find(({ id }: { id: string }) => id === variantId)?.stock.available : null) ?? 0
  }

  for (const one of goods) {
    const { variantId } = one
    const available = await shown(one)
    if (available === 0) continue
    const expect = (holds: boolean, what: string) => { if (!holds) story.problem(`${available} of variant ${variantId} are shown, and ${what}`) }
    const add = await ask('cart', 'addItem', { variantId, quantity: available })
    expect(add.status === 200, `the cart answers ${add.status} ${add.code}`)

    const undecided = await place('tok_action')
    if (undecided.status !== 201) return expect(false, `ordering them is answered ${undecided.status} ${undecided.code}`)
    const cancel = await ask('order', 'cancel', { id: undecided.orderId })
    expect(cancel.status === 200, `cancelling their order is answered ${cancel.status} ${cancel.code}`)
    expect(await shown(one) === available, `are not after their order was cancelled`)
    // Where nothing was to be paid the order was settled at once, and its cart is empty.
    if (undecided.body?.status !== 'pending') await ask('cart', 'addItem', { variantId, quantity: available })

    const bought = await place('tok_ok')
    expect(bought.status === 201 && bought.body.status === 'paid', `cannot be bought: ${bought.status} ${bought.code}`)
    expect(await shown(one) === 0, 'still are after they were all bought')
    return
  }
}
