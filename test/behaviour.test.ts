import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { redis } from '../deploy/local/redis.ts'
import type { Heard } from '../src/contract/event.ts'
import type { Documents } from '../src/databases/documents.ts'
import { openCache } from '../src/databases/redis/cache.ts'
import { openRedis } from '../src/databases/redis/open.ts'
import { tokens } from '../src/process/tokens.ts'
import * as contracts from '../modules/contracts.ts'
import { onBroker } from './broker.ts'
import { onMongo } from './mongo.ts'
import { type Place, placeOn, places } from './place.ts'
import { onPostgres, onServers } from './servers.ts'
import { testWorld } from './world.ts'

const modules = join(import.meta.dirname, '../modules')

/** Every module's behaviour: suites are found by reading the folders. */
const behaviour = async (place: Place): Promise<void> => {
  for (const module of readdirSync(modules).sort()) {
    const folder = join(modules, module, 'suites/behaviour')
    if (!existsSync(folder)) continue
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts')).sort()) {
      const { default: suite } = await import(join(folder, file))
      describe(`${module}: ${file.replace('.ts', '')}`, () => suite(place))
    }
  }
}

for (const place of places) describe(place.name, () => behaviour(place))
onBroker('over RabbitMQ', (broker) => behaviour(placeOn('RabbitMQ', () => ({
  bus: (world, log) => broker.placed(Object.values(contracts), world, log),
}))))
onPostgres('local, with stores on PostgreSQL', (server) => behaviour(placeOn('PostgreSQL', () => ({
  settings: { POSTGRES_URL: server.url() },
  replace(container, world) {
    container.register(tokens.openPostgres, () => (_name, about) => server.openPostgres(about.migrations, world))
  },
}))))
onServers('local, with carts in Redis', [redis], async ([server]) => {
  let carts = 0
  await behaviour(placeOn('Redis', () => ({
    settings: { REDIS_URL: server!.url() },
    replace(container, world) {
      container.register(tokens.openRedis, () => (name, { url }) => openRedis({ url, prefix: `${name}${++carts}:`, world }))
    },
  })))
  test('they are there indeed', async () => {
    const { keys, close } = await openRedis({ url: server!.url(), prefix: 'cart', world: testWorld() })
    assert.notEqual((await Array.fromAsync(keys.scan(''))).length, 0)
    await close()
  })
})
/** Documents whose events are still told when they are published: suites ask what was told at all. */
const tellingAll = (documents: Documents): Documents => {
  const published = new Map<string, Heard>()
  return {
    ...documents,
    async* told() {
      for await (const event of documents.told()) published.set(event.id, event)
      yield* [...published.values()].sort((one, other) => one.id < other.id ? -1 : 1)
    },
    outbox: {
      ...documents.outbox,
      async published(ids) {
        for await (const event of documents.told()) if (ids.includes(event.id)) published.set(event.id, event)
        await documents.outbox.published(ids)
      },
    },
  }
}
onMongo('local, with products in MongoDB', async (mongo) => {
  await onServers('and remembered in Redis', [redis], async ([server]) => {
    let caches = 0
    const found: string[] = []
    await behaviour(placeOn('MongoDB', () => ({
      settings: { MONGO_URL: mongo.url(), PRODUCT_REDIS_URL: server!.url() },
      replace(container, world) {
        container.register(tokens.openMongo, () => async (_name, about) => {
          const opened = await mongo.openMongo(about.collections, world)
          return { ...opened, documents: tellingAll(opened.documents) }
        })
        container.register(tokens.openCache, (here) => (name, url) => openCache({
          url, prefix: `${name}${++caches}:`, world, log: here.get(tokens.log), slowestReadMs: 0, observe: (one) => found.push(one),
        }))
      },
    })))
    test('they are indeed', () => { assert.ok(found.includes('hit')) })
  })
})
