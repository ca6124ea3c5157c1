import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Answer, Client } from './client.ts'

/** Steps that many tests take, each asserting that it went well. */
export const address = { recipient: 'Ada Lovelace', line1: '12 St James’s Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }

const expectStatus = (answer: Answer, status: number): any => {
  assert.equal(answer.status, status, answer.text)
  return answer.body
}

export const adminToken = async (shop: Client, admin: { email: string; password: string }): Promise<string> =>
  expectStatus(await shop.post('/auth/login', admin), 200).accessToken

export const newUser = async (shop: Client, session?: string): Promise<{ token: string; id: string; email: string; password: string; refreshToken: string }> => {
  const email = `buyer-${randomUUID()}@example.com`
  const password = 'a buyer’s long password'
  const body = expectStatus(await shop.post('/auth/register', { email, password, name: 'A Buyer' }, { session }), 201)
  return { token: body.accessToken, id: body.user.id, email, password, refreshToken: body.refreshToken }
}

export interface NewProduct { name?: string; amount?: number; stock?: number | null; category?: string; tags?: string[] }
export const newProduct = async (shop: Client, token: string, { name = `Thing ${randomUUID()}`, amount = 1250, stock = 10, ...rest }: NewProduct = {}): Promise<any> =>
  expectStatus(await shop.post('/products', { name, variants: [{ price: { amount, currency: 'EUR' }, stock }], ...rest }, { token }), 201)

export interface Who { token?: string | undefined; session?: string | undefined }

/** Puts it in the caller's cart; a guest's new session is in the answer. */
export const addToCart = async (shop: Client, who: Who, variantId: string, quantity = 1): Promise<{ cart: any; session: string | undefined }> => {
  const answer = await shop.post('/cart/items', { variantId, quantity }, who)
  return { cart: expectStatus(answer, 200), session: answer.headers.get('x-session') ?? who.session }
}

export interface CheckOut { key?: string; cardToken?: string; more?: Record<string, unknown> }
export const checkOut = (shop: Client, who: Who, { key = randomUUID(), cardToken = 'tok_ok', more = {} }: CheckOut = {}): Promise<Answer> =>
  shop.post('/orders', { shippingAddress: address, payment: { token: cardToken }, ...(who.token === undefined ? { email: 'guest@example.com' } : {}), ...more }, { ...who, key })

/** A user with one bought product: the order as answered. */
export const bought = async (shop: Client, admin: string, { quantity = 1, ...about }: NewProduct & { quantity?: number } = {}): Promise<{ order: any; product: any; token: string; id: string }> => {
  const product = await newProduct(shop, admin, about)
  const { token, id } = await newUser(shop)
  await addToCart(shop, { token }, product.variants[0].id, quantity)
  return { order: expectStatus(await checkOut(shop, { token }), 201), product, token, id }
}
