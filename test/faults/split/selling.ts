import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { answersIn } from '../../../commands/audit/journal.ts'
import { addToCart, adminToken, checkOut, newProduct } from '../../buying.ts'
import { createChance } from '../../chaos/chance.ts'
import { buyUntil } from '../../chaos/crowd.ts'
import { createNotebook } from '../../chaos/notebook.ts'
import type { Answer } from '../../client.ts'
import { until } from '../../shop.ts'
import type { SplitShop } from '../../split.ts'
import { type Struck, troubles } from './shop.ts'

/** What a crowd is forgiven after all is back: leases of those who were struck, pauses between tries to connect. */
const recoveryMs = 6_000
const soonMs = 6_000

/** What a shop under load is asked for beside its buyers. */
export interface Scene {
  shop: SplitShop
  token: string
  product: any
  /** A guest whose cart holds something. */
  session: string
  buy(): Promise<number>
}

/** Buyers buy while `strike` harms the shop; then the audit counts over all its stores. */
export const struckWhileSelling = async ({ shop: standing, audited }: Struck, strike: (scene: Scene) => Promise<void>): Promise<void> => {
  const shop = standing()
  const token = await adminToken(shop, shop.admin)
  const products = await Promise.all([100_000, null, 60].map((stock) => newProduct(shop, token, { stock })))
  const variants: string[] = products.map((product) => product.variants[0].id)
  const { session } = await addToCart(shop, {}, variants[0]!)
  const buy = async () => {
    try {
      const guest = await addToCart(shop, {}, variants[0]!)
      return (await checkOut(shop, { session: guest.session })).status
    } catch {
      return 0
    }
  }
  const notebook = createNotebook()
  const seed = Math.floor(Math.random() * 2 ** 31)
  let end = Number.MAX_SAFE_INTEGER
  const options = { reach: async () => shop, notebook, chance: createChance(seed), variants, staff: async () => token }
  const crowd = Array.from({ length: 8 }, async (_, at) => { while (Date.now() < end) await buyUntil(`buyer ${at + 1}`, { ...options, end: Math.min(end, Date.now() + 500) }) })
  const bought = () => answersIn(notebook.entries).some(({ operation, status }) => operation === 'place' && status === 201)
  try {
    await until(async () => bought(), (is) => is)
    const from = Date.now()
    await strike({ shop, token, product: products[0], session: session ?? '', buy })
    await until(buy, (status) => status === 201, 40_000)
    notebook.window(from, Date.now() + recoveryMs)
    await sleep(1500)
    end = Date.now()
    await Promise.all(crowd)
    assert.equal(await audited(notebook.entries, 60_000), '', `seed ${seed}\n${troubles(shop)}`)
  } finally {
    end = 0
    await Promise.all(crowd)
  }
}

/** What is asked of a struck shop. */
const asked: Readonly<Record<string, (scene: Scene) => Promise<Answer>>> = {
  product: ({ shop, product }) => shop.get(`/products/${product.slug}`),
  list: ({ shop }) => shop.get('/products?limit=3'),
  cart: ({ shop, session }) => shop.get('/cart', { session }),
  add: ({ shop, session, product }) => shop.post('/cart/items', { variantId: product.variants[0].id, quantity: 1 }, { session }),
  login: ({ shop }) => shop.post('/auth/login', shop.admin),
  orders: ({ shop, token }) => shop.get('/orders?limit=1', { token }),
}

/** Asks each thing some times: those named go on, the others are refused with 503, and nobody waits long for either. */
export const onlyHarms = async (scene: Scene, harmed: readonly string[], settled: () => Promise<unknown> = async () => {}): Promise<void> => {
  await settled()
  for (let times = 0; times < 3; times++) {
    for (const [name, ask] of Object.entries(asked)) {
      const from = performance.now()
      const { status, text } = await ask(scene)
      const ms = performance.now() - from
      assert.ok(ms < soonMs, `${name} took ${Math.round(ms)} ms`)
      if (harmed.includes(name)) assert.ok(status === 503 || status === 504 || status === 200, `${name}: ${status} ${text}`)
      else assert.equal(status, 200, `${name}: ${text}`)
    }
  }
}
/** Waits until what needs it is refused. */
export const gone = (scene: Scene, name: string) => () => until(() => asked[name]!(scene), ({ status }) => status === 503 || status === 504, 15_000)
