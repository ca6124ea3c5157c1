import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { npmRun } from '../test/command.ts'
import { shapes, startShop } from '../test/shop.ts'

const fileOf = (t: TestContext, text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mercado-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'products.csv')
  writeFileSync(file, text)
  return file
}

test('import sends a file to the running shop and says what became of it', async (t) => {
  const [shape] = shapes
  assert.ok(shape)
  const shop = await startShop(shape)
  t.after(() => shop.stop())
  const access = ['--url', `${shop.url}/`, '--email', shop.admin.email, '--data', shop.folder]
  const products = Array.from({ length: 300 }, (_, at) => `p${at},Product ${at},"${'word '.repeat(100)}",${at}.50,7\n`).join('')
  const good = fileOf(t, `Handle,Title,Body (HTML),Variant Price,Variant Inventory Qty\n${products}`)

  const first = await npmRun('import', good, ...access, '--password', shop.admin.password)
  assert.deepEqual([first.code, first.err, first.out], [0, '', 'Products: 300 created, 0 updated, 0 refused\nVariants: 300 created, 0 updated, 0 refused\n'])
  assert.equal((await shop.get('/products/p299')).body.variants[0].price.amount, 29950)

  const bad = fileOf(t, 'Handle,Title,Variant Price\np1,One,2\np2,Two,"2,00"\n')
  const second = await npmRun('import', bad, ...access, '--password', shop.admin.password)
  assert.equal(second.code, 1)
  assert.match(second.out, /1 updated, 1 refused[\s\S]*line 3: "2,00" is no price.* \(invalid_price\)/)
  const json = await npmRun('import', bad, ...access, '--password', shop.admin.password, '--json')
  assert.deepEqual(JSON.parse(json.out).products, { created: 0, updated: 1, failed: 1 })

  const wrong = await npmRun('import', bad, ...access, '--password', 'another password')
  assert.deepEqual([wrong.code, wrong.out], [1, ''])
  assert.match(wrong.err, /\(401\)/)
  const nothing = await npmRun('import', fileOf(t, 'a,b\n1,2\n'), ...access, '--password', shop.admin.password)
  assert.match(nothing.err, /\(400\).*Title or Handle/)
  const unknown = await npmRun('import', bad, ...access)
  assert.match(unknown.err, /MERCADO_PASSWORD/)
})

test('import without a file shows how it is used', async () => {
  const { code, err } = await npmRun('import')
  assert.equal(code, 2)
  assert.match(err, /^npm run import/)
})
