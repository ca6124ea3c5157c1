import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyModule } from '../modules/modules.ts'
import { productModule } from '../modules/product/module.ts'
import type { OrderLine, StockStore } from '../modules/product/store.ts'
import type { Module } from '../src/module/module.ts'
import { adminToken } from '../test/buying.ts'
import { npmRun } from '../test/command.ts'
import { admin, openInside } from '../test/faults/inside.ts'
import { countsOf, problems, race } from '../test/race.ts'
import { gathered } from './audit/audit.ts'

test('of ten things two hundred buyers get exactly ten', async () => {
  const { code, out, err } = await npmRun('oversell', '--buyers', '200', '--stock', '10')
  assert.equal(code, 0, out + err)
  for (const line of [/^ +10 {2}201$/m, /^ +190 {2}409 out_of_stock$/m, /paid orders +10 +10$/m, /charges +10 +10$/m, /stock available +0 +0$/m]) assert.match(out, line)
})

test('whoever asks for anything else is told how', async () => {
  for (const args of [['--stock', '0'], ['--buyers', 'many'], ['--url', 'http://localhost:1'], ['--nope']]) assert.equal((await npmRun('oversell', ...args)).code, 2)
})

/** Looks first and takes then, as if nobody came between. */
const unguarded: Module = {
  ...productModule,
  build(given) {
    const store: StockStore = given.store
    const hold = async (order: string, lines: readonly OrderLine[], at: number) => {
      const seen = await store.quotes(lines.map(({ variantId }) => variantId))
      await new Promise((resolve) => { setTimeout(resolve, 20) })
      const taken = await store.hold(order, lines, at)
      const enough = lines.every(({ variantId, quantity }) => (seen.find((one) => one.variantId === variantId)?.available ?? 0) >= quantity)
      return enough ? { reservation: { state: 'held' as const, short: [] } } : taken
    }
    return productModule.build({ ...given, store: { ...given.store, hold } })
  },
}

for (const [title, product, oversold] of [['with the stock\'s guard nothing', productModule, false], ['without the stock\'s guard too much', unguarded, true]] as const) {
  test(`${title} is oversold, and the count says so`, async () => {
    const shop = await openInside({ modules: everyModule.map((module) => (module.contract.name === 'product' ? product : module)) })
    try {
      const size = { buyers: 30, stock: 5 }
      const raced = await race(shop, await adminToken(shop, admin), size)
      const counts = countsOf(gathered(await shop.rows()), raced.variantId)
      assert.equal(problems(raced, counts, size).length > 0, oversold, JSON.stringify({ answers: [...raced.answers], counts }))
      assert.equal(counts.charges > size.stock, oversold)
    } finally {
      await shop.close()
    }
  })
}
