import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { everyServer } from '../deploy/local/every-server.ts'
import type { Server } from '../deploy/local/server.ts'
import { everyModule } from '../modules/modules.ts'
import { queueMigrations } from '../src/bus/queues.ts'
import { eventToJson } from '../src/bus/wire.ts'
import { lua } from '../src/databases/keys.ts'
import { openRedis } from '../src/databases/redis/open.ts'
import { openReadOnly } from '../src/databases/sqlite/dump.ts'
import { openSqlite } from '../src/databases/sqlite/open.ts'
import { type Row, sql } from '../src/databases/sql.ts'
import type { Module } from '../src/module/module.ts'
import { storesIn } from '../src/process/backup.ts'
import { movingOf } from '../src/process/moved.ts'
import { prefixOf } from '../src/process/servers.ts'
import { realWorld } from '../src/process/world.ts'
import { addToCart, adminToken, bought, checkOut, newProduct, newUser } from '../test/buying.ts'
import { onServers, urlsOf } from '../test/servers.ts'
import { type Shop, bin, endShop, shapes, startShop, until } from '../test/shop.ts'
import { auditFolder } from './audit/folder.ts'
import { printed, violations } from './audit/printed.ts'
import { type Digest, digestOf } from './move/digest.ts'
import { move } from './move/move.ts'

const root = join(import.meta.dirname, '..')
const shape = shapes[0]!
type Env = Record<string, string>
interface Said { code: number; out: string; err: string }

const args = (from: string, ...more: string[]) => [join(root, 'commands/move.ts'), '--from', from, '--to', 'env', ...more]
const command = (env: Env, from: string, ...more: string[]): Promise<Said> => new Promise((resolve) => {
  execFile(bin('node'), args(from, ...more), { env: { PATH: process.env['PATH'], ...env } }, (error, out, err) =>
    resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, out, err }))
})
/** Kills the move when it has said that its first store is there. */
const killed = (env: Env, from: string): Promise<void> => new Promise((resolve) => {
  const child = spawn(bin('node'), args(from), { env: { PATH: process.env['PATH'], ...env } })
  child.stdout.on('data', (chunk) => { if (String(chunk).includes('copied and compared')) child.kill('SIGKILL') })
  child.once('exit', () => resolve())
})

/** Modules of which one's store is killed in its load: the first rows are there, and nobody clears up. */
const dying = (name: string): Module[] => everyModule.map((module) => {
  const { mongo, redis } = module.stores
  if (module.contract.name !== name) return module
  const few = async function* (rows: AsyncIterable<Row>) {
    let left = 8
    for await (const row of rows) if (left-- > 0) yield row
  }
  const cut = (store: any) => ({ ...store, load: async (rows: AsyncIterable<Row>) => { await store.load(few(rows)); throw new Error('killed') } })
  return { ...module, stores: {
    ...module.stores, ...redis && { redis: { open: (keys) => cut(redis.open(keys)) } }, ...mongo && { mongo: { ...mongo, open: (documents, cache) => cut(mongo.open(documents, cache)) } },
  } }
})

const contents = async (folder: string): Promise<Record<string, Digest>> =>
  Object.fromEntries(await Promise.all(storesIn(folder).map(async (path) => [path, await digestOf(openReadOnly(path).dump())] as const)))

/** What people see of their shop. */
interface Seen { orders: any[]; cart: any; products: any; search: any }
interface Filled { shop: Shop; buyers: { token: string; password: string; email: string; orderId: string }[]; session: string | undefined; seen(shop: Shop): Promise<Seen> }

