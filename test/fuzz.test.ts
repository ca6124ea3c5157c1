import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { auditFolder } from '../commands/audit/folder.ts'
import { printed, violations } from '../commands/audit/printed.ts'
import * as contracts from '../modules/contracts.ts'
import { planOf } from '../src/http/plan.ts'
import { adminToken } from './buying.ts'
import { type Asked, askedOf } from './fuzz/asked.ts'
import { type Document, wrongAnywhere, wrongFor } from './fuzz/judge.ts'
import { type Peopled, people } from './fuzz/people.ts'
import { type Sender, sender } from './fuzz/send.ts'
import { type Shop, endShop, shapes, startShop } from './shop.ts'

/**
 * Random requests to every operation, made from its contract and then spoiled: none may fail the shop, and every answer
 * is one that the served document declares. What may be set:
 *
 * MERCADO_FUZZ_SEED      other requests, the same at every run; a failure prints it. Default 1, so that no run fails by chance
 * MERCADO_FUZZ_REQUESTS  how many in all. Default 2500, with CI=true 20000
 */
const ci = process.env['CI'] === 'true'
const seed = Number(process.env['MERCADO_FUZZ_SEED'] ?? 1)
const requests = Number(process.env['MERCADO_FUZZ_REQUESTS'] ?? (ci ? 20_000 : 2500))
const DEADLINE_MS = 20_000
const MOST_MS = 300_000
const AT_ONCE = 8

const plans = Object.values(contracts).flatMap(({ name, operations }) => Object.entries(operations).map(([one, about]) => planOf(name, one, about)))
const [node, deno] = shapes
/** The runtimes read requests in their own ways: in CI a part is asked of the second as well. */
const runs = [{ shape: node, each: Math.ceil(requests / plans.length) }, ...(ci ? [{ shape: deno, each: Math.ceil(requests / plans.length / 4) }] : [])]

for (const { shape, each } of runs) {
  if (shape === undefined) throw new Error('there is no such shape')
  describe(`whatever is asked of ${shape.name}`, () => {
    let shop: Shop
    let sent: Sender
    let peopled: Peopled
    let document: Document
    before(async () => {
      shop = await startShop(shape)
      peopled = await people(shop)
      document = (await shop.get('/openapi.json')).body
      sent = sender(shop.url, DEADLINE_MS)
    })
    after(async () => {
      sent?.close()
      if (shop !== undefined) await endShop(shop)
    })

    describe('its answers', { concurrency: AT_ONCE }, () => {
      for (const plan of plans) {
        test(`${plan.method} ${plan.template} answers only what it declares`, async () => {
          const places = plan.method === 'POST' && plan.template === '/orders'
          const run = async (asked: Asked): Promise<void> => {
            // An order takes a cart with something in it.
            if (places) await sent.send({ ...peopled.fill, headers: { ...peopled.fill.headers, ...asked.as } })
            const answer = await sent.send(asked)
            const wrong = [...wrongAnywhere(document, answer), ...(asked.astray ? [] : wrongFor(document, plan.method, plan.template, answer))]
            assert.equal(wrong.join('; '), '', `run again with MERCADO_FUZZ_SEED=${seed}`)
          }
          await fc.assert(fc.asyncProperty(askedOf(plan, peopled), run), { seed, numRuns: each, interruptAfterTimeLimit: MOST_MS, markInterruptAsFailure: true })
        })
      }
    })

    test('and afterwards nothing is half done: every list reads, and the auditor finds nothing', async () => {
      assert.equal(shop.process.exitCode, null, 'the shop has ended')
      const token = await adminToken(shop, shop.admin)
      for (const path of ['/products?limit=100', '/products?status=draft&status=archived&limit=100', '/orders?limit=100', '/auth/users?limit=100', '/categories']) {
        let cursor: string | null = null
        do {
          const answer = await shop.get(cursor === null ? path : `${path}&cursor=${encodeURIComponent(cursor)}`, { token })
          assert.equal(answer.status, 200, answer.text)
          cursor = answer.body.nextCursor
        } while (cursor !== null)
      }
      const exported = await shop.get('/products/export', { token })
      assert.equal(exported.status, 200)
      const imported = await shop.post('/products/import', exported.text, { token, headers: { 'content-type': 'text/csv' } })
      assert.equal(imported.status, 200, imported.text)
      assert.deepEqual(imported.body.errors, [])
      assert.equal(imported.body.products.created, 0)
      assert.equal((await shop.get('/products/export', { token })).text, exported.text)
      const checks = await auditFolder(shop.folder, { waitMs: 60_000 })
      assert.equal(violations(checks), 0, printed(checks))
    })
  })
}
