import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { redis } from '../../../deploy/local/redis.ts'
import { openRedis } from '../../../src/databases/redis/open.ts'
import type { Row } from '../../../src/databases/sql.ts'
import { openSqlite } from '../../../src/databases/sqlite/open.ts'
import { onServers } from '../../../test/servers.ts'
import { testWorld } from '../../../test/world.ts'
import { type Open, at, filled, guest, id, otherGuest, piece, user, variant } from '../suites/carts.ts'
import { migrations } from './migrations.ts'
import { openRedis as openCarts } from './redis.ts'
import { openSqlite as openEmbedded } from './sqlite.ts'

const sorted = (rows: readonly Row[]): string[] => rows.filter(({ table }) => table !== '$schema').map((row) => JSON.stringify(row)).sort()
async function* stream(rows: readonly Row[]): AsyncGenerator<Row> { yield* rows }

const folder = join(import.meta.dirname, '../suites/stores')
const suites: { name: string; cases: (open: Open) => void }[] = []
for (const file of readdirSync(folder).sort()) suites.push({ name: file.replace('.ts', ''), cases: (await import(join(folder, file))).default })

// Nothing is awaited while cases are declared: Deno would not hear of those that come after.
onServers('cart over Redis', [redis], ([server]) => {
  let stores = 0
  const open = async () => {
    const { keys, close } = await openRedis({ url: server!.url(), prefix: `mercado:cart${++stores}:`, world: testWorld() })
    return { keys, store: openCarts(keys), close }
  }
  const alone: Open = open

  for (const { name, cases } of suites) suite(name, () => cases(alone))

  /** Carts with everything that a dump can hold: lines, notices, merged carts, settled orders, heard events. */
  const fill = async (store: ReturnType<typeof openCarts>) => {
    await filled(store, guest, id(1), [[1, 2], [2, 1]])
    await store.settle({ id: id(0xd1), claims: [{ cartId: id(1), generation: 0 }], lines: [{ variantId: variant(1), quantity: 1 }] }, 2)
    await filled(store, user, id(2), [[3, 999]])
    const theirs = await store.find(guest, 2)
    await store.merge({
      guest: { id: id(1), version: theirs?.version ?? 0 }, user: { owner: user, id: id(2), version: 1 }, lines: theirs?.lines ?? [],
      notices: [{ code: 'out_of_stock', variantId: variant(1) }], destination: { country: 'DE', region: null, postalCode: '', shippingMethod: 'größte "Post"' },
      alias: true, at: at(3, 2 ** 50),
    })
    await filled(store, otherGuest, id(3), [[4, 1]])
    await store.clear(otherGuest, at(4))
    await store.heard({ id: id(7), type: 'guest.signed_in.v1', time: '2026-01-01T00:00:00.000Z', data: {}, trace: '0'.repeat(32) })
  }
  const embedded = async () => {
    const { sql, close } = await openSqlite({ path: ':memory:', migrations, world: testWorld(), checked: true })
    return { store: openEmbedded(sql), close }
  }

  test('what was dumped embedded and loaded here is dumped alike, and works on', async () => {
    const [from, to] = [await embedded(), await open()]
    await fill(from.store)
    const rows: Row[] = JSON.parse(JSON.stringify(await Array.fromAsync(from.store.dump())))
    assert.equal(await to.store.load(stream(rows)), rows.length - 1)
    assert.deepEqual(sorted(await Array.fromAsync(to.store.dump())), sorted(rows))
    assert.deepEqual(await to.store.snapshot(user, 5), await from.store.snapshot(user, 5))
    assert.equal(await to.store.heard({ id: id(7), type: 'guest.signed_in.v1', time: '', data: {}, trace: '' }), 'repeated')
    await from.close()
    await to.close()
  })

  test('what was dumped here and loaded embedded is dumped alike', async () => {
    const [from, to] = [await open(), await embedded()]
    await fill(from.store)
    const rows = await Array.fromAsync(from.store.dump())
    await to.store.load(stream(rows))
    const known = (all: string[]) => all.map((row) => row.replace(/"stored_at":\d+/, ''))
    assert.deepEqual(known(sorted(await Array.fromAsync(to.store.dump()))), known(sorted(rows)))
    await from.close()
    await to.close()
  })

  test('a dump that is not whole is refused, and nothing of it stays', async () => {
    const { keys, store, close } = await open()
    const cart = { table: 'cart', row: { id: id(1), owner: guest, version: 1, generation: 0, country: null, region: null, postal_code: null, shipping_method: null, notices: '[]', created_at: 1, updated_at: 1, expires_at: 2 } }
    const line = { table: 'line', row: { cart_id: id(9), variant_id: variant(1), quantity: 1, position: 1, added_at: 1, seen: '{}' } }
    for (const [rows, reason] of [[[cart, line], /no cart/], [[cart, cart], /there already/], [[cart, { table: 'order', row: {} }], /order is unknown/]] as const) {
      await assert.rejects(store.load(stream(rows)), reason)
      assert.deepEqual(await Array.fromAsync(keys.scan('')), [])
    }
    await store.load(stream([cart]))
    await assert.rejects(store.load(stream([cart])), /empty store only/)
    await close()
  })

  test('a cart that everybody forgot goes by itself, and the sweep takes what led to it', async () => {
    const { keys, store, close } = await open()
    await filled(store, guest, id(1), [[1, 1]])
    const left = Number(await keys.run({ lua: "return redis.call('PTTL', KEYS[1])" }, [`cart:${guest}`], []))
    assert.ok(left > 24 * 3600 * 1000 - 60_000 && left <= 24 * 3600 * 1000 + 1000, `${left} ms`)
    await keys.run({ lua: "redis.call('DEL', KEYS[1])" }, [`cart:${guest}`], [])
    await store.settle({ id: id(0xd1), claims: [{ cartId: id(1), generation: 0 }], lines: [] }, 2)
    await filled(store, guest, id(2), [[1, 1]])
    const carts = async () => (await Array.fromAsync(store.dump())).filter(({ table }) => table === 'cart').map(({ row }) => row['id'])
    assert.deepEqual(await carts(), [id(2)])
    assert.deepEqual(await store.sweep('', 10, 2), { next: null })
    assert.deepEqual(await carts(), [id(2)])
    await store.sweep('', 10, 5000)
    assert.deepEqual(await Array.fromAsync(keys.scan('')), [])
    await close()
  })

  test('nothing of a cart is left when it was swept', async () => {
    const { keys, store, close } = await open()
    await fill(store)
    for (let n = 0x100; n < 0x170; n++) {
      const [theirs, mine] = [await filled(store, otherGuest, id(n), [[1, 1]]), await store.find(user, 5)]
      await store.merge({
        guest: { id: theirs.id, version: theirs.version }, user: { owner: user, id: id(2), version: mine?.version ?? null }, lines: theirs.lines,
        notices: [], destination: theirs.destination, alias: true, at: at(5),
      })
    }
    for (let after: string | null = ''; after !== null;) after = (await store.sweep(after, 10, 2 ** 51)).next
    assert.deepEqual(await Array.fromAsync(keys.scan('')), [`inbox:${id(7)}`])
    await close()
  })
})
