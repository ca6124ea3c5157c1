import { Type } from '@sinclair/typebox'
import { audit } from '../../commands/audit/audit.ts'
import type { JournalEntry } from '../../commands/audit/journal.ts'
import { type Statement, sql } from '../../src/databases/sql.ts'
import type { Clerk } from './clerk.ts'
import type { Network } from './network.ts'
import type { Simulated } from './simulated.ts'
import type { Goods } from './shop.ts'
import type { Stores } from './stores.ts'
import { unsettled } from './documents/unsettled.ts'

const Count = Type.Object({ count: Type.Integer() })

/** How much is still on its way to rest; nothing looks at a shop at rest but this. */
export const unrest = async (stores: Stores, network: Network): Promise<number> => {
  const count = async (store: string, query: Statement) => (await stores.direct(store).read(Count, query))[0]?.count ?? 0
  let sum = network.pending().length
  sum += await count('order', sql`select count(*) as count from orders where settled_at is null`)
  sum += await count('order', sql`select count(*) as count from order_refunds where status = 'pending'`)
  const documents = stores.directly('product')
  sum += documents === null ? await count('product', sql`select count(*) as count from stock where version > published`) : await unsettled(documents)
  return sum + await stores.backlog()
}

/** Runs the shop until nothing moves any more; false where that takes longer than `withinMs`. */
export const comesToRest = async (sim: Simulated, stores: Stores, network: Network, withinMs: number): Promise<boolean> => {
  const everyMs = 2000
  let rests = false
  const look = () => {
    void unrest(stores, network).then((left) => {
      rests = left === 0
      if (!rests) sim.time.after(everyMs, look)
    })
  }
  sim.time.after(0, look)
  return sim.time.run(sim.time.now() + withinMs, () => rests)
}

export interface Known { journal: readonly JournalEntry[]; clerk: Clerk; goods: readonly Goods[] }

/** What the auditor finds, and what only this simulation can know. */
export const verdict = async (sim: Simulated, stores: Stores, network: Network, { journal, clerk, goods }: Known): Promise<string[]> => {
  const rows = await stores.dump()
  const due = network.pending().map(({ module, event }) => ({ table: 'delivery', row: { module, event_id: event.id, dead: 0 } }))
  const checks = audit({ ...rows, bus: due }, journal, sim.time.now())
  const found = checks.flatMap(({ number, findings }) => findings.map((finding) => `check ${number}: ${finding}`))
  for (const { row: { id, status, settled_at, cancel_by } } of rows['order']?.filter(({ table }) => table === 'orders') ?? []) {
    const keeps = settled_at !== null && cancel_by !== null && status !== 'cancelled' && status !== 'payment_failed'
    if (keeps) found.push(`order ${id} was to be cancelled, and rests as ${status}`)
  }
  for (const { row } of rows['product']?.filter(({ table }) => table === 'stock') ?? []) {
    const first = goods.find(({ variantId }) => variantId === row['variant'])?.stock ?? null
    const { sure, least, most, counted } = clerk.moved.get(String(row['variant'])) ?? { sure: 0, least: 0, most: 0, counted: true }
    if (first === null || !counted) continue
    const received = Number(row['received'])
    if (received < first + sure + least || received > first + sure + most) {
      const besides = `between ${least} and ${most} besides`
      found.push(`variant ${row['variant']} received ${received}: it began with ${first}, staff moved ${sure}, and ${besides}`)
    }
  }
  return found
}
