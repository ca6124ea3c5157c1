import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { answersIn } from '../../../commands/audit/journal.ts'
import { addToCart, adminToken, checkOut, newProduct } from '../../buying.ts'
import { createChance } from '../../chaos/chance.ts'
import { buyUntil } from '../../chaos/crowd.ts'
import { createNotebook } from '../../chaos/notebook.ts'
import type { Answer } from '../../client.ts'
import { until } from '../../shop.ts'
import type { SplitShop } from '../../split.ts'
import { type Struck, onSplitShop } from './shop.ts'

const inCI = process.env['CI'] === 'true'
/** What a crowd is forgiven after all is back: leases of those who were struck, pauses between tries to connect. */
const recoveryMs = 6_000
const soonMs = 6_000

interface Scene {
  shop: SplitShop
  token: string
  product: any
  /** A guest whose cart holds something. */
  session: string
  buy(): Promise<number>
}

/** Buyers buy while `strike` harms the shop; then the audit counts over all its stores. */
const struckWhileSelling = async ({ shop: standing, audited }: Struck, strike: (scene: Scene) => Promise<void>): Promise<void> => {
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
  try {
    await sleep(1500)
    const from = Date.now()
    await strike({ shop, token, product: products[0], session: session ?? '', buy })
    await until(buy, (status) => status === 201, 40_000)
    notebook.window(from, Date.now() + recoveryMs)
    await sleep(1500)
    end = Date.now()
    await Promise.all(crowd)
    assert.equal(await audited(notebook.entries, 60_000), '', `seed ${seed}\n${shop.printed().split('\n').filter((line) => line.includes('"error"')).slice(-40).join('\n')}`)
    const answers = answersIn(notebook.entries)
    assert.ok(answers.some(({ operation, status, at }) => operation === 'place' && status === 201 && at < from), 'nobody bought before')
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
const onlyHarms = async (scene: Scene, harmed: readonly string[], settled: () => Promise<unknown> = async () => {}): Promise<void> => {
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
const gone = (scene: Scene, name: string) => () => until(() => asked[name]!(scene), ({ status }) => status === 503 || status === 504, 15_000)

onSplitShop('a shop of services under load', {}, (struck) => {
  const servers: readonly [string, string, readonly string[], string][] = [
    ['PostgreSQL', 'POSTGRES_URL', ['login', 'orders'], 'login'],
    ['Redis', 'REDIS_URL', ['cart', 'add'], 'cart'],
    ['RabbitMQ', 'RABBITMQ_URL', ['cart', 'add'], 'cart'],
    ['MongoDB', 'MONGO_URL', ['product', 'list', 'cart', 'add'], 'list'],
  ]
  for (const [name, variable, harmed, first] of servers) {
    test(`whose ${name} is killed refuses soon what needs it, sells on when it is back, and has lost nothing`, { timeout: 150_000 }, () => struckWhileSelling(struck, async (scene) => {
      const server = struck.server(variable)
      process.kill(server.pid(), variable === 'POSTGRES_URL' ? 'SIGQUIT' : 'SIGKILL')
      await onlyHarms(scene, harmed, gone(scene, first))
      await server.again()
    }))
  }

  for (const [name, harmed] of [['product', ['product', 'list', 'cart', 'add']], ['cart', ['cart', 'add']], ['order', ['orders']], ['auth', ['login']]] as const) {
    test(`whose ${name} service is killed refuses at once what needs it, and goes on when it is back`, { timeout: 90_000 }, () => struckWhileSelling(struck, async (scene) => {
      const [service] = scene.shop.of(name)
      await service!.now().kill()
      await onlyHarms(scene, harmed)
      await service!.again()
    }))
  }

  for (const name of ['product', 'cart', 'order', 'auth']) {
    test(`whose ${name} service stands still for a while carries on`, { timeout: 150_000 }, () => struckWhileSelling(struck, async ({ shop }) => {
      const { process: child } = shop.of(name)[0]!.now()
      child.kill('SIGSTOP')
      // Longer than any lease; twenty seconds are longer than every deadline as well.
      await sleep(inCI && name === 'order' ? 20_000 : 2_000)
      child.kill('SIGCONT')
    }))
  }
})
