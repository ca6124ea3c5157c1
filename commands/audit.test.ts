import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { everyModule } from '../modules/modules.ts'
import { addToCart, adminToken, checkOut, newProduct } from '../test/buying.ts'
import { npmRun } from '../test/command.ts'
import { admin, openInside } from '../test/faults/inside.ts'

const root = mkdtempSync(join(tmpdir(), 'mercado-audit-'))
after(() => rmSync(root, { recursive: true, force: true }))
const folder = join(root, 'shop')

test('a shop is counted while it runs, and changed by nothing', async () => {
  const shop = await openInside({ modules: everyModule, folder })
  try {
    const product = await newProduct(shop, await adminToken(shop, admin), { stock: 3 })
    const { session } = await addToCart(shop, {}, product.variants[0].id)
    assert.equal((await checkOut(shop, { session })).status, 201)
    const { code, out, err } = await npmRun('audit', '--data', folder, '--wait', '20')
    assert.deepEqual([code, err], [0, ''], out)
    assert.match(out, /^ 4 {2}charges and orders are the same on both sides +2 +0$/m)
    assert.match(out, /No violations\.\n$/)
  } finally {
    await shop.close()
  }
})

test('what is wrong is named, and the command ends with 1', async () => {
  const db = new DatabaseSync(join(folder, 'order.db'))
  db.exec("update orders set step = 'settling', settled_at = null")
  const { id } = db.prepare('select id from orders').get()!
  db.close()
  const { code, out } = await npmRun('audit', '--data', folder)
  assert.equal(code, 1)
  assert.match(out, new RegExp(`\n3:\n {2}order ${id} is paid, at step settling\n`))
  const { out: json } = await npmRun('audit', '--data', folder, '--json')
  assert.deepEqual(JSON.parse(json).filter((check: any) => check.findings.length > 0).map((check: any) => check.number), [3])
})

test('what cannot be counted is said in a sentence', async () => {
  const nowhere = await npmRun('audit', '--data', join(root, 'nowhere'))
  assert.deepEqual([nowhere.code, nowhere.out], [1, ''])
  assert.match(nowhere.err, /holds no shop's data; name its folder with --data or MERCADO_DATA$/m)
  const served = join(root, 'served')
  mkdirSync(join(served, 'servers'), { recursive: true })
  assert.match((await npmRun('audit', '--data', served)).err, /its servers in the settings: eval "\$\(deploy\/local\/servers urls --data \S+served\)"/)
  const journal = join(root, 'journal.log')
  writeFileSync(journal, '{"kind":"rumour"}\n')
  assert.match((await npmRun('audit', '--data', folder, '--journal', journal)).err, /Line 1 of the journal is no entry/)
  for (const args of [['--wait', 'long'], ['--nope']]) assert.equal((await npmRun('audit', ...args)).code, 2)
})
