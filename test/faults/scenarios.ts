import { adminToken, newProduct } from '../buying.ts'
import { type Shopper, type ShopperOptions, shopper } from '../chaos/shopper.ts'
import type { Client } from '../client.ts'
import { admin } from './inside.ts'

/** One way through the checkout; together they take every step. It asks again until it knows, whatever happens meanwhile. */
export interface Scenario {
  readonly name: string
  readonly product: keyof Shelf
  run(buyer: Shopper, staff: () => Promise<string>): Promise<void>
}

const pays = (name: string, cardToken: string): Scenario => ({ name, product: 'plenty', run: async (buyer) => { await buyer.place({ cardToken }) } })
const asksTheBank = (name: string, then: (buyer: Shopper, order: any) => Promise<unknown>): Scenario => ({
  name, product: 'plenty',
  async run(buyer) {
    const answer = await buyer.place({ cardToken: 'tok_action' })
    if (answer?.status === 201 && answer.body.payment.nextAction !== null) await then(buyer, answer.body)
  },
})

export const scenarios: readonly Scenario[] = [
  pays('a payment', 'tok_ok'),
  pays('a declined payment', 'tok_declined'),
  pays('a capture that is declined', 'tok_capture_declined'),
  pays('a provider that is not reached', 'tok_unavailable'),
  pays('an authorization whose answer is lost', 'tok_timeout_once'),
  pays('a capture whose answer is lost', 'tok_capture_timeout_once'),
  asksTheBank('a bank that approves', (buyer, order) => buyer.decide(order.payment.nextAction.url, 'approve')),
  asksTheBank('a bank that declines', (buyer, order) => buyer.decide(order.payment.nextAction.url, 'decline')),
  asksTheBank('a bank that never answers', async () => {}),
  asksTheBank('a cancel while the bank is asked', (buyer, order) => buyer.cancel(order.id)),
  {
    name: 'a cancel after the payment', product: 'plenty',
    async run(buyer) {
      const answer = await buyer.place()
      if (answer?.status === 201) await buyer.cancel(answer.body.id)
    },
  },
  {
    name: 'refunds', product: 'plenty',
    async run(buyer, staff) {
      const answer = await buyer.place()
      if (answer?.status !== 201) return
      await buyer.refund(answer.body.id, 100, await staff())
      await buyer.refund(answer.body.id, null, await staff())
    },
  },
  { name: 'goods that are gone', product: 'gone', run: async (buyer) => { await buyer.place() } },
  { name: 'goods that cost nothing', product: 'free', run: async (buyer) => { await buyer.place() } },
]

/** The variants that the scenarios buy. */
export interface Shelf { plenty: string; free: string; gone: string }
export interface Stocked {
  readonly shelf: Shelf
  /** Sets how many of `gone` there are: some when they are put into carts, none at the checkout. */
  restock(available: number): Promise<void>
}

/** Puts goods for the scenarios into a new shop. */
export const stocked = async (shop: Client): Promise<Stocked> => {
  const token = await adminToken(shop, admin)
  const [plenty, free, gone] = [
    await newProduct(shop, token, { stock: 10_000 }), await newProduct(shop, token, { amount: 0, stock: 1000 }), await newProduct(shop, token, { stock: 1000 }),
  ]
  const variantOf = (product: any): string => product.variants[0].id
  return {
    shelf: { plenty: variantOf(plenty), free: variantOf(free), gone: variantOf(gone) },
    async restock(available) {
      const token = await adminToken(shop, admin)
      const answer = await shop.ask('PUT', `/products/${gone.id}/variants/${variantOf(gone)}/stock`, { token, body: { available } })
      if (answer.status !== 200) throw new Error(answer.text)
    },
  }
}

/** A guest with a filled cart. */
export const filled = async (options: ShopperOptions, { product }: Scenario, shelf: Shelf): Promise<Shopper> => {
  const buyer = shopper(options)
  if (!await buyer.add(shelf[product], 2)) throw new Error('The cart could not be filled')
  return buyer
}
