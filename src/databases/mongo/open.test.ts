import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { dropped, newPlace, onMongo } from '../../../test/mongo.ts'
import { testWorld } from '../../../test/world.ts'
import { isFault } from '../../contract/fault.ts'
import type { Collection } from '../documents.ts'
import { connectTo, placeOf } from './client.ts'
import { type MongoOptions, openMongo, openReadOnly } from './open.ts'
import { moved } from '../conformance.ts'
import { suiteCollections, Thing } from './testing/conformance.ts'

const open = (about: Pick<MongoOptions, 'url' | 'database'> & Partial<MongoOptions>) =>
  openMongo({ collections: suiteCollections, world: testWorld(), checked: true, ...about })
const late: readonly Collection[] = [{ name: 'thing', shape: Thing, indexes: [], tells: true, version: 2 }]

test('where a store is, is told without its password', () => {
  const said = (url: string) => placeOf({ url, database: 'mercado_product' })
  assert.equal(said('mongodb://me:secret@a:1,b:2/?replicaSet=rs'), 'the database mercado_product of mongodb://a:1,b:2')
  assert.equal(said('mongodb+srv://me:secret@here/shop?tls=true'), 'the database shop of mongodb+srv://here')
})

test('a server that is away is told as such, without the password', async () => {
  await assert.rejects(open({ url: 'mongodb://me:secret@127.0.0.1:1', database: 'x' }), (error) =>
    isFault(error) && error.code === 'unavailable' && !`${error.message} ${String(error.cause)}`.includes('secret'))
})

onMongo('opening a store on MongoDB', (server) => {
  const inPlace = async (use: (place: ReturnType<typeof newPlace>) => Promise<void>) => {
    const place = newPlace(server.url())
    await use(place).finally(() => dropped(place))
  }

  test('several instances that start at once make it once', () => inPlace(async (place) => {
    const all = await Promise.all(Array.from({ length: 6 }, () => open(place)))
    await Promise.all(all.map(({ documents }, at) => documents.insert('thing', [{ _id: String(at), n: at, slug: `s${at}` }])))
    assert.equal(await all[0]!.documents.count('thing', {}), 6)
    await assert.rejects(all[1]!.documents.insert('thing', [{ _id: 'x', n: 1, slug: 's1' }]), /thing\.slug/)
    await Promise.all(all.map(({ close }) => close()))
  }))

  test('what is there is found again, its waiting events too', () => inPlace(async (place) => {
    const first = await open(place)
    await first.documents.insert('thing', [{ _id: 'a', n: 1 }], { events: [moved(1)] })
    await first.close()
    const { documents, close } = await open(place)
    await documents.outbox.arrived(AbortSignal.timeout(10_000))
    assert.equal((await documents.outbox.take(10, 1000)).length, 1)
    await close()
  }))

  test('a store that newer code wrote is refused, and nothing of it is changed', () => inPlace(async (place) => {
    await (await open({ ...place, collections: late })).close()
    await assert.rejects(open(place), /newer than this version of Mercado: its collection thing has version 2/)
    await (await open({ ...place, collections: late })).close()
  }))

  test('another module\'s database is refused', () => inPlace(async (place) => {
    await (await open(place)).close()
    await assert.rejects(open({ ...place, database: 'mercado_review' }), /holds the data of mercado_test_.*: give mercado_review a database of its own/)
  }))

  test('a document that its shape refuses is told in tests', () => inPlace(async (place) => {
    const { documents, close } = await open(place)
    await assert.rejects(documents.insert('thing', [{ _id: 'a', n: 'many' }]), /does not fit/)
    await documents.insert('thing', [{ _id: 'a', n: 1 }])
    await assert.rejects(documents.change(Thing, 'thing', { _id: 'a' }, { $inc: { n: -2 } }), /does not fit/)
    await assert.rejects(documents.read(Type.Object({ slug: Type.String() }), 'thing', {}), /does not fit/)
    await close()
  }))

  test('collections that the store does not name are none of its own, and only those that tell carry events', () => inPlace(async (place) => {
    const { documents, close } = await open(place)
    await assert.rejects(documents.read(Thing, 'other', {}), /other is none of this store's collections/)
    await assert.rejects(documents.insert('mark', [{ _id: 1, text: 't' }], { events: [moved(1)] }), /mark tells no events/)
    await close()
  }))

  test('the server refuses a document that its shape refuses', (t) => inPlace(async (place) => {
    if (!server.needs(t, 'validators')) return
    const { documents, close } = await open({ ...place, checked: false })
    const whole = { _id: 'a', n: 1, tags: ['x'], parts: [{ name: 'p', size: 1 }], holds: { o: { quantity: 1, token: 't' } } }
    await documents.insert('thing', [whole], { events: [moved(1)] })
    await assert.rejects(documents.insert('thing', [{ _id: 'b', n: -1 }]), /check constraint: thing/)
    await assert.rejects(documents.change(Thing, 'thing', { _id: 'a' }, { $set: { n: 0.5 } }), /check constraint: thing/)
    await assert.rejects(documents.change(Thing, 'thing', { _id: 'a' }, { $unset: { n: '' } }), /check constraint: thing/)
    await close()
  }))

  test('waiting events and unique fields are found by their indexes', (t) => inPlace(async (place) => {
    if (!server.needs(t, 'explains')) return
    await (await open(place)).close()
    const { client, db } = await connectTo({ ...place, connections: 1 })
    const filters = [{ 'outbox.id': { $gt: '' } }, { 'outbox.id': { $in: ['a'] } }, { slug: 's' }, { tags: 'x' }]
    const plans = await Promise.all(filters.map((filter) => db.collection('thing').find(filter).explain('queryPlanner')))
    await client.close()
    for (const plan of plans) assert.match(JSON.stringify(plan), /IXSCAN/)
  }))

  test('commands read it beside its writers, and change nothing', () => inPlace(async (place) => {
    const { documents, close } = await open(place)
    await documents.insert('thing', [{ _id: 'a', n: 1 }, { _id: 'b', n: 2 }], { events: [moved(1)] })
    const outside = await openReadOnly({ ...place, collections: suiteCollections, world: testWorld() })
    const told = []
    for await (const event of outside.documents.told()) told.push(event.type)
    assert.deepEqual([await outside.documents.count('thing', {}), told], [2, ['item.moved.v1']])
    await Promise.all([outside.close(), close()])

    const empty = newPlace(server.url())
    const nothing = await openReadOnly({ ...empty, collections: suiteCollections, world: testWorld() })
    assert.deepEqual(await nothing.documents.read(Thing, 'thing', {}), [])
    await nothing.close()
    const { client, db } = await connectTo({ ...empty, connections: 1 })
    assert.deepEqual(await db.listCollections().toArray(), [])
    await client.close()
  }))
})
