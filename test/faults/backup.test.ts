import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { auditFolder } from '../../commands/audit/folder.ts'
import { type Journal, type JournalEntry, answersIn } from '../../commands/audit/journal.ts'
import { printed, violations } from '../../commands/audit/printed.ts'
import { adminToken, newProduct } from '../buying.ts'
import { createChance } from '../chaos/chance.ts'
import { buyUntil } from '../chaos/crowd.ts'
import { createNotebook } from '../chaos/notebook.ts'
import { npmRun } from '../command.ts'
import { type Shop, endShop, shapes, startShop } from '../shop.ts'

const shops: Shop[] = []
const root = mkdtempSync(join(tmpdir(), 'mercado-backup-'))
after(async () => {
  for (const shop of shops) await endShop(shop)
  rmSync(root, { recursive: true, force: true })
})
const start = async (folder: string): Promise<Shop> => {
  const shop = await startShop(shapes[0]!, { folder, env: { PUBLIC_URL: 'http://shop.test', ORDER_SWEEP_MS: '100', ORDER_LEASE_MS: '1000', ORDER_PENDING_MS: '3000' } })
  shops.push(shop)
  return shop
}

/** What was answered before `moment` must be in a copy made after it; of carts, what came later may be. */
const before = (journal: Journal, moment: number): Journal => journal.flatMap((entry): JournalEntry[] => {
  if (entry.kind === 'cart') return [{ ...entry, acknowledged: entry.acknowledged && entry.at < moment }]
  return entry.kind === 'answer' && entry.at + entry.ms < moment ? [entry] : []
})

test('a backup made while eight buyers buy is a whole shop, with every order that was acknowledged before', async () => {
  const shop = await start(join(root, 'shop'))
  const admin = await adminToken(shop, shop.admin)
  const variants: string[] = []
  for (const stock of [10_000, null, 10_000]) variants.push((await newProduct(shop, admin, { stock })).variants[0].id)
  const notebook = createNotebook()
  const end = Date.now() + 4_000
  const crowd = Promise.all(Array.from({ length: 8 }, (_, at) => buyUntil(`buyer ${at + 1}`, {
    reach: async () => shop, notebook, chance: createChance(at), variants, staff: async () => admin, end,
  })))

  await sleep(1_500)
  const moment = Date.now()
  const copy = join(root, 'copy')
  const { code, err } = await npmRun('backup', copy, '--data', shop.folder)
  assert.equal(code, 0, err)
  await crowd

  const sold = await auditFolder(shop.folder, { journal: notebook.entries, waitMs: 20_000 })
  assert.equal(violations(sold), 0, `the shop that was copied:\n${printed(sold)}`)

  await start(copy)
  const acknowledged = before(notebook.entries, moment)
  assert.ok(answersIn(acknowledged).some(({ operation, status }) => operation === 'place' && status === 201), 'nobody bought anything before the backup')
  const restored = await auditFolder(copy, { journal: acknowledged, waitMs: 20_000 })
  assert.equal(violations(restored), 0, `the copy:\n${printed(restored)}`)
})
