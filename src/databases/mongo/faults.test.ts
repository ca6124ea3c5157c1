import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOwnMongo, onMongo } from '../../../test/mongo.ts'
import { testWorld } from '../../../test/world.ts'
import { isFault } from '../../contract/fault.ts'
import { moved } from '../conformance.ts'
import { suiteCollections, Thing } from './testing/conformance.ts'

/** No call may take longer than this to say that the server is away; it is a bound for the machine, not a measurement. */
const soonMs = 12_000
const isAway = (error: unknown): boolean => isFault(error) && error.code === 'unavailable' && error.status === 503 && error.retry
const untilAlive = async (alive: () => Promise<void>): Promise<void> => {
  for (let tries = 1; ; tries++) {
    try {
      return await alive()
    } catch (error) {
      if (tries === 20 || !isAway(error)) throw error
    }
  }
}
/** A process is stopped some time after its signal. */
const untilAway = async (ask: () => Promise<unknown>): Promise<void> => {
  try {
    for (;;) await ask()
  } catch (error) {
    assert.ok(isAway(error), String(error))
  }
}
const inTime = async (asking: Promise<unknown>): Promise<void> => {
  const over = AbortSignal.timeout(soonMs)
  const late = new Promise((_, reject) => { over.addEventListener('abort', () => reject(new Error(`nothing was said for ${soonMs} ms`))) })
  await assert.rejects(Promise.race([asking, late]), isAway)
}

onMongo('a MongoDB that fails', (server) => {
  const skip = isOwnMongo ? false : 'the MongoDB that MONGO_URL names is not ended by tests'

  test('what a killed server had answered is there when it is back, and the store works on without being opened again', { skip }, async (t) => {
    if (!server.needs(t, 'durable')) return
    const { documents, alive, close } = await server.openMongo(suiteCollections, testWorld())
    t.after(close)
    await documents.insert('thing', [{ _id: 'count', n: 0 }])
    let answered = 0
    let asked = 0
    const failures: unknown[] = []
    let ended: Promise<void> | undefined
    const writing = Array.from({ length: 8 }, async () => {
      while (failures.length < 8 && asked < 20_000) {
        asked++
        try {
          await documents.change(Thing, 'thing', { _id: 'count' }, { $inc: { n: 1 } }, { tells: { events: [moved(answered)] } })
          answered++
          // Each of them ends at its first failure.
          if (answered === 200) ended = server.end()
        } catch (error) {
          failures.push(error)
          return
        }
      }
    })
    await Promise.all(writing)
    await ended
    assert.equal(failures.length, 8)
    for (const failure of failures) assert.ok(isAway(failure), String(failure))
    await inTime(alive())
    await inTime(documents.read(Thing, 'thing', {}))
    await inTime(documents.insert('thing', [{ _id: 'b', n: 1 }]))

    const place = server.url()
    await server.again()
    assert.equal(server.url(), place, 'it is back elsewhere')
    await untilAlive(alive)
    const [count] = await documents.read(Thing, 'thing', { _id: 'count' })
    assert.ok(count !== undefined && count.n >= answered && count.n <= asked, `${count?.n} of ${answered} answered, ${asked} asked`)
    assert.equal((await documents.outbox.backlog()).count, count.n)
    await documents.change(Thing, 'thing', { _id: 'count' }, { $inc: { n: 1 } })
  })

  test('a server that froze is said to be away in time, and is used again when it wakes', { skip }, async (t) => {
    const { documents, alive, close } = await server.openMongo(suiteCollections, testWorld())
    t.after(close)
    await documents.insert('thing', [{ _id: 'a', n: 1 }])
    const pid = server.pid()
    process.kill(pid, 'SIGSTOP')
    try {
      await inTime(untilAway(() => documents.count('thing', {})).then(() => alive()))
      await Promise.all([
        inTime(documents.read(Thing, 'thing', {})), inTime(documents.change(Thing, 'thing', { _id: 'a' }, { $set: { n: 2 } })),
        inTime(documents.insert('thing', [{ _id: 'b', n: 1 }])), inTime(documents.outbox.backlog()), inTime(alive()),
      ])
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await untilAlive(alive)
    assert.ok((await documents.read(Thing, 'thing', { _id: 'a' })).length === 1)
  })

  test('a store closes while its server is frozen', { skip }, async () => {
    const { documents, close, place } = await server.openMongo(suiteCollections, testWorld())
    assert.equal(await documents.count('thing', {}), 0)
    assert.match(place.database, /^mercado_test_/)
    const pid = server.pid()
    process.kill(pid, 'SIGSTOP')
    const closing = close()
    setTimeout(() => process.kill(pid, 'SIGCONT'), 2500)
    await closing
  })
})
