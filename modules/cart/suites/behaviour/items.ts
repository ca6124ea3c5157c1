import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '../../../../test/place.ts'
import { refused, shopIn } from '../shopping.ts'

const nobody = { is: 'nobody' } as const
const unknown = '00000000-0000-7000-8000-00000000dead'

export default (place: Place): void => {
  test('a line shows its product as it is now, and the cart its sums', async (t) => {
    const shop = await shopIn(place, t)
    const { productId, variantId } = await shop.variant({ price: 1999, stock: 7 })
    const cart = await shop.add(nobody, variantId, 2)
    const [item] = cart.items
    assert.deepEqual([item.variantId, item.productId, item.slug, item.quantity, item.available], [variantId, productId, 'lamp-1', 2, 7])
    assert.deepEqual([item.unitPrice, item.subtotal, item.tax, item.taxRate], [{ amount: 1999, currency: 'EUR' }, { amount: 3998, currency: 'EUR' }, { amount: 0, currency: 'EUR' }, 0])
    assert.deepEqual([cart.itemCount, cart.subtotal.amount, cart.shipping.amount, cart.total.amount, cart.taxIncluded, cart.currency], [2, 3998, 0, 3998, false, 'EUR'])
    assert.deepEqual([cart.destination, cart.notices], [{ country: null, region: null, postalCode: null, shippingMethod: null }, []])
  })

  test('without a session the cart is empty and nothing is started', async (t) => {
    const shop = await shopIn(place, t)
    const { body, options } = await shop.placed.reply('cart', 'read', {})
    assert.deepEqual([body.id, body.items, body.itemCount, body.total.amount, body.updatedAt, body.expiresAt], [null, [], 0, 0, null, null])
    assert.equal(options.session, undefined)
    assert.equal((await shop.placed.reply('cart', 'clear', {})).body.id, null)
  })

  test('a price that changes shows at the next look', async (t) => {
    const shop = await shopIn(place, t)
    const { productId, variantId } = await shop.variant({ price: 1000 })
    const { caller } = await shop.guest([variantId, 2])
    await shop.placed.call('product', 'patchProduct', { id: productId, variants: [{ id: variantId, price: { amount: 900, currency: 'EUR' } }] }, {
      caller: { is: 'user', id: unknown, sid: '', may: new Set(['products:write']) },
    })
    assert.equal((await shop.cart(caller)).total.amount, 1800)
  })

  test('an unknown variant, and one that is not for sale, cannot be added', async (t) => {
    const shop = await shopIn(place, t)
    await assert.rejects(shop.add(nobody, unknown), refused('variant_not_found', 404))
    const { productId, variantId } = await shop.variant()
    await shop.remove(productId)
    await assert.rejects(shop.add(nobody, variantId), refused('variant_not_found', 404))
  })

  test('a buyer cannot take more than there is in stock, in one go or several', async (t) => {
    const shop = await shopIn(place, t)
    const { variantId } = await shop.variant({ stock: 3 })
    await assert.rejects(shop.add(nobody, variantId, 4), refused('out_of_stock', 409))
    const { caller } = await shop.guest([variantId, 2])
    await assert.rejects(shop.add(caller, variantId, 2), (error: any) => error.code === 'out_of_stock' && error.about.errors[0].path === '/quantity')
    assert.equal((await shop.add(caller, variantId, 1)).itemCount, 3)
  })

  test('a line holds 999 pieces, and a cart 100 lines', async (t) => {
    const shop = await shopIn(place, t)
    const { variantId } = await shop.variant({ price: 1 })
    await assert.rejects(shop.add(nobody, variantId, 1000), refused('quantity_limit', 409))
    const user = shop.newUser()
    await shop.add(user, variantId, 999)
    await assert.rejects(shop.add(user, variantId), refused('quantity_limit', 409))
    for (let n = 1; n < 100; n++) await shop.add(user, (await shop.variant({ price: 1 })).variantId)
    await assert.rejects(shop.add(user, (await shop.variant()).variantId), refused('cart_full', 409))
    assert.equal((await shop.cart(user)).items.length, 100)
  })

  test('a cart is not worth more than can be charged', async (t) => {
    const shop = await shopIn(place, t)
    const dear = await shop.variant({ price: 30_000_000_000 })
    const { caller } = await shop.guest([dear.variantId, 1])
    await assert.rejects(shop.add(caller, dear.variantId), refused('amount_limit', 409))
    await assert.rejects(shop.placed.call('cart', 'setItem', { variantId: dear.variantId, quantity: 2 }, { caller }), refused('amount_limit', 409))
    assert.equal((await shop.cart(caller)).total.amount, 30_000_000_000)
  })

  test('a quantity is set, 0 removes, and a line that is not there is not found', async (t) => {
    const shop = await shopIn(place, t)
    const [one, two] = [await shop.variant({ stock: 5 }), await shop.variant()]
    const { caller } = await shop.guest([one.variantId, 1], [two.variantId, 1])
    const set = (variantId: string, quantity: number) => shop.placed.call('cart', 'setItem', { variantId, quantity }, { caller })
    assert.equal((await set(one.variantId, 5)).itemCount, 6)
    await assert.rejects(set(one.variantId, 6), refused('out_of_stock', 409))
    await assert.rejects(set(one.variantId, 1000), refused('quantity_limit', 409))
    assert.deepEqual((await set(one.variantId, 0)).items.map((item: any) => item.variantId), [two.variantId])
    for (const variantId of [one.variantId, unknown, 'no-id']) {
      await assert.rejects(set(variantId, 1), refused('line_not_found', 404))
      await assert.rejects(shop.placed.call('cart', 'removeItem', { variantId }, { caller }), refused('line_not_found', 404))
    }
    await assert.rejects(shop.placed.call('cart', 'setItem', { variantId: two.variantId, quantity: 1 }), refused('line_not_found', 404))
    assert.deepEqual((await shop.placed.call('cart', 'removeItem', { variantId: two.variantId.toUpperCase() }, { caller })).items, [])
  })

  test('an emptied cart keeps its id and its destination', async (t) => {
    const shop = await shopIn(place, t)
    const { caller } = await shop.guest([(await shop.variant()).variantId, 3])
    const before = await shop.placed.call('cart', 'setDestination', { country: 'DE' }, { caller })
    const after = await shop.placed.call('cart', 'clear', {}, { caller })
    assert.deepEqual([after.id, after.items, after.total.amount, after.destination.country], [before.id, [], 0, 'DE'])
  })

  test('a product that ran short or vanished keeps its line, with what is available', async (t) => {
    const shop = await shopIn(place, t)
    const [short, gone] = [await shop.variant({ stock: 5 }), await shop.variant({ price: 300 })]
    const { caller } = await shop.guest([short.variantId, 4], [gone.variantId, 2])
    const before = await shop.cart(caller)
    await shop.setStock(short.productId, short.variantId, 1)
    await shop.remove(gone.productId)
    const after = await shop.cart(caller)
    assert.deepEqual(after.items.map((item: any) => [item.quantity, item.available]), [[4, 1], [2, 0]])
    assert.deepEqual([after.items[1].name, after.items[1].unitPrice, after.total], [before.items[1].name, before.items[1].unitPrice, before.total])
    await assert.rejects(shop.placed.call('cart', 'setItem', { variantId: gone.variantId, quantity: 1 }, { caller }), refused('out_of_stock', 409))
    assert.equal((await shop.placed.call('cart', 'setItem', { variantId: gone.variantId, quantity: 0 }, { caller })).items.length, 1)
  })

  test('fifty additions at once all count, of one variant and of many', async (t) => {
    const shop = await shopIn(place, t)
    const user = shop.newUser()
    const variants = await Promise.all(Array.from({ length: 5 }, () => shop.variant()))
    await Promise.all(Array.from({ length: 50 }, (_, n) => shop.add(user, variants[n % 5]!.variantId, 1)))
    const cart = await shop.cart(user)
    assert.deepEqual(cart.items.map((item: any) => item.quantity), [10, 10, 10, 10, 10])
  })

  test('of fifty at once as many fit as are in stock', async (t) => {
    const shop = await shopIn(place, t)
    const { variantId } = await shop.variant({ stock: 7 })
    const user = shop.newUser()
    const added = await Promise.allSettled(Array.from({ length: 50 }, () => shop.add(user, variantId)))
    assert.equal(added.filter(({ status }) => status === 'fulfilled').length, 7)
    for (const one of added) if (one.status === 'rejected') assert.equal(one.reason.code, 'out_of_stock')
  })
}
