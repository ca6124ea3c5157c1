import { randomUUID } from 'node:crypto'
import { addToCart, adminToken, checkOut, newProduct, newUser } from '../buying.ts'
import type { Shop } from '../shop.ts'
import type { Wire } from './send.ts'

/** Whose request it is. */
export interface Person { name: string; headers: Readonly<Record<string, string>>; may(access: string): boolean }
/** A shop with a little of everything, so that requests reach deep code. */
export interface Peopled {
  people: readonly Person[]
  /** Puts something into the caller's cart. */
  fill: Wire
  /** Real values by what they name: a path's segment before a hole, or a field. */
  real: Readonly<Record<string, readonly unknown[]>>
}

const PRODUCTS = 8
const open = (access: string): boolean => access === 'public' || access === 'visitor'
/** What requests change and what they delete is not what others buy. */
export const people = async (shop: Shop): Promise<Peopled> => {
  const token = await adminToken(shop, shop.admin)
  const admin = { token }
  for (const name of ['Lamps', 'Chairs', 'Rugs', 'Tables', 'Stools']) await shop.post('/categories', { name }, admin)
  const made = async (count: number) => Promise.all(Array.from({ length: count }, (_, at) => newProduct(shop, token, {
    name: `${['Oak', 'Blue', 'Café', 'Straße'][at % 4]} thing ${randomUUID().slice(0, 4)}`, stock: at % 3 === 0 ? null : 1000, category: at % 2 === 0 ? 'lamps' : 'rugs', tags: ['new', `t${at}`],
  })))
  const [kept, spent, ended] = [await made(PRODUCTS), await made(PRODUCTS * 2), await made(PRODUCTS * 2)]
  const users = [await newUser(shop), await newUser(shop), await newUser(shop)]
  const variants = kept.map(({ variants: [first] }) => first.id)
  const guest = (await addToCart(shop, {}, variants[0])).session ?? ''
  const placed = async (who: { token?: string; session?: string }, cardToken = 'tok_ok') => {
    const { session } = await addToCart(shop, who, variants[1], 2)
    return (await checkOut(shop, { ...who, session }, { cardToken })).body
  }
  const orders = [...await Promise.all(users.map((user) => placed({ token: user.token }))), await placed(users[0] ?? {}), await placed({}), await placed({}), await placed({}, 'tok_declined')]
  const waiting = await Promise.all([1, 2, 3].map(() => placed({}, 'tok_action')))
  await addToCart(shop, { token: users[0]?.token }, variants[2], 3)
  const sessions = (await shop.get('/auth/sessions', { token: users[1]?.token })).body.items
  const cursors = await Promise.all(['/products?limit=2', '/products?limit=2&sort=name', '/products?q=thing&limit=2'].map(async (path) => (await shop.get(path)).body.nextCursor))
  cursors.push((await shop.get('/orders?limit=1', admin)).body.nextCursor, (await shop.get('/auth/users?limit=1', admin)).body.nextCursor)
  const ids = (of: readonly any[]) => of.map(({ id }) => id).filter((id) => typeof id === 'string')
  const orderIds = ids([...orders, ...waiting])
  return {
    people: [
      { name: 'nobody', headers: {}, may: open }, { name: 'a guest', headers: { 'x-session': guest }, may: open },
      { name: 'a customer', headers: { authorization: `Bearer ${users[0]?.token}` }, may: (access) => !access.includes(':') },
      { name: 'an admin', headers: { authorization: `Bearer ${token}` }, may: () => true },
    ],
    fill: { method: 'POST', target: '/cart/items', headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ variantId: variants[0], quantity: 1 })) },
    real: {
      '/products': [...ids(kept), ...kept.map(({ slug }) => slug)], '/variants': variants, '/items': variants, '/orders': orderIds, '/categories': ['lamps', 'rugs', 'chairs'],
      '/users': ids(users), '/sessions': ids(sessions), '/webhooks': ['test'],
      '/test': waiting.map(({ payment }) => payment?.nextAction?.url.split('/').at(-1)).filter(Boolean),
      'changed /products': ids(spent), 'changed /variants': spent.map(({ variants: [first] }) => first.id), 'changed /categories': ['chairs'],
      'deleted /products': ids(ended), 'deleted /categories': ['tables', 'stools'],
      variantId: variants, category: ['lamps', 'rugs'], parent: ['lamps'], currency: ['EUR'], country: ['DE', 'GB'], shippingMethod: ['standard'], status: [], tag: ['new', 't1'],
      email: users.map((user) => user.email), userId: ids(users), q: ['oak thing', 'caf', 'strasse', 'blue'], ids: [ids(kept).join(','), ids(kept).slice(0, 2).join(',')],
      number: orders.map(({ number }) => number).filter(Boolean), cursor: cursors.filter(Boolean), orderToken: orders.map((order) => order.access?.token).filter(Boolean),
      refreshToken: users.map((user) => user.refreshToken), currentPassword: users.map((user) => user.password), password: users.map((user) => user.password),
      token: ['tok_ok', 'tok_declined', 'tok_capture_declined', 'tok_slow_5', 'tok_timeout_once'], ifMatch: ['*', 'W/"1.1"', 'W/"2"', '"1"'], available: [0, 5, null],
    },
  }
}
