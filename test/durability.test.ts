import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bought, adminToken } from './buying.ts'
import { type Shop, endShop, shapes, startShop } from './shop.ts'

const started: Shop[] = []
after(async () => { for (const shop of started) await endShop(shop) })

test('an order outlives a kill -9 right after its answer, with its stock and its session', async () => {
  const shape = shapes[0]!
  const shop = await startShop(shape)
  started.push(shop)
  const admin = await adminToken(shop, shop.admin)
  const { order, product, token } = await bought(shop, admin, { stock: 5 })
  await shop.kill()
  const again = await shop.again()
  started.push(again)
  const read = await again.get(`/orders/${order.id}`, { token })
  assert.equal(read.status, 200, read.text)
  assert.equal(read.body.status, 'paid')
  assert.deepEqual(read.body.items, order.items)
  assert.equal((await again.get(`/products/${product.id}`)).body.variants[0].stock.available, 4)
  assert.equal(await again.stop(), 0)
})

test('a second process on the same folder is refused with a sentence', async () => {
  const shape = shapes[0]!
  const shop = await startShop(shape)
  started.push(shop)
  await assert.rejects(startShop(shape, { folder: shop.folder }), /another process/i)
})
