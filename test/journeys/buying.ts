import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addToCart, address, bought, checkOut, newProduct, newUser } from '../buying.ts'
import type { Journey } from '../journeys.test.ts'

export default (given: () => Journey): void => {
  test('a buyer registers, finds a product, fills a cart, pays, and finds the order with the same words', async () => {
    const { shop, admin } = given()
    const product = await newProduct(shop, admin, { amount: 1999, stock: 5, category: 'Lamps' })
    const buyer = await newUser(shop)
    const found = await shop.get(`/products?q=${encodeURIComponent(product.name)}`)
    assert.equal(found.body.items[0].id, product.id)
    const { cart } = await addToCart(shop, buyer, product.variants[0].id, 2)
    assert.deepEqual(cart.total, { amount: 3998, currency: 'EUR' })
    assert.equal(cart.itemCount, 2)
    const paid = await checkOut(shop, buyer, { more: { expectedTotal: cart.total, note: 'Ring twice' } })
    assert.equal(paid.status, 201, paid.text)
    const order = paid.body
    assert.equal(order.status, 'paid')
    assert.match(order.number, /^M-\d+$/)
    assert.equal(paid.headers.get('location'), `/orders/${order.id}`)
    assert.equal(order.email, buyer.email)
    assert.equal(order.payment.status, 'captured')
    assert.deepEqual(order.payment.amount, { amount: 3998, currency: 'EUR' })
    assert.equal(order.shippingAddress.recipient, address.recipient)
    assert.equal(order.items[0].quantity, 2)
    assert.equal(order.note, 'Ring twice')
    const read = await shop.get(`/orders/${order.id}`, buyer)
    assert.equal(read.status, 200)
    assert.deepEqual(read.body.items, order.items)
    assert.equal((await shop.get('/orders', buyer)).body.items[0].id, order.id)
    assert.equal((await shop.get(`/orders?number=${order.number}`, buyer)).body.items.length, 1)
    const left = await shop.get(`/products/${product.id}`)
    assert.equal(left.body.variants[0].stock.available, 3)
    assert.deepEqual((await shop.get('/cart', buyer)).body.items, [])
  })

  test('a buyer cannot take more than there is in stock', async () => {
    const { shop, admin } = given()
    const product = await newProduct(shop, admin, { stock: 2 })
    const buyer = await newUser(shop)
    const refused = await shop.post('/cart/items', { variantId: product.variants[0].id, quantity: 3 }, buyer)
    assert.equal(refused.status, 409)
    assert.equal(refused.body.code, 'out_of_stock')
  })

  test('stock that went meanwhile refuses the order, names the line and keeps the cart', async () => {
    const { shop, admin } = given()
    const product = await newProduct(shop, admin, { stock: 3 })
    const variant = product.variants[0].id
    const buyer = await newUser(shop)
    await addToCart(shop, buyer, variant, 3)
    const put = await shop.ask('PUT', `/products/${product.id}/variants/${variant}/stock`, { body: { available: 1 }, token: admin })
    assert.deepEqual(put.body, { available: 1, reserved: 0 })
    const refused = await checkOut(shop, buyer)
    assert.equal(refused.status, 409, refused.text)
    assert.equal(refused.body.code, 'out_of_stock')
    assert.equal(refused.body.errors.length, 1)
    assert.equal((await shop.get('/cart', buyer)).body.items[0].available, 1)
  })

  test('what is taken out of the shop while it lies in a cart is not sold, counted or not', async () => {
    const { shop, admin } = given()
    for (const [stock, leave] of [[5, 'archive'], [null, 'archive'], [5, 'delete'], [null, 'delete']] as const) {
      const product = await newProduct(shop, admin, { stock })
      const buyer = await newUser(shop)
      await addToCart(shop, buyer, product.variants[0].id)
      if (leave === 'delete') await shop.ask('DELETE', `/products/${product.id}`, { token: admin })
      else await shop.ask('PATCH', `/products/${product.id}`, { body: { status: 'archived' }, token: admin })
      assert.equal((await shop.get('/cart', buyer)).body.items[0].available, 0)
      const refused = await checkOut(shop, buyer)
      assert.deepEqual([refused.status, refused.body.code], [409, 'out_of_stock'], `${leave} with ${stock} in stock`)
      assert.equal((await shop.get('/cart', buyer)).body.itemCount, 1)
      assert.equal((await shop.post('/cart/items', { variantId: product.variants[0].id, quantity: 1 }, buyer)).body.code, 'variant_not_found')
    }
  })

  test('one who saw another total is told so, and nothing is bought', async () => {
    const { shop, admin } = given()
    const product = await newProduct(shop, admin, { amount: 500 })
    const buyer = await newUser(shop)
    await addToCart(shop, buyer, product.variants[0].id)
    const refused = await checkOut(shop, buyer, { more: { expectedTotal: { amount: 499, currency: 'EUR' } } })
    assert.equal(refused.status, 409)
    assert.equal(refused.body.code, 'total_changed')
    assert.equal((await shop.get('/cart', buyer)).body.itemCount, 1)
  })

  test('an empty cart buys nothing', async () => {
    const { shop } = given()
    const refused = await checkOut(shop, await newUser(shop))
    assert.equal(refused.body.code, 'cart_empty')
  })

  test('ten buyers of the last three: three orders, seven refusals, none sold twice', async () => {
    const { shop, admin } = given()
    const product = await newProduct(shop, admin, { stock: 3 })
    const variant = product.variants[0].id
    const buyers = await Promise.all(Array.from({ length: 10 }, () => newUser(shop)))
    await Promise.all(buyers.map((buyer) => addToCart(shop, buyer, variant)))
    const answers = await Promise.all(buyers.map((buyer) => checkOut(shop, buyer)))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 201, 201, 409, 409, 409, 409, 409, 409, 409])
    assert.equal((await shop.get(`/products/${product.id}`)).body.variants[0].stock.available, 0)
  })

  test('somebody else\'s order is not there', async () => {
    const { shop, admin } = given()
    const { order } = await bought(shop, admin)
    const other = await newUser(shop)
    assert.equal((await shop.get(`/orders/${order.id}`, other)).status, 404)
    assert.equal((await shop.get(`/orders/${order.id}`)).status, 404)
    assert.equal((await shop.post(`/orders/${order.id}/cancel`, {}, other)).status, 404)
    assert.equal((await shop.get(`/orders/${order.id}`, { token: admin })).status, 200)
  })
}
