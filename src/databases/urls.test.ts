import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { brokers } from '../bus/rabbitmq/urls.ts'
import { realWorld } from '../process/world.ts'
import { openMongo } from './mongo/open.ts'
import { openPostgres } from './postgres/open.ts'
import { openCache } from './redis/cache.ts'
import { openRedis } from './redis/open.ts'

test('a URL that cannot be read is refused without its password', async () => {
  const world = realWorld()
  const log = { info() {}, warn() {} }
  const opens: Readonly<Record<string, (rest: string) => Promise<unknown>>> = {
    postgres: (rest) => openPostgres({ url: `postgres://${rest}`, schema: 'shop', migrations: [], world }),
    redis: (rest) => openRedis({ url: `redis://${rest}`, prefix: 'shop:', world }),
    cache: (rest) => openCache({ url: `redis://${rest}`, prefix: 'shop:', world, log }),
    mongo: (rest) => openMongo({ url: `mongodb://${rest}`, database: 'shop', collections: [], world }),
    amqp: async (rest) => brokers(`amqp://${rest}`),
  }
  for (const rest of ['shop:sesame@host:99999/shop', 'shop:open/sesame@host:1/shop', 'shop:open?sesame@host:1/shop', 'shop:open#sesame@host:1/shop']) {
    for (const [name, open] of Object.entries(opens)) {
      await assert.rejects(open(rest), (error) => !inspect(error, { depth: 9, showHidden: true }).includes('sesame'), `${name}: ${rest}`)
    }
  }
})