const fill = async (folder: string): Promise<Filled> => {
  const shop = await startShop(shape, { folder })
  const admin = await adminToken(shop, shop.admin)
  const buyers: Filled['buyers'] = []
  for (let number = 1; number <= 3; number++) {
    const buyer = await newUser(shop)
    const product = await newProduct(shop, admin, { name: `Lamp ${number}`, tags: ['light'], amount: 1000 + number })
    await addToCart(shop, buyer, product.variants[0].id)
    const order = await checkOut(shop, buyer)
    assert.equal(order.status, 201, order.text)
    buyers.push({ ...buyer, orderId: order.body.id })
  }
  const declined = await newUser(shop)
  const product = await newProduct(shop, admin)
  await addToCart(shop, declined, product.variants[0].id)
  assert.equal((await checkOut(shop, declined, { cardToken: 'tok_declined' })).status, 402)
  const { session } = await addToCart(shop, {}, product.variants[0].id, 2)
  return {
    shop, buyers, session,
    async seen(now) {
      const orders = []
      for (const { email, password, orderId } of buyers) {
        const { body } = await now.post('/auth/login', { email, password })
        orders.push((await now.get(`/orders/${orderId}`, { token: body.accessToken })).body)
      }
      const body = async (path: string, about = {}) => (await now.get(path, about)).body
      return { orders, cart: await body('/cart', { session }), products: await body('/products?limit=50'), search: await body('/products?q=lamp') }
    },
  }
}

