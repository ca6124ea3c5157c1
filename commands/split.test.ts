import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, after, describe, test } from 'node:test'
import { everyServer } from '../deploy/local/every-server.ts'
import { downTogether, folderOf } from '../deploy/local/together.ts'
import * as contracts from '../modules/contracts.ts'
import { socketsIn } from '../src/process/socket.ts'
import { adminToken, bought } from '../test/buying.ts'
import { type Client, client } from '../test/client.ts'
import { npmRun } from '../test/command.ts'
import { admin, bin, testEnvironment, until } from '../test/shop.ts'

const root = join(import.meta.dirname, '..')
const names = Object.keys(contracts)
const free = Object.fromEntries(names.map((name) => [`${name.toUpperCase()}_PORT`, '0']))
const missing = everyServer.map((server) => server.missing()).filter((one) => one !== null).join('\n')
const launchers = new Set<ChildProcess>()
process.on('exit', () => { for (const child of launchers) child.kill('SIGKILL') })

interface Entry { service: string; level: string; message: string; url?: string; services?: Record<string, number> }
interface Launched extends Client {
  readonly process: ChildProcess
  entries(): Entry[]
  errors(): string
  /** How it ended. */
  readonly ended: Promise<number | NodeJS.Signals | null>
  /** The process of a service, by its name. */
  pidOf(name: string): Promise<number>
}

const launch = async (t: TestContext, folder: string, env: Record<string, string> = {}): Promise<Launched> => {
  const child = spawn(bin('node'), ['commands/split.ts'], { cwd: root, env: { ...testEnvironment(), ...free, MERCADO_DATA: folder, ...env } })
  launchers.add(child)
  let printed = ''
  let errors = ''
  child.stdout.on('data', (chunk) => { printed += chunk })
  child.stderr.on('data', (chunk) => { errors += chunk })
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => child.once('close', (code, signal) => { launchers.delete(child); resolve(code ?? signal) }))
  t.after(() => {
    child.kill('SIGKILL')
    return ended
  })
  const entries = (): Entry[] => printed.split('\n').slice(0, -1).map((line) => JSON.parse(line))
  const opened = () => entries().find(({ message }) => message === 'the shop is open')
  let over = false
  void ended.then(() => { over = true })
  await until(async () => opened(), (entry) => over || entry !== undefined, 60_000)
  const url = opened()?.url ?? ''
  return {
    ...client(url), process: child, entries, errors: () => errors, ended,
    pidOf: async (name) => {
      const port = String(opened()?.services?.[name])
      const { out } = await listing()
      const line = out.split('\n').find((one) => one.includes(`PORT=${port} `) || one.endsWith(`PORT=${port}`))
      return Number(line?.trim().split(/\s+/)[0])
    },
  }
}

/** Every process with its environment. */
const listing = (): Promise<{ out: string }> => new Promise((resolve) => {
  const child = spawn('ps', ['axeww', '-o', 'pid=,args='])
  let out = ''
  child.stdout.on('data', (chunk) => { out += chunk })
  child.once('close', () => resolve({ out }))
})
const servicesIn = async (folder: string): Promise<string[]> => (await listing()).out.split('\n').filter((line) => line.includes('split/service.ts') && line.includes(`MERCADO_DATA=${join(folder, 'services')}/`))

describe('a shop as services', { skip: missing === '' || process.env['CI'] === 'true' ? false : missing }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mercado-launch-'))
  after(async () => {
    await downTogether(everyServer, folder)
    rmSync(folder, { recursive: true, force: true })
  })

  for (const runtime of ['node', 'deno']) {
    test(`starts with its servers by one command, sells, and ends in order with all of them (${runtime})`, { timeout: 90_000 }, async (t) => {
      const shop = await launch(t, folder, { RUNTIME: runtime })
      assert.deepEqual(Object.keys(shop.entries().find(({ message }) => message === 'the shop is open')?.services ?? {}).sort(), names, shop.errors())
      await bought(shop, await adminToken(shop, admin))
      if (runtime === 'node') assert.ok(shop.entries().some(({ service, message }) => service === 'auth' && message === `Admin: ${admin.email}`))
      assert.ok(socketsIn(folder).filter((path) => existsSync(path)).length >= names.length)
      const { code, out, err } = await npmRun('dead-letters', 'list', '--data', folder)
      assert.deepEqual([code, out], [0, 'No dead letters.\n'], err)

      shop.process.kill('SIGINT')
      assert.equal(await shop.ended, 0)
      const stopped = shop.entries().filter(({ message }) => message === 'stopping').map(({ service }) => service)
      assert.deepEqual([stopped[0], [...stopped].sort()], ['gateway', ['gateway', ...names].sort()])
      assert.deepEqual([await servicesIn(folder), everyServer.filter((server) => server.url(folderOf(folder, server)) !== null)], [[], []])
    })
  }

  test('starts a service again that died, and says so; a killed launcher leaves none behind', { timeout: 90_000 }, async (t) => {
    const shop = await launch(t, folder, { INSTANCES: '2' })
    assert.equal((await servicesIn(folder)).length, 1 + 2 * names.length, shop.errors())
    const token = await adminToken(shop, admin)
    process.kill(await shop.pidOf('cart-2'), 'SIGKILL')
    await until(async () => shop.entries(), (all) => all.some(({ service, message }) => service === 'shop' && /^cart-2 ended by SIGKILL; it starts again in 0\.5 s$/.test(message)))
    await until(async () => shop.entries(), (all) => all.filter(({ service, message }) => service === 'cart-2' && message === 'listening').length === 2)
    await bought(shop, token)

    shop.process.kill('SIGKILL')
    await shop.ended
    await until(() => servicesIn(folder), (left) => left.length === 0)
    const again = await launch(t, folder)
    await bought(again, await adminToken(again, admin))
    again.process.kill('SIGTERM')
    assert.equal(await again.ended, 0)
    assert.deepEqual(everyServer.filter((server) => server.url(folderOf(folder, server)) !== null), [])
  })

  test('ends where a service refuses its settings, with what it says, and leaves nothing running', { timeout: 90_000 }, async (t) => {
    const shop = await launch(t, folder, { ORDER_LEASE_MS: 'soon' })
    assert.equal(await shop.ended, 2)
    assert.ok(shop.entries().some(({ service, message }) => service === 'order' && message.includes('ORDER_LEASE_MS')))
    assert.match(shop.errors(), /order: cannot start/)
    assert.deepEqual([await servicesIn(folder), everyServer.filter((server) => server.url(folderOf(folder, server)) !== null)], [[], []])
  })
})

test('a shop as services says what keeps it from starting: a setting, a port, a second one on its folder', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mercado-launch-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const wrong = await launch(t, folder, { RUNTIME: 'bun', INSTANCES: 'many' })
  assert.equal(await wrong.ended, 2)
  assert.match(wrong.errors(), /RUNTIME: takes node \| deno[\s\S]*INSTANCES: takes 1 … 32/)
  const clash = await launch(t, folder, { PORT: '39999', CART_PORT: '39999' })
  assert.equal(await clash.ended, 2)
  assert.match(clash.errors(), /cart: would listen on port 39999, as gateway does/)
})
