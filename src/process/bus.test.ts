import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contract } from '../contract/contract.ts'
import { createLog } from '../observe/log.ts'
import { createMetrics } from '../observe/metrics.ts'
import { callersIn, provideBus } from './bus.ts'
import { createContainer } from './container.ts'
import { tokens } from './tokens.ts'
import { realWorld } from './world.ts'

const about = { port: 1, operations: {}, inner: {}, events: {}, hears: {} }

test('a broker user named like a module calls what that module says it calls, and reads the keys of tokens; a shared user calls all', () => {
  const may = callersIn([contract('cart', { ...about, calls: ['product'] }), contract('product', about), contract('order', { ...about, calls: ['cart', 'product'] }), contract('auth', about)])
  const callers = [['cart', 'product', 'quote'], ['cart', 'order', 'quote'], ['product', 'cart', 'settle'], ['order', 'cart', 'settle']] as const
  assert.deepEqual(callers.map(([user, module, operation]) => may(user, module, operation)), [true, false, false, true])
  assert.deepEqual([may('cart', 'auth', 'keys'), may('cart', 'auth', 'account'), may('cart', 'product', 'keys')], [true, false, true])
  assert.equal(may('mercado', 'cart', 'settle'), true)
})

test('a broker that is away is waited for as long as the settings say, then the process starts without it', { timeout: 20_000 }, async () => {
  const lines: string[] = []
  const container = createContainer()
  const world = realWorld()
  container.provide(tokens.world, () => world)
  container.provide(tokens.log, () => createLog({ level: 'warn', readable: false, now: world.now, write: (line) => lines.push(line) }))
  container.provide(tokens.metrics, (here) => createMetrics(here.get(tokens.log)))
  provideBus(container, { broker: { url: 'amqp://127.0.0.1:1', setting: 'RABBITMQ_URL' }, contracts: [], attempts: 1, name: 'mercado test', waitMs: 0 })
  const bus = await container.get(tokens.bus)
  await bus.close(0)
  container.get(tokens.metrics).stop()
  container.get(tokens.log).flush()
  assert.match(lines.join(''), /the broker is not reached yet/)
})
