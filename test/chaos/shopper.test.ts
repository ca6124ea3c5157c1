import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyModule } from '../../modules/modules.ts'
import { adminToken, newProduct, newUser } from '../buying.ts'
import type { Client } from '../client.ts'
import { admin, openInside } from '../faults/inside.ts'
import { createNotebook } from './notebook.ts'
import { shopper } from './shopper.ts'

test('a user whose first line was put in without an answer has noted it, once the cart is known', async (t) => {
  const shop = await openInside({ modules: everyModule })
  t.after(() => shop.close())
  const product = await newProduct(shop, await adminToken(shop, admin), { stock: 10 })
  const variantId: string = product.variants[0].id
  const { token } = await newUser(shop)
  let broken = false
  const breaking: Client = { ...shop, async post(...asked) {
    const answer = await shop.post(...asked)
    if (broken) return answer
    broken = true
    throw new Error('the connection broke')
  } }
  const notebook = createNotebook()
  const buyer = shopper({ name: 'a user', reach: async () => breaking, notebook }, { token })
  assert.equal(await buyer.add(variantId, 1), false)
  assert.equal(await buyer.add(variantId, 2), true)
  assert.equal((await shop.get('/cart', { token })).body.items[0].quantity, 3)
  const noted = notebook.entries.flatMap((entry) => (entry.kind === 'cart' ? [[entry.cartId, entry.change, entry.acknowledged]] : []))
  assert.deepEqual(noted, [[buyer.cartId, 1, false], [buyer.cartId, 2, true]])
})
