import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { test } from 'node:test'
import { addToCart, adminToken, checkOut, newProduct, newUser } from './buying.ts'
import { endShop, shapes, startShop, until } from './shop.ts'

/** One read over a kept connection: answered, refused since nobody listens any more, or lost. */
const asked = (url: string, agent: Agent): Promise<string> => new Promise((resolve) => {
  const one = request(`${url}/products`, { agent }, (response) => {
    response.resume().on('end', () => resolve(response.statusCode === 200 ? 'answered' : `answered ${response.statusCode}`)).on('error', (error) => resolve(error.message))
  })
  one.on('error', (error: NodeJS.ErrnoException) => {
    // A connection that fell idle may be closed at any time (RFC 9112 §9.3.1): nothing was taken.
    resolve(error.code === 'ECONNREFUSED' || (one.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '')) ? 'refused' : `${error.code} ${error.message}`)
  })
  one.end()
})

for (const shape of shapes.slice(0, 2)) {
  test(`${shape.name} told to end loses no request that it took`, async () => {
    const shop = await startShop(shape)
    try {
      const admin = await adminToken(shop, shop.admin)
      const product = await newProduct(shop, admin, { stock: 100 })
      const buyers = await Promise.all(Array.from({ length: 8 }, () => newUser(shop)))
      await Promise.all(buyers.map((buyer) => addToCart(shop, buyer, product.variants[0].id)))
      // Each lives on a connection of its own, which stays open until the shop says otherwise.
      const agent = new Agent({ keepAlive: true })
      let taken = 0
      let ending = false
      const lost: string[] = []
      const reading = async (): Promise<void> => {
        for (;;) {
          const outcome = await asked(shop.url, agent)
          if (outcome === 'refused') return
          if (outcome === 'answered') taken++
          else lost.push(outcome)
          if (lost.length > 20 || (outcome !== 'answered' && !ending)) return
        }
      }
      const readers = Array.from({ length: 8 }, reading)
      const orders = buyers.map((buyer) => checkOut(shop, buyer, { cardToken: 'tok_slow_1500' }))
      await until(async () => (await shop.get('/orders', { token: admin })).body.items.length, (count) => count >= buyers.length)
      ending = true
      const code = shop.stop()
      assert.deepEqual((await Promise.all(orders)).map(({ status }) => status), buyers.map(() => 201))
      assert.equal(await code, 0)
      await Promise.all(readers)
      agent.destroy()
      assert.deepEqual(lost, [])
      assert.ok(taken > 0)
      const again = await shop.again()
      assert.equal((await again.get('/orders?status=paid', { token: admin })).body.items.length, buyers.length)
      await again.kill()
    } finally {
      await endShop(shop)
    }
  })
}

for (const shape of shapes.slice(0, 2)) {
  test(`${shape.name} with DRAIN_MS says that it is about to end, and goes on answering until who sends it requests has learnt of it`, async () => {
    const shop = await startShop(shape, { env: { DRAIN_MS: '1500' } })
    try {
      const ended = shop.stop()
      const { body } = await until(async () => shop.get('/health/ready'), ({ status }) => status === 503)
      assert.deepEqual(body, { status: 'ending' })
      const { status, headers } = await shop.get('/products')
      assert.deepEqual([status, headers.get('connection')], [200, 'close'])
      assert.equal(await ended, 0)
    } finally {
      await endShop(shop)
    }
  })
}
