import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { afterEach, test } from 'node:test'
import { createBudget, pauseMs } from '../../src/gateway/proxy/budget.ts'
import { type Behaviour, answers, cuts, endAll, hangs, many, stand, startInstance, things, until } from './stage.ts'

afterEach(endAll)
const made = { name: 'a' }
const keyed = { key: 'a-key' }
/** A head that promises more than comes. */
const half = (bytes: number): Behaviour => (incoming, outgoing) => {
  outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': String(bytes) })
  outgoing.write('"half', () => incoming.socket.destroy())
}

test('9. nobody listens: 503 at once, and the request was sent nowhere', async () => {
  const gone = await startInstance()
  await gone.kill()
  const shop = await stand([[things, [gone]]])
  const { status, body } = await shop.post('/things', made)
  assert.deepEqual([status, body.code], [503, 'unavailable'])
  assert.equal(shop.count('asked', { outcome: 'unreached' }), 1)
})

test('9. a connection that does not come about is given up after its own time', { skip: process.platform === 'linux' ? false : 'a full backlog is Linux\'s' }, async () => {
  // A process that stands still takes no connections once its backlog is full: like a host that is off.
  const child = spawn(process.execPath, ['-e', "const server = require('node:net').createServer().listen(0, '127.0.0.1', 1, () => console.log(server.address().port))"], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise<number>((resolve) => child.stdout.once('data', (text: Buffer) => resolve(Number(text))))
  child.kill('SIGSTOP')
  const filling = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  try {
    await until('its backlog is full', () => filling.filter(({ connecting }) => !connecting).length >= 2)
    const shop = await stand([[things, [{ ...await startInstance(), url: `http://127.0.0.1:${port}` }]]], { settings: { upstreamConnectMs: 50 } })
    const answer = shop.post('/things', made)
    await until('it is given up', () => { shop.world.advance(50); return shop.count('asked', { outcome: 'unreached' }) === 1 })
    assert.equal((await answer).status, 503)
  } finally {
    for (const socket of filling) socket.destroy()
    child.kill('SIGKILL')
  }
})

test('9. an answer that does not begin in time is 504, and one that is cut off 503 as of what is down, each with its code', async () => {
  const one = await startInstance(hangs)
  const shop = await stand([[things, [one]]])
  const late = shop.post('/things', made)
  await until('it is asked', () => one.asked.length === 1)
  shop.world.advance(5000)
  assert.deepEqual([(await late).status, (await late).body.code], [504, 'deadline_exceeded'])
  assert.equal(shop.count('asked', { outcome: 'late' }), 1)
  one.behave = cuts
  const cut = await shop.post('/things', made)
  assert.deepEqual([cut.status, cut.body.code, cut.body.type], [503, 'unavailable', 'http://shop.example/docs/problems#unavailable'])
  assert.equal(cut.headers.get('retry-after'), '1')
  assert.match(cut.headers.get('content-type') ?? '', /^application\/problem\+json/)
})

test('9. an operation with a deadline of its own waits for that instead', async () => {
  const one = await startInstance(hangs)
  const shop = await stand([[things, [one]]])
  const late = shop.post('/slow', made)
  await until('it is asked', () => one.asked.length === 1)
  shop.world.advance(2000)
  assert.equal((await late).status, 504)
})

test('9. what is no HTTP, or could be read in two ways, is 503', async () => {
  const heads = [
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
    'HTTP/1.1 200 OK\r\nX-A: b\r\n folded\r\nContent-Length: 2\r\n\r\n{}', 'SSH-2.0-OpenSSH\r\n\r\n', 'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX A: b\r\nContent-Length: 2\r\n\r\n{}', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
  ]
  const one = await startInstance()
  const shop = await stand([[things, [one]]])
  for (const head of heads) {
    one.behave = (incoming) => { incoming.socket.end(head) }
    assert.equal((await shop.post('/things', made)).status, 503, head)
  }
  one.behave = answers({})
  assert.equal((await shop.post('/things', made)).status, 200)
})

test('10. a client that goes away takes its request with it', async () => {
  const one = await startInstance(hangs)
  const shop = await stand([[things, [one]]])
  const socket = connect(Number(new URL(shop.url).port), '127.0.0.1', () => socket.write('GET /things/a HTTP/1.1\r\nHost: a\r\n\r\n'))
  await until('it is asked', () => one.asked.length === 1)
  const before = one.ended()
  socket.destroy()
  await until('its connection is closed', () => one.ended() > before)
  await until('it is counted as such', () => shop.count('asked', { outcome: 'given_up' }) === 1)
  await until('its line is there', () => shop.lines().length === 1)
  assert.equal(shop.lines()[0]?.['status'], 499)
  assert.deepEqual(shop.entries.filter(({ level }) => level === 'error'), [])
})

test('11. a read is sent once more, to another instance, for what another may do better', async () => {
  const [sick, well] = await many(2, () => startInstance())
  const shop = await stand([[things, [sick!, well!]]])
  for (const behave of [cuts, answers({}, 502), answers({}, 503), answers({}, 504)]) {
    sick!.behave = behave
    await until('the sick one was asked first', async () => {
      const before = sick!.asked.length
      assert.equal((await shop.get('/things/a')).status, 200)
      return sick!.asked.length > before
    })
  }
  assert.ok(shop.lines().some((line) => line['retries'] === 1 && line['instance'] === well!.authority))
  assert.equal(sick!.asked.length + well!.asked.length, shop.lines().length + shop.count('retried'))
})

test('11. a write is sent once more only with a key, and only where the key counts', async () => {
  const both = await many(2, () => startInstance(cuts))
  const shop = await stand([[things, both]])
  const askedOf = () => both.reduce((sum, { asked }) => sum + asked.length, 0)
  assert.equal((await shop.post('/things', made)).status, 503)
  assert.equal(askedOf(), 1)
  assert.equal((await shop.post('/things', made, keyed)).status, 503)
  assert.equal(askedOf(), 2)
  assert.equal((await shop.post('/payments', made, keyed)).status, 503)
  assert.equal(askedOf(), 4)
})

test('11. a write that was answered is not sent once more, and 500 is no accident of the way', async () => {
  const both = await many(2, () => startInstance(answers({}, 500)))
  const shop = await stand([[things, both]])
  assert.equal((await shop.get('/things/a')).status, 500)
  assert.equal(both[0]!.asked.length + both[1]!.asked.length, 1)
  for (const one of both) one.behave = answers({}, 503)
  assert.equal((await shop.post('/payments', made, keyed)).status, 503)
  assert.equal(both[0]!.asked.length + both[1]!.asked.length, 2)
})

test('11. a connection that was closed while it was idle costs no read', async () => {
  const one = await startInstance()
  const shop = await stand([[things, [one]]])
  const used = new WeakSet<object>()
  // Each connection ends when it is used for the second time.
  one.behave = (incoming, outgoing, ask) => {
    if (used.has(incoming.socket)) return void incoming.socket.destroy()
    used.add(incoming.socket)
    answers({})(incoming, outgoing, ask)
  }
  for (let at = 0; at < 20; at++) assert.equal((await shop.get('/things/a')).status, 200)
  assert.ok(shop.count('asked', { outcome: 'stale' }) > 0)
})

test('12. with all failing, retries add a fifth and no more', async () => {
  const both = await many(2, () => startInstance(answers({}, 503)))
  const shop = await stand([[things, both]])
  let left = 1000
  await many(20, async () => { while (left-- > 0) await shop.get('/things/a') })
  const asked = both[0]!.asked.length + both[1]!.asked.length
  assert.ok(asked > 1100 && asked <= 1200 + 20, String(asked))
})

test('12. a budget pays for a fifth of what was asked', () => {
  const budget = createBudget()
  let spent = 0
  while (budget.spend()) spent++
  const first = spent
  for (let at = 0; at < 100; at++) { budget.earn(); if (budget.spend()) spent++ }
  assert.deepEqual([first, spent - first], [10, 20])
})

test('13. a pause is anything up to a bound that doubles, and the bound has an end', () => {
  assert.deepEqual([1, 2, 3, 10].map((retries) => pauseMs(retries, () => 1)), [50, 100, 200, 1000])
  assert.equal(pauseMs(1, () => 0), 0)
  assert.notEqual(pauseMs(1, Math.random), pauseMs(1, Math.random))
})

test('14. the breaker opens after enough failures, refuses at once, lets a few try, and closes', async () => {
  const one = await startInstance(cuts)
  const shop = await stand([[things, [one]]])
  const ask = () => shop.post('/things', made)
  for (let at = 0; at < 19; at++) assert.equal((await ask()).status, 503)
  assert.equal(shop.count('breaker'), 0)
  await ask()
  assert.equal(shop.count('breaker', { to: 'open' }), 1)
  const before = one.asked.length
  const { status, headers } = await ask()
  assert.deepEqual([status, headers.get('retry-after'), one.asked.length], [503, '1', before])

  shop.world.advance(1000)
  assert.equal((await ask()).status, 503)
  assert.deepEqual([shop.count('breaker', { to: 'half_open' }), shop.count('breaker', { to: 'open' })], [1, 2])
  shop.world.advance(1000)
  assert.equal((await ask()).status, 503, 'the second pause is longer')
  shop.world.advance(1000)
  one.behave = hangs
  const probes = many(3, ask)
  await until('three try', () => one.asked.length === before + 4)
  assert.equal((await ask()).status, 503)
  shop.world.advance(5000)
  await probes
  one.behave = answers({})
  shop.world.advance(60_000)
  for (let at = 0; at < 3; at++) assert.equal((await ask()).status, 200)
  assert.equal(shop.count('breaker', { to: 'closed' }), 1)
  assert.equal(shop.entries.filter(({ message }) => message === 'a breaker changed').length, shop.count('breaker'))
})

test('14. answers of 5xx open no breaker: what else a module can do, it goes on doing', async () => {
  const one = await startInstance(answers({}, 503))
  const shop = await stand([[things, [one]]])
  for (let at = 0; at < 60; at++) await shop.post('/things', made)
  assert.equal(one.asked.length, 60)
})

test('14. a module that is seen to live may be asked again before the pause is over', async () => {
  const one = await startInstance(cuts)
  const shop = await stand([[things, [one]]], { settings: { upstreamProbeMs: 20 } })
  await until('it opens', async () => { await shop.post('/things', made); return shop.count('breaker', { to: 'open' }) > 0 })
  one.behave = answers({})
  await until('it closes', async () => { await shop.post('/things', made); return shop.count('breaker', { to: 'closed' }) > 0 })
})

test('17. an answer that dies half-way is sent once and never looks whole', async () => {
  const both = await many(2, () => startInstance(half(100)))
  const shop = await stand([[things, both]])
  // What was to be read whole was not passed on yet: it can still be told.
  const small = await shop.get('/things/a')
  assert.deepEqual([small.status, small.body.code], [503, 'unavailable'])
  for (const one of both) one.behave = half(1_000_000)
  await assert.rejects(shop.get('/things/a'))
  for (const one of both) one.behave = (incoming, outgoing) => { outgoing.write('one piece', () => incoming.socket.destroy()) }
  await assert.rejects(shop.get('/exports'))
  assert.equal(both[0]!.asked.length + both[1]!.asked.length, 3)
  assert.equal(shop.count('asked', { outcome: 'broken' }), 3)
})