const moving = (name: string, servers: readonly Server[]) => onServers(name, servers, (running) => {
  describe('moved', () => {
    const place = mkdtempSync(join(tmpdir(), 'mercado-move-'))
    const folder = join(place, 'embedded')
    const PUBLIC_URL = 'http://shop.test'
    let filled: Filled
    let seen: Seen
    let env: Env
    const hasBroker = servers.some(({ variable }) => variable === 'RABBITMQ_URL')
    before(async () => {
      env = urlsOf(servers, running)
      filled = await fill(folder)
    })
    after(async () => {
      if (filled !== undefined) await endShop(filled.shop)
      rmSync(place, { recursive: true, force: true })
    })

    test('never while it sells', async () => {
      const { code, err } = await command(env, folder)
      assert.deepEqual([code, movingOf(folder)], [1, null])
      assert.match(err, /in use by another process/)
      seen = await filled.seen(filled.shop)
      assert.equal(await filled.shop.stop(), 0)
      // What the bus still had to do: one event that cart has not heard, and one that it refused.
      const world = realWorld()
      const { sql: db, close } = await openSqlite({ path: join(folder, 'bus.db'), migrations: queueMigrations, world })
      for (const dead of [0, 1]) {
        const event = { id: world.id(), type: 'guest.signed_in.v1' as const, time: new Date().toISOString(), trace: 'a'.repeat(32), data: { userId: world.id(), session: `moved-${dead}-session-of-a-guest` } }
        await db.write({ statements: [sql`insert into delivery (module, event_id, event, attempts, due_at, first_at, last_at, error, dead)
          values ('cart', ${event.id}, ${eventToJson(event)}, ${dead}, ${world.now()}, ${world.now()}, ${world.now()}, ${'it burned'}, ${dead})`], events: [] })
      }
      await close()
    })

    test('not at all by a dry run, which says what would go where', async () => {
      const { code, out } = await command(env, folder, '--dry-run')
      assert.equal(code, 0)
      assert.match(out, /^order: \d+ rows in \d+ tables would go to the schema mercado_order of postgres:\/\/127\.0\.0\.1:\d+\/\w+$/m)
      assert.match(out, hasBroker ? /1 event not yet delivered and 1 dead letter would go to the broker/ : /1 event not yet delivered and 1 dead letter stay in/)
      assert.ok(!out.includes(new URL(env['POSTGRES_URL'] ?? '').password))
      assert.equal(movingOf(folder), null)
    })

    test('wholly, after it was killed in a store and between two, and its folder is as it was', { timeout: 120_000 }, async () => {
      const was = await contents(folder)
      if (env['REDIS_URL'] !== undefined) {
        for (const name of ['product', 'cart']) {
          await assert.rejects(move({ from: folder, env, modules: dying(name), say: () => {} }), /killed/)
          assert.equal(movingOf(folder)?.stores[name]?.state, 'loading')
        }
        // Somebody else's, made meanwhile: nothing is emptied under it.
        const { keys, close } = await openRedis({ url: env['REDIS_URL'], prefix: prefixOf('cart'), world: realWorld() })
        await keys.run(lua`redis.call('SET', KEYS[1], ARGV[1])`, ['inbox:anothers'], ['1 guest.signed_in.v1'])
        const refused = await command(env, folder).finally(async () => {
          await keys.run(lua`redis.call('DEL', KEYS[1])`, ['inbox:anothers'], [])
          await close()
        })
        assert.deepEqual([refused.code, /cart: There are data in the keys mercado:cart:\* of \S+ that this move did not copy/.test(refused.err)], [1, true], refused.err)
        await killed(env, folder)
        assert.equal(movingOf(folder)?.finished, null)
      }
      const { code, out, err } = await command(env, folder)
      assert.equal(code, 0, err)
      for (const store of ['auth', 'order', 'order-ledger']) assert.match(out, new RegExp(`^${store}: (\\d+ rows (copied and compared|are there already, and the same)|was moved)`, 'm'))
      assert.deepEqual(await contents(folder), was)
      assert.notEqual(movingOf(folder)?.finished, null)
    })

    test('so that it sells on there as if nothing had happened, and is counted', { timeout: 120_000 }, async () => {
      const shop = await startShop(shape, { folder: hasBroker ? join(place, 'new') : folder, env: { ...env, PUBLIC_URL } })
      try {
        assert.deepEqual(await filled.seen(shop), seen)
        const [first] = filled.buyers
        await bought(shop, await adminToken(shop, shop.admin))
        assert.equal((await shop.post('/auth/login', { email: first?.email, password: first?.password })).status, 200)
        const checks = await until(() => auditFolder(shop.folder, { env }), (all) => all.every(({ number, findings }) => number === 10 ? findings.length === 1 : findings.length === 0))
        // The dead letter is there still, for an operator to decide; nothing else is wrong.
        assert.equal(violations(checks), 1, printed(checks))
        assert.match(checks.flatMap(({ findings }) => findings)[0] ?? '', /is a dead letter for cart/)
        assert.equal(await shop.stop(), 0)
      } finally {
        if (shop.process.exitCode === null) await shop.kill()
      }
    })

    test('once: neither what stayed behind nor another shop gets in its way', async () => {
      await assert.rejects(startShop(shape, { folder }), /auth: was moved to the schema mercado_auth .* at .*name that server in the settings/)
      assert.match((await command(env, folder)).out, /^auth: was moved at /m)
      const other = join(place, 'other')
      await (await startShop(shape, { folder: other })).stop()
      const before = readFileSync(join(folder, 'moved.json'), 'utf8')
      const { code, err } = await command(env, other)
      assert.equal(code, 1)
      assert.match(err, /^Nothing was copied\.$/m)
      assert.match(err, /auth: There are data in the schema mercado_auth of \S+, and a shop moves into empty stores only/)
      assert.deepEqual([readFileSync(join(folder, 'moved.json'), 'utf8'), movingOf(other)], [before, null])
    })
  })
})

moving('an embedded shop into PostgreSQL', everyServer.filter(({ variable }) => variable === 'POSTGRES_URL'))
moving('an embedded shop into all servers', everyServer)

test('move says how it is used, and what keeps it from moving', async (t) => {
  const empty = mkdtempSync(join(tmpdir(), 'mercado-move-'))
  t.after(() => rmSync(empty, { recursive: true, force: true }))
  assert.equal((await command({}, empty, '--nope')).code, 2)
  const { code, err } = await command({ POSTGRES_URL: 'postgres://127.0.0.1:1/x' }, empty)
  assert.deepEqual([code, /holds no shop's data/.test(err)], [1, true])
  assert.equal((await command({ POSTGRES_URL: 'nonsense' }, empty)).code, 2)
})
