import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { contract, nothing } from '../src/contract/contract.ts'
import { event } from '../src/contract/event.ts'
import { inner } from '../src/contract/inner.ts'
import { type Sql } from '../src/databases/sql.ts'
import { systemContext } from '../src/module/context.ts'
import { type Module, module } from '../src/module/module.ts'
import { createLog } from '../src/observe/log.ts'
import { run } from '../src/process/run.ts'
import { tokens } from '../src/process/tokens.ts'
import { endShop, shapes, startShop, until } from './shop.ts'
import { testWorld } from './world.ts'

const rang = event('bell.rang.v1', Type.Object({ times: Type.Integer() }))
const bellContract = contract('bell', { port: 1, operations: {}, events: { rang }, hears: {}, inner: { ring: inner({ takes: nothing, returns: nothing }) } })
const earContract = contract('ear', { port: 2, operations: {}, inner: {}, events: {}, hears: { rang } })
const open = (db: Sql) => ({ db, dump: db.dump, load: db.load })
const stores = { sqlite: { migrations: [], open } }
const bell = module({
  contract: bellContract, uses: {}, settings: nothing, stores,
  build: ({ store }) => ({
    operations: { async ring() { await store.db.write({ statements: [], events: [rang({ times: 1 })] }); return {} } }, hears: {},
  }),
})

test('an event that is refused DELIVERY_ATTEMPTS times waits for an operator, and a stopped process goes on where it was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mercado-'))
  let heard = 0
  let poisoned = true
  const ear = module({
    contract: earContract, uses: {}, settings: nothing, stores,
    build: ({ store }) => ({
      operations: {},
      hears: { rang: async (told) => { heard++; if (poisoned) throw new Error('not today'); return store.db.apply(told, { statements: [], events: [] }) } },
    }),
  })
  const start = async (modules: readonly Module[]) => {
    const world = testWorld()
    const running = await run({
      modules, env: { MERCADO_DATA: folder, DELIVERY_ATTEMPTS: '2', LOG_LEVEL: 'off' }, checked: true,
      replace: (container) => {
        container.register(tokens.world, () => world)
        container.register(tokens.log, () => createLog({ level: 'off', readable: false, now: world.now, write: () => {} }))
      },
    })
    return { world, running, bus: await running.container.get(tokens.bus) }
  }
  const first = await start([bell, ear])
  await first.bus.call('bell', 'ring', {}, systemContext(first.world, 1000))
  await until(async () => { first.world.advance(60_000); return (await first.bus.deadLetters.list()).length }, (count) => count === 1)
  assert.equal(heard, 2)
  await first.running.ending.run(1000)

  poisoned = false
  const second = await start([bell, ear])
  const [letter] = await second.bus.deadLetters.list()
  assert.match(letter?.error ?? '', /not today/)
  assert.equal(await second.bus.deadLetters.replay(letter?.id ?? ''), true)
  await until(async () => heard, (times) => times === 3)
  await until(() => second.bus.deadLetters.list(), (letters) => letters.length === 0)
  await second.running.ending.run(1000)
  rmSync(folder, { recursive: true })
})

const never = join(tmpdir(), 'mercado-never-made')
const root = join(import.meta.dirname, '..')
const startWith = (env: Record<string, string>) => spawnSync(process.execPath, ['commands/start.ts', 'monolith'], {
  cwd: root, encoding: 'utf8', env: { PATH: process.env['PATH'], MERCADO_DATA: never, ...env },
})

test('wrong settings end the start with every problem listed and exit code 2', () => {
  const { status, stderr } = startWith({ PORT: 'many', LOG_LEVEL: 'loud', TAX_RATES: '{', CURRENCY: 'euro', RATE_LIMIT_SECONDS: '0', PUBLIC_URL: 'shop.example' })
  assert.equal(status, 2, stderr)
  for (const name of ['PORT', 'LOG_LEVEL', 'TAX_RATES', 'CURRENCY', 'RATE_LIMIT_SECONDS', 'PUBLIC_URL']) assert.match(stderr, new RegExp(`  ${name}: `))
  assert.doesNotMatch(stderr, /at .*\.ts:\d/, 'a person reads sentences, not a stack')
})

test('settings that are right one by one and wrong together end the start before anything is made', () => {
  const methods = ['EUR', 'USD'].map((currency) => ({ id: 'post', name: 'Post', price: { amount: 1, currency } }))
  const { status, stderr } = startWith({ NODE_ENV: 'production', SHIPPING_METHODS: JSON.stringify(methods) })
  assert.equal(status, 2, stderr)
  assert.match(stderr, /SHIPPING_METHODS: has amounts in USD/)
  assert.match(stderr, /SHIPPING_METHODS: has the id post twice/)
  assert.match(stderr, /PAYMENT_PROVIDER: is not set/)
  assert.ok(!existsSync(never))
  assert.equal(startWith({ SHIPPING_METHODS: '[]' }).status, 2)
})

test('an address that cannot be listened at is told with its settings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mercado-'))
  const { status, stderr } = startWith({ MERCADO_DATA: folder, SAMPLE_CATALOGUE: 'off', PORT: '0', METRICS_PORT: '0', HOST: '192.0.2.1' })
  rmSync(folder, { recursive: true })
  assert.equal(status, 2, stderr)
  assert.match(stderr, /  HOST, PORT: listen EADDRNOTAVAIL/)
  assert.doesNotMatch(stderr, /at .*\.ts:\d/)
})

test('a shop that is told to end while it starts ends at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mercado-'))
  const child = spawn(process.execPath, ['commands/start.ts', 'monolith'], {
    cwd: root, stdio: 'ignore', env: { PATH: process.env['PATH'], MERCADO_DATA: folder, PORT: '0', METRICS_PORT: '0' },
  })
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
  await until(async () => existsSync(join(folder, 'bus.db')), (begun) => begun)
  child.kill('SIGTERM')
  assert.deepEqual(await ended, { code: 0, signal: null })
  rmSync(folder, { recursive: true })
})

for (const shape of shapes.slice(0, 2)) {
  test(`${shape.name} sells on when nobody reads its log any more`, async () => {
    const shop = await startShop(shape)
    try {
      shop.process.stdout?.destroy()
      for (let times = 0; times < 3; times++) assert.equal((await shop.get('/products')).status, 200)
      assert.equal(await shop.stop(), 0)
    } finally {
      await endShop(shop)
    }
  })
}
