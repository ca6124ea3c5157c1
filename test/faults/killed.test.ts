import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { auditFolder } from '../../commands/audit/folder.ts'
import { printed, violations } from '../../commands/audit/printed.ts'
import { everyModule } from '../../modules/modules.ts'
import { steps } from '../../modules/order/rules/order.ts'
import { adminToken } from '../buying.ts'
import { createNotebook } from '../chaos/notebook.ts'
import { shopper } from '../chaos/shopper.ts'
import type { Client } from '../client.ts'
import { shapes, startShop } from '../shop.ts'
import { type Inside, admin, openInside, settings } from './inside.ts'
import { type Scenario, filled, scenarios, stocked } from './scenarios.ts'
import { struckOrder } from './strikes.ts'

const hurried = { ...settings, ORDER_LEASE_MS: '400', ORDER_SWEEP_MS: '50', ORDER_PENDING_MS: '1500' }
const [node = ''] = shapes[0]!.command
const shape = { command: [node, 'test/faults/entrypoint.ts'] }
const root = mkdtempSync(join(tmpdir(), 'mercado-killed-'))
after(() => rmSync(root, { recursive: true, force: true }))

const openShop = (folder: string, modules = everyModule): Promise<Inside> => openInside({ modules, folder, env: hurried })

/** A shop at rest with a filled cart for every scenario, to be copied for each kill. */
const prepare = async (folder: string) => {
  const shop = await openShop(folder)
  const { shelf, restock } = await stocked(shop)
  const guests = new Map<Scenario, { session: string; notes: ReturnType<typeof createNotebook>['entries'] }>()
  for (const scenario of scenarios) {
    const notebook = createNotebook()
    const { who } = await filled({ name: scenario.name, reach: async () => shop, notebook }, scenario, shelf)
    guests.set(scenario, { session: who.session!, notes: notebook.entries })
  }
  await restock(0)
  await shop.close()
  return { guests, shelf }
}

const template = join(root, 'template')
const { guests, shelf } = await prepare(template)

/** A shopper in a copy of the template; all of its answers fall into a time of faults. */
const guestOf = (scenario: Scenario, reach: () => Promise<Client>) => {
  const notebook = createNotebook()
  const { session, notes } = guests.get(scenario)!
  notebook.entries.push(...notes)
  notebook.window(0, Number.MAX_SAFE_INTEGER)
  const person = (at: typeof reach) => shopper({ name: scenario.name, reach: at, notebook, patienceMs: 15_000 }, { session })
  return { notebook, buyer: person(reach), person }
}

/** Walks every scenario unharmed and writes down where it comes by. */
const discover = async (): Promise<Map<string, Scenario>> => {
  const folder = join(root, 'unharmed')
  cpSync(template, folder, { recursive: true })
  const found = new Map<string, Scenario>()
  let walking: Scenario
  const shop = await openShop(folder, everyModule.map((module) => (module.contract.name !== 'order' ? module : struckOrder(async (point) => {
    if (!found.has(point)) found.set(point, walking)
  }))))
  for (const scenario of scenarios) {
    walking = scenario
    await scenario.run(guestOf(scenario, async () => shop).buyer, () => adminToken(shop, admin))
    // What nobody waits for any more belongs to this scenario too.
    assert.equal(violations(await auditFolder(folder, { waitMs: 10_000 })), 0, scenario.name)
  }
  await shop.close()
  return found
}
const points = await discover()

test('the scenarios come by every step of the order module, before and after it is stored, and by its calls', () => {
  const by = (pattern: RegExp) => [...points.keys()].some((point) => pattern.test(point))
  for (const step of steps) {
    assert.ok(by(new RegExp(`>${step}(\\(freed\\))?:before-store$`)), `nothing comes by before ${step} is stored`)
    assert.ok(by(new RegExp(`>${step}(\\(freed\\))?:stored$`)), `nothing comes by after ${step} was stored`)
    // A reservation of what is being undone and the like: each step but the last asks something of others.
    assert.ok(step === 'done' || by(new RegExp(`^${step}:\\w+:called$`)), `nothing comes by between a call of ${step} and its answer`)
  }
})

const killAt = async (point: string, scenario: Scenario): Promise<void> => {
  const folder = join(root, point.replaceAll(/\W/g, '-'))
  cpSync(template, folder, { recursive: true })
  const shop = await startShop(shape, { folder, env: { ...hurried, KILL_AT: point, LOG_LEVEL: 'error', NODE_COMPILE_CACHE: join(root, 'compiled') } })
  const killed = Promise.withResolvers<NodeJS.Signals | null>()
  shop.process.once('exit', (_, signal) => killed.resolve(signal))
  let current: Promise<Client> = Promise.resolve(shop)
  let again: Inside | undefined
  const { buyer, person, notebook } = guestOf(scenario, () => current)
  void killed.promise.then(() => {
    current = openShop(folder).then(async (inside) => {
      again = inside
      // What is put into the cart meanwhile must stay there, however often the order is taken out of it.
      await person(async () => inside).add(shelf.plenty, 3)
      return inside
    })
  })
  try {
    const walked = scenario.run(buyer, async () => adminToken(await current, admin))
    const late = setTimeout(() => killed.reject(new Error(`${point} was never reached in "${scenario.name}"`)), 15_000)
    assert.equal(await killed.promise, 'SIGKILL')
    clearTimeout(late)
    assert.match(shop.printed(), /^killed at /m)
    await walked
    await current
    const checks = await auditFolder(folder, { journal: notebook.entries, waitMs: 15_000 })
    assert.equal(violations(checks), 0, `${printed(checks)}\n${JSON.stringify(notebook.entries.slice(1), null, 1)}\n${again?.logged()}`)
  } finally {
    if (shop.process.exitCode === null && shop.process.signalCode === null) await shop.kill()
    await current.catch(() => {})
    await again?.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

// A process that dies before a call leaves what one leaves that dies when the step was stored: those points are one.
const kills = [...points].filter(([point]) => !point.endsWith(':before'))
describe('a shop that is killed carries on', { concurrency: 3 }, () => {
  for (const [point, scenario] of kills) test(`at ${point}, in ${scenario.name}`, { timeout: 60_000 }, () => killAt(point, scenario))
})
