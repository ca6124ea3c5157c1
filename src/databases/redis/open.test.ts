import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { redis } from '../../../deploy/local/redis.ts'
import { onServers } from '../../../test/servers.ts'
import { testWorld } from '../../../test/world.ts'
import { isFault } from '../../contract/fault.ts'
import { unavailable } from '../../contract/faults.ts'
import { lua } from '../keys.ts'
import { clientOf } from './client.ts'
import { type OpenedRedis, openRedis } from './open.ts'
import { type Way, wayTo } from './testing/way.ts'

const count = lua`return redis.call('INCRBY', KEYS[1], ARGV[1])`
const away = (error: unknown) => isFault(error, unavailable)
/** Asks again until it is answered. */
const untilAnswered = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!away(error)) throw error
      await new Promise(setImmediate)
    }
  }
}

onServers('a store on Redis', [redis, { ...redis, name: 'other' }], ([server, other]) => {
  let stores = 0
  const url = (change: (place: URL) => void = () => {}) => {
    const place = new URL(server!.url())
    change(place)
    return place.href
  }
  const open = (at = server!.url(), prefix = `store${++stores}:`) => openRedis({ url: at, prefix, world: testWorld() })
  const withStore = async (use: (store: OpenedRedis) => Promise<void>, at?: string) => {
    const store = await open(at)
    await use(store).finally(store.close)
  }
  /** Over a way of its own. */
  const onWay = async (use: (store: OpenedRedis, way: Way) => Promise<void>) => {
    const way = await wayTo(server!.url())
    await withStore((store) => use(store, way), way.url).finally(way.close)
  }
  const asOperator = async (...commands: string[][]) => {
    const client = await clientOf({ url: server!.url(), commandTimeoutMs: 2000 })
    try {
      for (const [name = '', ...values] of commands) await client.call(name, ...values)
    } finally {
      client.disconnect()
    }
  }

  test('keys of two stores are apart, and those of another database', async () => {
    const [one, two, third] = [await open(), await open(), await open(url((place) => { place.pathname = '/3' }), `store${stores}:`)]
    for (const { keys } of [one, two, third]) assert.equal(await keys.run(count, ['n'], [1]), 1)
    assert.deepEqual(await Array.fromAsync(one.keys.scan('')), ['n'])
    assert.deepEqual(await Array.fromAsync(one.keys.scan('x')), [])
    for (const { close } of [one, two, third]) await close()
  })

  test('an event\'s effect and its id are stored together, once; one that changes nothing is stale', () => withStore(async ({ keys }) => {
    const event = (id: string) => ({ id, type: 'item.moved.v1', time: '2026-01-02T03:04:05.678Z', trace: 'c'.repeat(32), data: {} }) as const
    const effects = await Promise.all(Array.from({ length: 20 }, () => keys.apply(event('e1'), count, ['n'], [5])))
    assert.deepEqual(effects.map(String).sort(), [...Array(19).fill('repeated'), 'stored'])
    assert.equal(await keys.run(count, ['n'], [0]), 5)
    const older = lua`return false`
    assert.equal(await keys.apply(event('e2'), older, [], []), 'stale')
    assert.equal(await keys.apply(event('e2'), older, [], []), 'repeated')
  }))

  test('an event whose effect failed is new when it comes again', () => withStore(async ({ keys }) => {
    const event = { id: 'e3', type: 'item.moved.v1', time: '2026-01-02T03:04:05.678Z', trace: 'c'.repeat(32), data: {} } as const
    await assert.rejects(keys.apply(event, lua`return redis.call('INCR', KEYS[1], 'too many')`, ['n'], []))
    assert.equal(await keys.apply(event, count, ['n'], [5]), 'stored')
    assert.equal(await keys.run(count, ['n'], [0]), 5)
  }))

  test('a script that the server does not know is sent to it', () => withStore(async ({ keys }) => {
    await keys.run(count, ['n'], [1])
    await asOperator(['SCRIPT', 'FLUSH'])
    assert.equal(await keys.run(count, ['n'], [1]), 2)
  }))

  test('a connection that is lost is made again, and what comes meanwhile waits for it', () => withStore(async ({ keys }) => {
    await keys.run(count, ['n'], [1])
    await asOperator(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'])
    assert.equal(await untilAnswered(() => keys.run(count, ['n'], [1])), 2)
  }))

  test('what was done and not answered is told as lost, and not done again', () => onWay(async ({ keys }, way) => {
    await keys.run(count, ['n'], [1])
    way.mute()
    const asked = keys.run(count, ['n'], [1])
    await way.muted()
    way.cut()
    await assert.rejects(asked, away)
    way.mend()
    assert.equal(await untilAnswered(() => keys.run(count, ['n'], [0])), 2)
  }))

  test('a server that is killed costs 503, nothing that was acknowledged, and nothing twice', () => withStore(async ({ keys, alive }) => {
    let acknowledged = 0
    let sent = 0
    let stop = false
    const asking = Array.from({ length: 8 }, async () => {
      while (!stop) {
        sent++
        await keys.run(count, ['n'], [1]).then(() => { acknowledged++ }, (error) => {
          assert.ok(away(error), String(error))
          stop = true
        })
      }
    })
    while (acknowledged < 200) await new Promise(setImmediate)
    process.kill(server!.pid(), 'SIGKILL')
    await Promise.all(asking)
    // Told by the connection's end, not by a clock.
    await assert.rejects(alive(), (error) => away(error) && error instanceof Error && !/timed out/.test(String(error.cause)))
    await server!.again()
    const counted = Number(await untilAnswered(() => keys.run(count, ['n'], [0])))
    assert.ok(acknowledged <= counted && counted <= sent, `${acknowledged} acknowledged, ${counted} counted, ${sent} sent`)
  }))

  test('a server that stands still is given up, and taken again when it goes on', { timeout: 20_000 }, () => withStore(async ({ keys, alive }) => {
    await keys.run(count, ['n'], [1])
    process.kill(server!.pid(), 'SIGSTOP')
    try {
      await assert.rejects(keys.run(count, ['n'], [0]), away)
      await assert.rejects(keys.run(count, ['n'], [0]), away)
      await assert.rejects(alive(), away)
    } finally {
      process.kill(server!.pid(), 'SIGCONT')
    }
    assert.equal(await untilAnswered(() => keys.run(count, ['n'], [1])), 2)
  }))

  test('a server without memory left refuses changes for now', () => withStore(async ({ keys }) => {
    await asOperator(['CONFIG', 'SET', 'maxmemory', '1'])
    try {
      await assert.rejects(keys.run(count, ['n'], [1]), away)
    } finally {
      await asOperator(['CONFIG', 'SET', 'maxmemory', '0'])
    }
    assert.equal(await keys.run(count, ['n'], [1]), 1)
  }))

  test('a replica is refused, and a server that becomes one is away until it, or another at its address, takes writes again', () => onWay(async ({ keys }, way) => {
    assert.equal(way.connected(), 1)
    const { hostname, port, password } = new URL(other!.url())
    await asOperator(['CONFIG', 'SET', 'masterauth', password], ['REPLICAOF', hostname, port])
    try {
      await assert.rejects(open(), /read-only replica/)
      await assert.rejects(keys.run(count, ['n'], [1]), away)
    } finally {
      await asOperator(['REPLICAOF', 'NO', 'ONE'])
    }
    assert.equal(typeof await untilAnswered(() => keys.run(count, ['n'], [1])), 'number')
    assert.notEqual(way.connected(), 1, 'the address is asked again')
  }))

  test('settings that lose carts are told of, as far as the server tells', async () => {
    const warned = async (at?: string) => {
      const { warnings, close } = await open(at)
      await close()
      return warnings.join('\n')
    }
    assert.equal(await warned(), '')
    await asOperator(['CONFIG', 'SET', 'appendfsync', 'no', 'maxmemory', '1gb', 'maxmemory-policy', 'allkeys-lru'])
    await asOperator(['ACL', 'SETUSER', 'managed', 'on', '>secret', '~*', '+@all', '-config'])
    try {
      assert.match(await warned(), /Set appendfsync everysec or always\.[^]*allkeys-lru/)
      assert.match(await warned(url((place) => { place.username = 'managed'; place.password = 'secret' })), /^[^\n]*allkeys-lru[^\n]*$/)
      await asOperator(['CONFIG', 'SET', 'appendonly', 'no'])
      assert.match(await warned(), /no append-only file/)
      assert.ok(!(await warned()).includes(new URL(server!.url()).password))
    } finally {
      await asOperator(['CONFIG', 'SET', 'appendonly', 'yes', 'appendfsync', 'everysec', 'maxmemory', '0', 'maxmemory-policy', 'noeviction'], ['ACL', 'DELUSER', 'managed'])
    }
  })

  test('a server that is away, or does not let us in, is told without the password', async () => {
    const told = (hidden: string, pattern: RegExp) => (error: unknown) =>
      error instanceof Error && pattern.test(`${error.message} ${error.cause}`) && !inspect(error, { depth: 9, showHidden: true }).includes(hidden)
    await assert.rejects(open('redis://:hidden@127.0.0.1:1'), told('hidden', /ECONNREFUSED/))
    await assert.rejects(open(url((place) => { place.password = 'hidden' })), told('hidden', /WRONGPASS/))
  })
})
