import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { auditFolder } from '../../commands/audit/folder.ts'
import { printed, violations } from '../../commands/audit/printed.ts'
import { steps } from '../../modules/order/rules/order.ts'
import { adminToken } from '../buying.ts'
import type { Client } from '../client.ts'
import { isAlive, shapes, startShop } from '../shop.ts'
import { type Inside, admin } from './inside.ts'
import { discoverPoints, guestOf, hurried, openShop, prepare } from './points.ts'
import type { Scenario } from './scenarios.ts'

const [node = ''] = shapes[0]!.command
const shape = { command: [node, 'test/faults/entrypoint.ts'] }
const root = mkdtempSync(join(tmpdir(), 'mercado-killed-'))
after(() => rmSync(root, { recursive: true, force: true }))

const template = join(root, 'template')
const prepared = await prepare(template)

const unharmed = join(root, 'unharmed')
cpSync(template, unharmed, { recursive: true })
const points = await discoverPoints(unharmed, prepared)

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
  const { buyer, person, notebook } = guestOf(prepared, scenario, () => current)
  void killed.promise.then(() => {
    current = openShop(folder).then(async (inside) => {
      again = inside
      // What is put into the cart meanwhile must stay there, however often the order is taken out of it.
      await person(async () => inside).add(prepared.shelf.plenty, 3)
      return inside
    })
  })
  try {
    const walked = scenario.run(buyer, async () => adminToken(await current, admin))
    const late = setTimeout(() => killed.reject(new Error(`${point} was never reached in "${scenario.name}"`)), 15_000)
    assert.equal(await killed.promise, 'SIGKILL')
    clearTimeout(late)
    assert.match(shop.printed(), /^kill at /m)
    await walked
    await current
    const checks = await auditFolder(folder, { journal: notebook.entries, waitMs: 15_000 })
    assert.equal(violations(checks), 0, `${printed(checks)}\n${JSON.stringify(notebook.entries.slice(1), null, 1)}\n${again?.logged()}`)
  } finally {
    if (isAlive(shop)) await shop.kill()
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
