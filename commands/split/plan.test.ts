import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { planSplit } from './plan.ts'
import { portsTaken } from './ports.ts'
import { StartError } from '../../src/process/check.ts'
import * as contracts from '../../modules/contracts.ts'

const all = Object.values(contracts)
const problemsOf = async (env: Record<string, string>) => {
  const error = await planSplit(all, env).then(() => null, (failure: unknown) => failure)
  assert.ok(error instanceof StartError)
  return error.problems.map(({ name }) => name)
}

test('services keep the ports of their contracts, on loopback, and the gateway knows them', async () => {
  const { gateway, rounds: [first = [], ...more], publicUrl } = await planSplit(all, { ADMIN_EMAIL: 'a@b.example', MODULES: 'cart', TRUSTED_PROXIES: '10.0.0.1' })
  assert.deepEqual(more, [])
  assert.deepEqual(first.map(({ name, host, port, metricsPort }) => [name, host, port, metricsPort]).sort(), [
    ['auth', '127.0.0.1', 3001, 9465], ['cart', '127.0.0.1', 3005, 9469], ['order', '127.0.0.1', 3004, 9468], ['product', '127.0.0.1', 3002, 9466],
  ])
  const [auth] = first
  assert.deepEqual([gateway.host, gateway.port, gateway.metricsPort, publicUrl], ['0.0.0.0', 3000, 9464, 'http://localhost:3000'])
  assert.deepEqual([gateway.env['AUTH_URL'], gateway.env['CART_URL'], gateway.env['TRUSTED_PROXIES']], ['http://127.0.0.1:3001', 'http://127.0.0.1:3005', '10.0.0.1'])
  assert.deepEqual({ ...auth?.env }, {
    ADMIN_EMAIL: 'a@b.example', PORT: '3001', HOST: '127.0.0.1', METRICS_PORT: '9465', PUBLIC_URL: 'http://localhost:3000',
    MERCADO_DATA: 'data/services/auth', TRUSTED_PROXIES: '127.0.0.1,::1',
  })
})

test('further instances take free ports behind the same gateway, each with a folder of its own', async () => {
  const { gateway, rounds } = await planSplit(all, { INSTANCES: '3', MERCADO_DATA: 'shop', PORT: '3100', PUBLIC_URL: 'https://shop.example', AUTH_PORT: '0' })
  assert.deepEqual(rounds.map((round) => round.map(({ name }) => name).includes('order')), [true, false, false])
  const orders = rounds.flat().filter(({ entrypoint }) => entrypoint === 'order')
  assert.deepEqual(orders.map(({ name, env }) => [name, env['MERCADO_DATA'], env['PUBLIC_URL']]),
    ['order', 'order-2', 'order-3'].map((name) => [name, `shop/services/${name}`, 'https://shop.example']))
  assert.equal(gateway.env['ORDER_URL'], orders.map(({ port }) => `http://127.0.0.1:${port}`).join(','))
  assert.equal(new Set([gateway, ...rounds.flat()].map(({ port }) => port)).size, 13)
  assert.ok(rounds.flat().every(({ name, port }) => name !== 'auth' || ![0, 3001].includes(port)))
})

test('settings that cannot be used are all named before anything starts', async () => {
  assert.deepEqual(await problemsOf({ RUNTIME: 'bun', INSTANCES: '0', PORT: 'x', CART_PORT: '70000' }), ['PORT', 'RUNTIME', 'INSTANCES', 'CART_PORT'])
})

test('a port that is taken is named, with who holds it, and so are two of the same', async (t) => {
  const server = createServer()
  t.after(() => server.close())
  const port = await new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    resolve(typeof address === 'object' && address !== null ? address.port : 0)
  }))
  const one = (name: string, wanted: number, metricsPort = 0) => ({ name, entrypoint: name, host: '127.0.0.1', port: wanted, metricsPort, env: {} })
  const found = await portsTaken([one('auth', port), one('cart', 0, 0), one('order', port)])
  assert.deepEqual(found.map(({ name }) => name), ['auth', 'order'])
  assert.match(found[0]?.message ?? '', new RegExp(process.platform === 'linux' ? `port ${port} is in use by process ${process.pid} \\(` : `port ${port} is in use`))
  assert.match(found[1]?.message ?? '', /as auth does/)
  assert.deepEqual(await portsTaken([one('auth', 0)]), [])
})
