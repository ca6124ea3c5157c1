import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { JournalEntry } from '../../../commands/audit/journal.ts'
import { adminToken } from '../../buying.ts'
import { createNotebook } from '../../chaos/notebook.ts'
import { isAlive, until } from '../../shop.ts'
import type { SplitShop } from '../../split.ts'
import { discoverPoints, prepare } from '../points.ts'
import { type Scenario, type Stocked, filled, stocked } from '../scenarios.ts'
import { onSplitShop, troubles } from './shop.ts'

const root = mkdtempSync(join(tmpdir(), 'mercado-points-'))
const prepared = await prepare(join(root, 'prepared'))
cpSync(join(root, 'prepared'), join(root, 'unharmed'), { recursive: true })
// A process that dies before a call leaves what one leaves that dies when the step was stored: those points are one.
const points = [...await discoverPoints(join(root, 'unharmed'), prepared)].filter(([point]) => !point.endsWith(':before'))
rmSync(root, { recursive: true })

const inCI = process.env['CI'] === 'true'
const some = <T>(of: readonly T[], every: number): T[] => of.filter((_, at) => at % every === 1)

onSplitShop('a shop of services', {}, (struck) => {
  const journal: JournalEntry[] = []
  let goods: Stocked | undefined
  const buyerOf = async (shop: SplitShop, scenario: Scenario) => {
    goods ??= await stocked(shop)
    const notebook = createNotebook()
    notebook.window(0, Number.MAX_SAFE_INTEGER)
    await goods.restock(1000)
    const buyer = await filled({ name: `${scenario.name} ${journal.length}`, reach: async () => shop, notebook, patienceMs: 20_000 }, scenario, goods.shelf)
    await goods.restock(0)
    return { buyer, notes: notebook.entries }
  }
  /** One order walks its scenario; at this point the order service does as it is told, and `meanwhile` happens. */
  const walk = async (told: 'kill' | 'freeze', point: string, scenario: Scenario, meanwhile: (shop: SplitShop) => Promise<void>): Promise<void> => {
    const shop = struck.shop()
    const [order] = shop.of('order')
    // Who was killed before is back, but the gateway may not have seen it yet.
    const ready = await until(() => buyerOf(shop, scenario).catch(String), (made) => typeof made !== 'string')
    if (typeof ready === 'string') throw new Error(ready)
    const { buyer, notes } = ready
    const before = order!.now()
    const already = before.printed().length
    before.process.stdin!.write(`${told} ${point}\n`)
    const walked = scenario.run(buyer, () => adminToken(shop, shop.admin))
    await until(async () => before.printed().slice(already), (text) => text.includes(`${told} at ${point}\n`))
    await meanwhile(shop)
    await walked
    journal.push(...notes)
  }

  for (const [point, scenario] of inCI ? points : some(points, 6)) {
    test(`carries on where the order service is killed at ${point}, in ${scenario.name}`, { timeout: 60_000 }, () => walk('kill', point, scenario, async (shop) => {
      const [order] = shop.of('order')
      await until(async () => isAlive(order!.now()), (alive) => !alive)
      await order!.again()
    }))
  }

  // At each step somebody else dies while the order is on its way there; the order service itself only waits.
  const steps = points.filter(([point]) => point.endsWith(':stored'))
  for (const [point, scenario] of inCI ? steps : some(steps, 6)) {
    // Product and cart are asked at most steps, the other two at none: these stand for those that are not asked.
    const all = point === 'new>authorizing:stored' || point === 'capturing>settling:stored' || point === 'authorizing>waiting:stored'
    for (const name of all ? ['product', 'cart', 'auth', 'gateway'] : ['product', 'cart']) {
      test(`carries on where ${name} is killed at ${point}, in ${scenario.name}`, { timeout: 60_000 }, () => walk('freeze', point, scenario, async (shop) => {
        const [victim] = shop.of(name)
        await victim!.now().kill()
        shop.of('order')[0]!.now().process.kill('SIGCONT')
        await victim!.again()
      }))
    }
  }

  test('nothing was lost, doubled or left half done', { timeout: 120_000 }, async () => {
    assert.ok(journal.length > 0)
    assert.equal(await struck.audited(journal), '', troubles(struck.shop()))
  })
})
