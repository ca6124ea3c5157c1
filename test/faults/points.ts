import assert from 'node:assert/strict'
import { auditFolder } from '../../commands/audit/folder.ts'
import { violations } from '../../commands/audit/printed.ts'
import { everyModule } from '../../modules/modules.ts'
import { adminToken } from '../buying.ts'
import { createNotebook } from '../chaos/notebook.ts'
import { type Shopper, shopper } from '../chaos/shopper.ts'
import type { Client } from '../client.ts'
import { type Inside, admin, openInside, settings } from './inside.ts'
import { type Scenario, type Shelf, filled, scenarios, stocked } from './scenarios.ts'
import { struckOrder } from './strikes.ts'

/** Leases and waits of shops that are struck. */
export const hurried = { ...settings, ORDER_LEASE_MS: '400', ORDER_SWEEP_MS: '50', ORDER_PENDING_MS: '1500' }

export const openShop = (folder: string, modules = everyModule): Promise<Inside> => openInside({ modules, folder, env: hurried })

/** A guest for each scenario, with a filled cart, and what was noted of it. */
export interface Guest { session: string; notes: ReturnType<typeof createNotebook>['entries'] }
export interface Prepared { guests: ReadonlyMap<Scenario, Guest>; shelf: Shelf }

/** Fills a folder with a shop at rest, a filled cart for every scenario in it. */
export const prepare = async (folder: string): Promise<Prepared> => {
  const shop = await openShop(folder)
  const { shelf, restock } = await stocked(shop)
  const guests = new Map<Scenario, Guest>()
  for (const scenario of scenarios) {
    const notebook = createNotebook()
    const { who } = await filled({ name: scenario.name, reach: async () => shop, notebook }, scenario, shelf)
    guests.set(scenario, { session: who.session!, notes: notebook.entries })
  }
  await restock(0)
  await shop.close()
  return { guests, shelf }
}

/** A scenario's guest, wherever its shop stands now; all of its answers fall into a time of faults. */
export const guestOf = ({ guests }: Prepared, scenario: Scenario, reach: () => Promise<Client>) => {
  const notebook = createNotebook()
  const { session, notes } = guests.get(scenario)!
  notebook.entries.push(...notes)
  notebook.window(0, Number.MAX_SAFE_INTEGER)
  const person = (at: typeof reach): Shopper => shopper({ name: scenario.name, reach: at, notebook, patienceMs: 15_000 }, { session })
  return { notebook, buyer: person(reach), person }
}

/** Walks every scenario unharmed over a prepared folder, and finds each point where an order comes by, with the first scenario that does. */
export const discoverPoints = async (folder: string, prepared: Prepared): Promise<Map<string, Scenario>> => {
  const found = new Map<string, Scenario>()
  let walking: Scenario
  const shop = await openShop(folder, everyModule.map((module) => (module.contract.name !== 'order' ? module : struckOrder(async (point) => {
    if (!found.has(point)) found.set(point, walking)
  }))))
  for (const scenario of scenarios) {
    walking = scenario
    await scenario.run(guestOf(prepared, scenario, async () => shop).buyer, () => adminToken(shop, admin))
    // What nobody waits for any more belongs to this scenario too.
    assert.equal(violations(await auditFolder(folder, { waitMs: 10_000 })), 0, scenario.name)
  }
  await shop.close()
  return found
}
