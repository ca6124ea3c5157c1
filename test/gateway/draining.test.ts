import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { afterEach, test } from 'node:test'
import { answers, endAll, many, stand, startInstance, things, until } from './stage.ts'

afterEach(endAll)
/** A read over a kept connection; answers its status and what it says of the connection. */
const asked = (url: string, agent: Agent, path = '/things/a') => new Promise<{ status: number | undefined; connection: string | undefined; body: string }>((resolve, reject) => {
  request(`${url}${path}`, { agent }, (answer) => {
    let body = ''
    answer.on('data', (chunk: Buffer) => { body += chunk.toString() }).on('end', () => resolve({ status: answer.statusCode, connection: answer.headers.connection, body })).on('error', reject)
  }).on('error', reject).end()
})

test('29. a gateway about to end says that it is not ready, goes on answering, and lets each connection go with its answer', async () => {
  const instance = await startInstance()
  const shop = await stand([[things, [instance]]])
  const agent = new Agent({ keepAlive: true })
  assert.notEqual((await asked(shop.url, agent)).connection, 'close')
  const going: (() => void)[] = []
  instance.behave = (incoming, outgoing, ask) => void going.push(() => answers({ late: true })(incoming, outgoing, ask))
  const under = asked(shop.url, agent)
  await until('one is under way', () => going.length === 1)
  shop.drain()
  const ready = await shop.get('/health/ready')
  assert.deepEqual([ready.status, ready.body], [503, { status: 'ending' }])
  assert.equal((await shop.get('/health/live')).status, 200)
  instance.behave = answers({ ok: true })
  assert.deepEqual(await asked(shop.url, agent), { status: 200, connection: 'close', body: '{"ok":true}' })
  for (const go of going) go()
  assert.equal((await under).body, '{"late":true}')
  agent.destroy()
})

test('29. a service told to end is left before it is gone: nothing is lost, writes neither', async () => {
  const instances = await many(2, () => startInstance(answers({ ok: true }, 201)))
  const [leaving] = instances
  const shop = await stand([[things, instances]], { settings: { upstreamProbeMs: 20 } })
  let over = false
  const statuses: number[] = []
  const crowd = many(8, async () => { while (!over) statuses.push((await shop.post('/things', { name: 'a' })).status) })
  leaving!.ready = { status: 503, body: '{"status":"ending"}' }
  await until('it is left out', () => shop.count('left') === 1)
  const before = statuses.length
  await until('the other one answers', () => statuses.length > before + 50)
  await leaving!.kill()
  await until('still', () => statuses.length > before + 200)
  over = true
  await crowd
  assert.deepEqual(new Set(statuses), new Set([201]))
})

test('29. a service that is killed loses no read while another instance stands', async () => {
  const instances = await many(2, () => startInstance())
  const shop = await stand([[things, instances]], { settings: { upstreamProbeMs: 50 } })
  let over = false
  const statuses: number[] = []
  const crowd = many(8, async () => { while (!over) statuses.push((await shop.get('/things/a')).status) })
  for (const killed of instances) {
    const before = statuses.length
    await until('both answer', () => statuses.length > before + 50)
    await killed.kill()
    await until('one answers', () => statuses.length > before + 200)
    await killed.again()
    await until('both answer again', async () => { const had = killed.asked.length; await shop.get('/things/a'); return killed.asked.length > had })
  }
  over = true
  await crowd
  assert.deepEqual(new Set(statuses), new Set([200]))
})

test('30. life asks nobody, readiness tells of each module and needs none, metrics are not here', async () => {
  const gone = await startInstance()
  await gone.kill()
  const shop = await stand([[things, [gone]]], { settings: { upstreamProbeMs: 20 } })
  await until('it is known to be away', async () => { shop.world.advance(1000); return (await shop.get('/health/ready')).body.modules.things === false })
  assert.equal((await shop.get('/health/live')).status, 200)
  assert.deepEqual([(await shop.get('/health/ready')).status, (await shop.get('/metrics')).status], [200, 404])
  assert.equal(gone.asked.length, 0)
})
