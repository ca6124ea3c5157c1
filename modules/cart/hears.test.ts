import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unavailable } from '../../src/contract/faults.ts'
import { openSqlite } from '../../src/databases/sqlite/open.ts'
import { testWorld } from '../../test/world.ts'
import { hears } from './hears.ts'
import { desk } from './operations/desk.ts'
import { merging } from './operations/merging.ts'
import { migrations } from './stores/migrations.ts'
import { openSqlite as openCarts } from './stores/sqlite.ts'
import { at, guest, id, piece, quantities, user, variant } from './suites/carts.ts'
import { pricing } from './suites/made.ts'

const event = {
  id: id(0xe), type: 'guest.signed_in.v1', time: '2026-11-24T00:00:00.000Z', trace: '0'.repeat(32),
  data: { userId: user.slice('user:'.length), session: guest.slice('session:'.length) },
} as const

const started = async () => {
  const world = testWorld()
  const database = await openSqlite({ path: ':memory:', migrations, world, checked: true })
  const shelf = { down: false }
  const quote = async () => {
    if (shelf.down) throw unavailable()
    return { quotes: [] }
  }
  const unasked = async () => { throw new Error('not asked by cart') }
  const doors = { product: { quote, reserve: unasked, commit: unasked, release: unasked, giveBack: unasked } }
  const store = openCarts(database.sql)
  await store.add(guest, piece(1, 2), at(world.now(), 60_000), id(1))
  const settings = { currency: 'EUR', taxRates: {}, pricesIncludeTax: false, shippingMethods: [], guestCartDays: 7, userCartDays: 90 }
  const ears = hears({ store, world }, merging({ store, world, settings }, desk({ doors, world }, pricing())))
  return { world, store, shelf, ears, close: () => database.close() }
}

test('a merge that was missed at the login is made up for, once', async () => {
  const { ears, store, world, close } = await started()
  assert.equal(await ears.guestSignedIn(event), 'stored')
  assert.deepEqual(quantities(await store.find(user, world.now())), [[variant(1), 2]])
  assert.equal(await store.find(guest, world.now()), null)
  assert.equal(await ears.guestSignedIn(event), 'repeated')
  assert.deepEqual(quantities(await store.find(user, world.now())), [[variant(1), 2]])
  await close()
})

test('where products cannot be asked the event is not taken as done, and the session lives on', async () => {
  const { ears, store, shelf, world, close } = await started()
  shelf.down = true
  await assert.rejects(ears.guestSignedIn(event), { code: 'unavailable' })
  assert.notEqual(await store.find(guest, world.now()), null)
  shelf.down = false
  assert.equal(await ears.guestSignedIn(event), 'stored')
  assert.equal(await store.find(guest, world.now()), null)
  await close()
})
