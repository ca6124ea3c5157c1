import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { placeOf, roleOf } from '../src/process/role.ts'
import { everyModule } from '../modules/modules.ts'

const never = join(tmpdir(), 'mercado-shape-never-made')
const refused = (entrypoint: string, env: Record<string, string> = {}): string => {
  const { status, stderr } = spawnSync(process.execPath, ['commands/start.ts', entrypoint], {
    cwd: join(import.meta.dirname, '..'), encoding: 'utf8', env: { PATH: process.env['PATH'], MERCADO_DATA: never, ...env },
  })
  const made = existsSync(never)
  rmSync(never, { recursive: true, force: true })
  assert.equal(made, false, 'nothing is made before all is right')
  assert.equal(status, 2, stderr)
  assert.doesNotMatch(stderr, /at .*\.ts:\d/, 'a person reads sentences, not a stack')
  return stderr
}

test('a service that cannot reach the modules it needs does not start, and says what to set', () => {
  assert.match(refused('cart'), /cart: calls product, which is not in this process: name the broker that both stand on with RABBITMQ_URL/)
  assert.match(refused('cart'), /hears guest\.signed_in\.v1 of auth/)
  assert.match(refused('auth'), /auth: tells guest\.signed_in\.v1 to cart/)
  assert.match(refused('order', { RABBITMQ_URL: 'http://broker' }), /RABBITMQ_URL: takes text/)
})

test('a module that may have other instances does not start with data that they would not see', () => {
  const broker = { RABBITMQ_URL: 'amqp://127.0.0.1:1' }
  assert.match(refused('product', broker), /MONGO_URL: is not set: with a broker \(RABBITMQ_URL\) product may have several instances/)
  assert.match(refused('cart', broker), /REDIS_URL: is not set/)
  assert.match(refused('monolith', { ...broker, MONGO_URL: 'mongodb://127.0.0.1:1', REDIS_URL: 'redis://127.0.0.1:1' }), /POSTGRES_URL: is not set.* auth/)
})

test('MODULES names modules, and a stranger among them is told', () => {
  assert.match(refused('monolith', { MODULES: 'cart,ordr' }), /MODULES: names ordr; there are gateway, product, cart, auth, order/)
  const held = (MODULES: string) => {
    const { modules, gateway, problems } = roleOf(everyModule, { MODULES })
    return { modules: modules.map(({ contract }) => contract.name), gateway, problems }
  }
  assert.deepEqual(held(''), { modules: ['product', 'cart', 'auth', 'order'], gateway: true, problems: [] })
  assert.deepEqual(held('order, cart'), { modules: ['cart', 'order'], gateway: false, problems: [] })
  assert.deepEqual(held('gateway,auth'), { modules: ['auth'], gateway: true, problems: [] })
})

test('a service is found at its own ports, the gateway at the shop\'s', () => {
  const ports = (MODULES: string) => {
    const { PORT, METRICS_PORT } = placeOf(roleOf(everyModule, { MODULES }))
    return [PORT, METRICS_PORT]
  }
  assert.deepEqual(ports('product'), ['3002', '9466'])
  assert.deepEqual(ports('order'), ['3004', '9468'])
  assert.deepEqual(ports('gateway,order'), [undefined, undefined])
})

test('an entrypoint that there is not is told beside those there are', () => {
  assert.match(refused('shop'), /shop: is no entrypoint; there is auth, cart, gateway, monolith, order, product/)
})
