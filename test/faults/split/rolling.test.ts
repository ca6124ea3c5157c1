import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createNotebook } from '../../chaos/notebook.ts'
import { shopper } from '../../chaos/shopper.ts'
import { addToCart, adminToken, newProduct } from '../../buying.ts'
import { splitShapes } from '../../split.ts'
import { onSplitShop } from './shop.ts'

const { parts } = splitShapes.find(({ name }) => name.startsWith('two instances'))!

onSplitShop('a shop with two instances of each service', { parts }, (struck) => {
  test('loses no request while each instance in turn is told to stop and started again', { timeout: 120_000 }, async () => {
    const shop = struck.shop()
    const token = await adminToken(shop, shop.admin)
    const product = await newProduct(shop, token, { stock: 100_000 })
    const variant: string = product.variants[0].id
    const notebook = createNotebook()
    const refused: string[] = []
    let over = false
    const note = (what: string, { status, text }: { status: number; text: string }) => { if (status >= 400) refused.push(`${what}: ${status} ${text.slice(0, 300)}`) }
    const reading = async () => { while (!over) note('read', await shop.get(`/products/${product.slug}`)) }
    const signingIn = async () => { while (!over) note('sign in', await shop.post('/auth/login', shop.admin)) }
    const buying = async (name: string) => {
      for (let times = 0; !over; times++) {
        const { session } = await addToCart(shop, {}, variant)
        const answer = await shopper({ name: `${name} ${times}`, reach: async () => shop, notebook, notesCart: false }, { session }).place()
        if (answer !== null) note('buy', answer)
      }
    }
    const crowd = [reading(), reading(), signingIn(), buying('one'), buying('two')]
    try {
      for (const service of shop.services.filter(({ holds }) => holds !== 'gateway')) {
        assert.equal(await service.now().stop(), 0, `${service.holds} did not end in order`)
        await service.again()
      }
    } finally {
      over = true
      await Promise.all(crowd)
    }
    assert.deepEqual(refused, [])
    assert.equal(await struck.audited(notebook.entries), '')
    const orders = notebook.entries.filter((entry) => entry.kind === 'answer' && entry.status === 201)
    assert.ok(orders.length > 10, 'hardly anybody bought')
    assert.ok(notebook.entries.every((entry) => entry.kind !== 'answer' || entry.status === 201), 'an order was refused or its connection broke')
  })
})
