import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redis } from '../../../deploy/local/redis.ts'
import { onServers } from '../../../test/servers.ts'
import { testWorld } from '../../../test/world.ts'
import { type CacheOptions, openCache } from './cache.ts'
import { clientOf } from './client.ts'
import { wayTo } from './testing/way.ts'

type Opened = Awaited<ReturnType<typeof openCache>> & { logged: string[]; found: string[] }
/** Asks again until it is so. */
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!await holds()) await new Promise(setImmediate)
}
/** Keeps something and finds it. */
const works = (cache: Opened, key = 'again') => until(async () => {
  await cache.set(key, 1, 'kept')
  return await cache.get(key) === 'kept'
})

onServers('a cache in Redis', [redis], ([server]) => {
  let caches = 0
  const open = async (about: Partial<CacheOptions> = {}): Promise<Opened> => {
    const logged: string[] = []
    const found: string[] = []
    const log = { info: (message: string) => logged.push(message), warn: (message: string, why = {}) => logged.push(`${message} ${JSON.stringify(why)}`) }
    const cache = await openCache({ url: server!.url(), prefix: `cache${++caches}:`, world: testWorld(), log, slowestReadMs: 0, observe: (one) => found.push(one), ...about })
    return { ...cache, logged, found }
  }
  const asOperator = async (...command: string[]) => {
    const client = await clientOf({ url: server!.url(), commandTimeoutMs: 2000 })
    await client.call(command[0] ?? '', ...command.slice(1)).finally(() => client.disconnect())
  }

  test('finds what was kept, until something newer is', async () => {
    const cache = await open()
    assert.equal(await cache.get('a'), null)
    await cache.set('a', 2, '{"a":2}')
    assert.equal(await cache.get('a'), '{"a":2}')
    await cache.set('a', 1, '{"a":1}')
    assert.equal(await cache.get('a'), '{"a":2}')
    await cache.set('a', 10, '{"a":10} and so on')
    assert.equal(await cache.get('a'), '{"a":10} and so on')
    assert.deepEqual(cache.found, ['miss', 'hit', 'hit', 'hit'])
    await cache.close()
  })

  test('what was dropped is not found, and not kept again by who read it before', async () => {
    const cache = await open({ slowestReadMs: 60_000 })
    await asOperator('DEL', `cache${caches}:young`)
    await cache.set('a', 1, 'one')
    await cache.drop('a', 2)
    assert.equal(await cache.get('a'), null)
    await cache.set('a', 1, 'one')
    assert.equal(await cache.get('a'), null)
    await cache.set('a', 2, 'two')
    await cache.drop('a', 2)
    await cache.drop('a', 1)
    assert.equal(await cache.get('a'), 'two', 'nothing older than what was dropped')
    await cache.close()
  })

  test('another instance that connects begins a generation, in which for a while nothing is kept that may have been read before', async () => {
    const one = await open()
    await one.set('a', 1, 'one')
    const other = await open({ prefix: `cache${caches}:`, slowestReadMs: 60_000 })
    for (const cache of [one, other]) assert.equal(await cache.get('a'), null)
    await one.set('a', 1, 'one')
    assert.equal(await other.get('a'), null)
    await asOperator('DEL', `cache${caches - 1}:young`)
    await one.set('a', 1, 'one')
    assert.equal(await other.get('a'), 'one')
    await one.close()
    await other.close()
  })

  test('an instance that was cut off and changed something meanwhile is believed by all when it is back', async () => {
    const way = await wayTo(server!.url())
    const near = await open()
    const far = await open({ url: way.url, prefix: `cache${caches}:` })
    await near.set('a', 1, 'one')
    assert.equal(await far.get('a'), 'one')
    way.cut()
    await until(async () => await far.get('a') === null)
    await far.drop('a', 2)
    await far.set('b', 2, 'unsaid')
    assert.equal(await near.get('a'), 'one', 'nobody could tell')
    way.mend()
    await works(far)
    assert.equal(await near.get('a'), null)
    assert.equal(await near.get('again'), 'kept')
    assert.deepEqual([far.logged.length, far.logged[1]], [2, 'the cache is asked again'])
    await near.close()
    await far.close()
    way.close()
  })

  test('a server that stands still is waited for once, then bypassed; when it goes on nothing from before is found', { timeout: 20_000 }, async () => {
    const cache = await open()
    await cache.set('a', 1, 'one')
    process.kill(server!.pid(), 'SIGSTOP')
    try {
      assert.deepEqual(await Promise.all([cache.get('a'), cache.get('b'), cache.drop('c', 1)]), [null, null, undefined])
      for (let time = 0; time < 1000; time++) {
        assert.equal(await cache.get('a'), null)
        await cache.drop('a', 2)
      }
    } finally {
      process.kill(server!.pid(), 'SIGCONT')
    }
    await works(cache)
    assert.equal(await cache.get('a'), null)
    assert.match(cache.logged[0] ?? '', /bypassed.*no answer in 100 ms/)
    await cache.close()
  })

  test('a server that was killed comes back with what it kept on its disk, and none of it is believed', async () => {
    const cache = await open()
    await cache.set('a', 1, 'one')
    process.kill(server!.pid(), 'SIGKILL')
    await until(async () => await cache.get('a') === null)
    await server!.again()
    await works(cache)
    assert.equal(await cache.get('a'), null)
    await cache.close()
  })

  test('a server that lost everything at a moment is filled again', async () => {
    const cache = await open()
    await cache.set('a', 1, 'one')
    await asOperator('FLUSHALL')
    assert.equal(await cache.get('a'), null)
    await works(cache, 'a')
    await cache.close()
  })

  test('a server without memory left is bypassed', async () => {
    const cache = await open()
    await cache.set('a', 1, 'one')
    await asOperator('CONFIG', 'SET', 'maxmemory', '1')
    try {
      await cache.drop('a', 2)
      assert.equal(await cache.get('a'), null)
    } finally {
      await asOperator('CONFIG', 'SET', 'maxmemory', '0')
    }
    await works(cache)
    assert.equal(await cache.get('a'), null)
    await cache.close()
  })

  test('a server that is away at the start is done without, and taken when it comes; one that does not let us in is told', async () => {
    const way = await wayTo(server!.url())
    way.cut()
    const cache = await open({ url: way.url })
    await cache.set('a', 1, 'one')
    assert.equal(await cache.get('a'), null)
    assert.deepEqual(cache.found, ['bypassed'])
    way.mend()
    await works(cache)
    await cache.close()
    way.close()
    const wrong = new URL(server!.url())
    wrong.password = 'hidden'
    await assert.rejects(open({ url: wrong.href }), (error) => error instanceof Error && /WRONGPASS/.test(error.message) && !error.message.includes('hidden'))
  })
})
