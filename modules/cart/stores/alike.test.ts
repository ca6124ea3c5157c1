import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { redis } from '../../../deploy/local/redis.ts'
import { openRedis } from '../../../src/databases/redis/open.ts'
import type { Portable } from '../../../src/databases/sql.ts'
import { openSqlite } from '../../../src/databases/sqlite/open.ts'
import { onServers } from '../../../test/servers.ts'
import { testWorld } from '../../../test/world.ts'
import type { CartStore, Claim, Destination, Owner } from '../store.ts'
import { guest, id, otherGuest, user, variant } from '../suites/carts.ts'
import { migrations } from './migrations.ts'
import { openRedis as openCarts } from './redis.ts'
import { openSqlite as openEmbedded } from './sqlite.ts'

const otherUser: Owner = `user:${id(0xa11)}`
type Store = CartStore & Portable
/** A change, the same for both stores; `fresh` is an id that no cart had. */
interface Step { say: string; run(store: Store, now: number, fresh: string): Promise<unknown> }
const step = <A>(name: string, about: { [K in keyof A]: fc.Arbitrary<A[K]> }, run: (about: A, store: Store, now: number, fresh: string) => Promise<unknown>): fc.Arbitrary<Step> =>
  fc.record(about).map((chosen) => ({ say: `${name} ${JSON.stringify(chosen)}`, run: (...where) => run(chosen, ...where) }))

const owner = fc.constantFrom<Owner>(guest, otherGuest, user, otherUser)
const which = fc.integer({ min: 1, max: 4 }).map(variant)
const quantity = fc.integer({ min: 1, max: 6 })
const seen = fc.constantFrom('{}', '{"name":"größer & \\"kleiner\\""}')
/** Some carts expire on the way. */
const lives = fc.constantFrom(3, 1000)
const starts = fc.boolean()
const text = fc.constantFrom(null, 'DE', '', 'ein Text')
const patch: fc.Arbitrary<Partial<Destination>> = fc.record({ country: text, region: text, postalCode: text, shippingMethod: text }, { requiredKeys: [] })
const lines = fc.uniqueArray(fc.record({ variantId: which, quantity }), { maxLength: 3, selector: (line) => line.variantId })

const add = step('add', { owner, which, quantity, seen, lives, most: fc.constantFrom(5, 999), starts }, (about, store, now, fresh) =>
  store.add(about.owner, { variantId: about.which, ...about }, { now, expiresAt: now + about.lives }, about.starts ? fresh : null))
const set = step('set', { owner, which, quantity, seen, lives }, (about, store, now) =>
  store.set(about.owner, { variantId: about.which, ...about }, { now, expiresAt: now + about.lives }))
const remove = step('remove', { owner, which, lives }, (about, store, now) => store.remove(about.owner, about.which, { now, expiresAt: now + about.lives }))
const clear = step('clear', { owner, lives }, (about, store, now) => store.clear(about.owner, { now, expiresAt: now + about.lives }))
const setDestination = step('setDestination', { owner, patch, lives, starts }, (about, store, now, fresh) =>
  store.setDestination(about.owner, about.patch, { now, expiresAt: now + about.lives }, about.starts ? fresh : null))
/** An order claims what it found first, however often it is settled. */
const claimed = new WeakMap<Store, Map<number, readonly Claim[]>>()
const settle = step('settle', { owner, order: fc.integer({ min: 1, max: 5 }), raised: fc.integer({ min: 0, max: 2 }), lines }, async (about, store, now) => {
  const snapshot = await store.snapshot(about.owner, now)
  const orders = claimed.get(store) ?? new Map<number, readonly Claim[]>()
  claimed.set(store, orders)
  const claims = orders.get(about.order) ?? snapshot?.claims.map(({ cartId, generation }) => ({ cartId, generation: generation + about.raised })) ?? []
  orders.set(about.order, claims)
  await store.settle({ id: id(0xd0 + about.order), claims, lines: about.lines }, now)
  return snapshot
})
const merge = step('merge', { from: fc.constantFrom<Owner>(guest, otherGuest), to: fc.constantFrom<Owner>(user, otherUser), late: fc.nat({ max: 4 }), lives }, async (about, store, now, fresh) => {
  const theirs = await store.find(about.from, now)
  if (theirs === null) return null
  const mine = await store.find(about.to, now)
  const all = new Map([...mine?.lines ?? [], ...theirs.lines].map((line) => [line.variantId, line]))
  return store.merge({
    guest: { id: theirs.id, version: theirs.version + (about.late === 0 ? 1 : 0) }, user: { owner: about.to, id: mine?.id ?? fresh, version: mine?.version ?? null },
    lines: [...all.values()].map((line, at) => ({ ...line, position: at + 1 })), notices: theirs.lines.length > 1 ? [{ code: 'out_of_stock', variantId: variant(1) }] : [],
    destination: theirs.destination, alias: theirs.lines.length > 0, at: { now, expiresAt: now + about.lives },
  })
})
const sweep = step('sweep', {}, async (_, store, now) => { await store.sweep('', 100, now) })
const steps = fc.oneof({ weight: 5, arbitrary: add }, set, remove, clear, setDestination, { weight: 3, arbitrary: settle }, { weight: 3, arbitrary: merge }, sweep)

const rows = async (store: Store) =>
  (await Array.fromAsync(store.dump())).filter(({ table }) => table !== '$schema').map((row) => JSON.stringify(row)).sort()

onServers('carts embedded and in Redis', [redis], ([server]) => {
  let stores = 0
  const openBoth = async () => {
    const { sql, ...embedded } = await openSqlite({ path: ':memory:', migrations, world: testWorld(), checked: true })
    const { keys, ...served } = await openRedis({ url: server!.url(), prefix: `alike${++stores}:`, world: testWorld() })
    return { embedded: { ...embedded, store: openEmbedded(sql) }, served: { ...served, store: openCarts(keys) } }
  }
  test('answer the same whatever is done, and hold the same then', async () => {
    await fc.assert(fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 40 }), async (run) => {
      const { embedded, served } = await openBoth()
      try {
        for (const [at, { run: change }] of run.entries()) {
          assert.deepEqual(await change(served.store, at + 1, id(at + 1)), await change(embedded.store, at + 1, id(at + 1)))
        }
        assert.deepEqual(await rows(served.store), await rows(embedded.store))
      } finally {
        await embedded.close()
        await served.close()
      }
    }), { numRuns: 200 })
  })
})
