import { randomUUID } from 'node:crypto'
import { addToCart, bought, newUser } from '../buying.ts'
import type { Ask, Client } from '../client.ts'

/** Something of somebody's: how to ask for it, and whether it is still as it was. */
export interface Belonging { holes: Readonly<Record<string, string>>; body?: Record<string, unknown>; isWhole(): Promise<boolean> }
export interface Given { shop: Client; admin: string }

/**
 * Whose things an operation without a permission touches.
 * `everyone's`: the same for all callers. `the caller's`: the request names nobody. `a secret's`: whoever has the
 * unguessable text may. A function: the request names one of somebody's, and it makes one.
 */
export type Rule = 'everyone\'s' | 'the caller\'s' | 'a secret\'s' | ((given: Given) => Promise<Belonging>)

const order = async ({ shop, admin }: Given): Promise<Belonging> => {
  const { order: { id, status }, token } = await bought(shop, admin)
  return { holes: { id }, isWhole: async () => (await shop.get(`/orders/${id}`, { token })).body.status === status }
}

const line = async ({ shop, admin }: Given): Promise<Belonging> => {
  const { product } = await bought(shop, admin)
  const { token } = await newUser(shop)
  const [{ id: variantId }] = product.variants
  await addToCart(shop, { token }, variantId, 2)
  return { holes: { variantId }, body: { quantity: 1 }, isWhole: async () => (await shop.get('/cart', { token })).body.itemCount === 2 }
}

const session = async ({ shop }: Given): Promise<Belonging> => {
  const { token } = await newUser(shop)
  const ask: Ask = { token }
  const { body: { items: [{ id }] } } = await shop.get('/auth/sessions', ask)
  return { holes: { id }, isWhole: async () => (await shop.get('/auth/sessions', ask)).body.items.some((one: { id: string }) => one.id === id) }
}

/** One line an operation: an operation that is not here, and needs no permission, fails the test. */
export const rules: Readonly<Record<string, Rule>> = {
  'auth.register': 'everyone\'s', 'auth.login': 'everyone\'s', 'auth.forgotPassword': 'everyone\'s', 'auth.jwks': 'everyone\'s', 'auth.roles': 'everyone\'s',
  'auth.refresh': 'a secret\'s', 'auth.logout': 'a secret\'s', 'auth.resetPassword': 'a secret\'s', 'auth.verifyEmail': 'a secret\'s',
  'auth.me': 'the caller\'s', 'auth.changePassword': 'the caller\'s', 'auth.sessions': 'the caller\'s', 'auth.endSession': session,
  'product.listProducts': 'everyone\'s', 'product.showProduct': 'everyone\'s', 'product.listCategories': 'everyone\'s',
  'cart.read': 'the caller\'s', 'cart.addItem': 'the caller\'s', 'cart.clear': 'the caller\'s', 'cart.setDestination': 'the caller\'s',
  'cart.setItem': line, 'cart.removeItem': line, 'cart.shippingMethods': 'everyone\'s',
  'order.place': 'the caller\'s', 'order.list': 'the caller\'s', 'order.read': order, 'order.cancel': order,
  'order.webhook': 'a secret\'s', 'order.paymentPage': 'a secret\'s', 'order.paymentDecision': 'a secret\'s',
}

/** What nobody sets by naming it: in no body or query, unless the operation itself takes a field of that name. */
export const masses: readonly string[] = [
  'id', 'role', 'roles', 'permissions', 'isAdmin', 'userId', 'sid', 'email', 'emailVerified', 'passwordHash', 'price', 'unitPrice', 'subtotal', 'tax', 'taxRate', 'total', 'amount',
  'status', 'approved', 'verifiedPurchase', 'rating', 'number', 'reserved', 'version', 'createdAt', 'updatedAt', 'caller', 'key', 'access', 'history', 'payment', 'constructor',
]

export const noSuch = (): string => randomUUID()
