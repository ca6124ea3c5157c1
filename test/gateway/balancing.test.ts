import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { type Instance, answers, cuts, endAll, hangs, many, others, stand, startInstance, things, until } from './stage.ts'

afterEach(endAll)
const three = () => many(3, () => startInstance())
const asked = (instances: readonly Instance[]) => instances.map((one) => one.asked.length)

test('4. of three equal instances each gets its third, within a tenth', async () => {
  const instances = await three()
  const shop = await stand([[things, instances]])
  let left = 3000
  await many(24, async () => { while (left-- > 0) assert.equal((await shop.get('/things/a')).status, 200) })
  for (const count of asked(instances)) assert.ok(Math.abs(count - 1000) <= 100, asked(instances).join())
})

test('4. an instance that is slower gets less, for it is the busier of two', async () => {
  const instances = await many(2, () => startInstance())
  const [slow, fast] = instances
  const waiting: (() => void)[] = []
  slow!.behave = (incoming, outgoing, ask) => void waiting.push(() => answers({})(incoming, outgoing, ask))
  const shop = await stand([[things, instances]])
  const first = many(2, () => shop.get('/things/a'))
  await until('one waits', () => waiting.length > 0)
  for (let at = 0; at < 50; at++) await shop.get('/things/a')
  assert.ok(slow!.asked.length <= 2 && fast!.asked.length >= 50, asked(instances).join())
  for (const go of waiting) go()
  await first
})

test('6. an instance whose readiness fails leaves, and returns after it passed again', async () => {
  const instances = await many(2, () => startInstance())
  const [sick, well] = instances
  const shop = await stand([[things, instances]], { settings: { upstreamProbeMs: 20 } })
  sick!.ready = { status: 503, body: '{"status":"unavailable"}' }
  await until('it is left out', () => shop.count('left', { instance: sick!.authority }) === 1)
  const before = sick!.asked.length
  await many(50, () => shop.get('/things/a'))
  assert.equal(sick!.asked.length, before)
  assert.ok(well!.asked.length >= 50)
  sick!.ready = { status: 200, body: '{}' }
  await until('it is back', () => shop.count('returned', { instance: sick!.authority }) === 1)
  await many(50, () => shop.get('/things/a'))
  assert.ok(sick!.asked.length > before)
})

test('6. one that says it is about to end leaves at the first word', async () => {
  const instances = await many(2, () => startInstance())
  instances[0]!.ready = { status: 503, body: '{"status":"ending"}' }
  const shop = await stand([[things, instances]], { settings: { upstreamProbeMs: 60_000 } })
  await until('it is left out', () => shop.count('left', { instance: instances[0]!.authority }) === 1)
  assert.equal((await shop.get('/health/ready')).body.modules.things, true)
})

test('7. five 5xx in a row eject an instance, each time for longer; then it is asked again', async () => {
  const instances = await many(2, () => startInstance())
  const [sick, well] = instances
  sick!.behave = answers({ status: 500 }, 500)
  const shop = await stand([[things, instances]])
  const untilLeft = async (times: number) => until(`it is ejected ${times} times`, async () => {
    await shop.get('/things/a')
    return shop.count('left', { instance: sick!.authority }) === times
  })
  await untilLeft(1)
  assert.equal(sick!.asked.length, 5)
  const isAsked = async () => {
    const before = sick!.asked.length
    await many(30, () => shop.post('/things', { name: 'a' }))
    return sick!.asked.length > before
  }
  assert.equal(await isAsked(), false)
  shop.world.advance(1000)
  await untilLeft(2)
  shop.world.advance(1000)
  assert.equal(await isAsked(), false, 'the second time lasts longer')
  sick!.behave = answers({})
  shop.world.advance(1000)
  assert.equal(await isAsked(), true)
  assert.equal(shop.count('left', { instance: well!.authority }), 0)
})

test('7. the last instance is never ejected, and one alone neither', async () => {
  const instances = await three()
  for (const one of instances) one.behave = answers({ status: 500 }, 500)
  const shop = await stand([[things, instances]])
  for (let at = 0; at < 60; at++) {
    assert.equal((await shop.post('/things', { name: 'a' })).status, 500)
    assert.equal(shop.of('things').available(), true)
  }
  assert.ok(shop.count('left') >= 2)
  const alone = await startInstance(answers({}, 500))
  const small = await stand([[things, [alone]]])
  for (let at = 0; at < 20; at++) assert.equal((await small.post('/things', { name: 'a' })).status, 500)
  assert.equal(small.count('left'), 0)
})

test('7. an instance that cannot be connected to is ejected at once, and nobody notices', async () => {
  const instances = await three()
  await instances[0]!.kill()
  const shop = await stand([[things, instances]])
  const answered = await many(60, () => shop.post('/things', { name: 'a' }))
  assert.deepEqual(answered.filter(({ status }) => status !== 200).map(({ text }) => text), [])
})

test('8. with no instance ready all are asked: each answers for itself', async () => {
  const instances = await many(2, () => startInstance())
  for (const one of instances) one.ready = { status: 503, body: '{"status":"unavailable"}' }
  const shop = await stand([[things, instances]], { settings: { upstreamProbeMs: 20 } })
  await until('both are left out', () => shop.count('left') === 2)
  assert.equal((await shop.get('/things/a')).status, 200)
  assert.equal(shop.of('things').available(), false)
})

test('8. with no instance alive the answer is 503 at once, and the first sign of life ends that', async () => {
  const frozen = await startInstance()
  const shop = await stand([[things, [frozen]]], { settings: { upstreamProbeMs: 20 } })
  await frozen.kill()
  await until('it is known to be silent', async () => (await shop.get('/things/a')).text.includes('is down') && shop.count('refused') > 0)
  const connections = frozen.connections()
  const { status, headers, body } = await shop.get('/things/a')
  assert.deepEqual([status, body.code, headers.get('retry-after')], [503, 'unavailable', '1'])
  assert.equal(frozen.connections(), connections)
  await frozen.again()
  await until('it answers again', async () => (await shop.get('/things/a')).status === 200)
})

test('15, 16. a module that hangs holds up no other one', async () => {
  const stuck = await startInstance(hangs)
  const well = await startInstance()
  const shop = await stand([[things, [stuck]], [others, [well]]], { settings: { upstreamRequests: 20 } })
  const hanging = many(20, () => shop.get('/things/a').catch(() => null))
  await until('as many wait as may', () => stuck.asked.length === 20)
  const { status, headers } = await shop.get('/things/a')
  assert.deepEqual([status, headers.get('retry-after')], [503, '1'])
  assert.equal(shop.count('refused', { module: 'things' }), 1)
  for (let at = 0; at < 20; at++) for (const answer of await many(10, () => shop.get('/others/a'))) assert.equal(answer.status, 200)
  shop.world.advance(5000)
  assert.deepEqual(new Set((await hanging).map((one) => one?.status)), new Set([504]))
  assert.equal((await shop.get('/things/a')).status, 503, 'its breaker is open')
  assert.equal((await shop.get('/others/a')).status, 200, 'and no other one')
  stuck.behave = cuts
})
