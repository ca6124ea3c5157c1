import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { auditFolder } from '../../commands/audit/folder.ts'
import { answersIn } from '../../commands/audit/journal.ts'
import { printed, violations } from '../../commands/audit/printed.ts'
import { createChance } from '../chaos/chance.ts'
import { buyUntil } from '../chaos/crowd.ts'
import { createNotebook } from '../chaos/notebook.ts'
import { addToCart, adminToken, checkOut, newProduct } from '../buying.ts'
import { type TestServer, onPostgres } from '../servers.ts'
import { endShop, shapes, startShop, until } from '../shop.ts'

const shape = shapes[0]!
/** What a crowd is forgiven after the server is back: leases of those who lost their connection. */
const recoveryMs = 4_000
const soonMs = 4_000

/** Sixteen buyers buy while `strike` harms the server; then the audit counts. */
const struck = async (server: TestServer, strike: (shop: Awaited<ReturnType<typeof startShop>>, buy: () => Promise<number>) => Promise<void>) => {
  const url = await server.database()
  const shop = await startShop(shape, { env: {
    POSTGRES_URL: url, PUBLIC_URL: 'http://shop.test', ORDER_LEASE_MS: '1000', ORDER_SWEEP_MS: '200', ORDER_PENDING_MS: '3000',
  } })
  let end = Number.MAX_SAFE_INTEGER
  try {
    const token = await adminToken(shop, shop.admin)
    const variants: string[] = []
    for (const stock of [100_000, null, 60]) variants.push((await newProduct(shop, token, { stock })).variants[0].id)
    const buy = async () => {
      const { session } = await addToCart(shop, {}, variants[0]!)
      return (await checkOut(shop, { session })).status
    }
    const notebook = createNotebook()
    const seed = Math.floor(Math.random() * 2 ** 31)
    const chance = createChance(seed)
    const options = { reach: async () => shop, notebook, chance, variants, staff: async () => token }
    const crowd = Array.from({ length: 16 }, async (_, at) => { while (Date.now() < end) await buyUntil(`buyer ${at + 1}`, { ...options, end: Math.min(end, Date.now() + 500) }) })
    await sleep(1500)
    const from = Date.now()
    await strike(shop, buy)
    notebook.window(from, Date.now() + recoveryMs)
    await sleep(1500)
    end = Date.now()
    await Promise.all(crowd)
    const checks = await auditFolder(shop.folder, { journal: notebook.entries, waitMs: 60_000, env: { POSTGRES_URL: url } })
    const answers = answersIn(notebook.entries)
    assert.equal(violations(checks), 0, `seed ${seed}\n${printed(checks)}\n${shop.printed().slice(-4000)}`)
    assert.ok(answers.some(({ operation, status, at }) => operation === 'place' && status === 201 && at < from), 'nobody bought before')
    assert.ok(answers.every(({ status }) => status !== 500), 'somebody was answered 500')
    assert.equal(await buy(), 201)
    assert.equal(await shop.stop(), 0)
  } finally {
    end = 0
    await endShop(shop)
  }
}

onPostgres('a shop whose PostgreSQL dies', (server) => {
  test('answers 503 at once for what needs it, sells on when it is back, and has lost nothing', { timeout: 120_000 }, () => struck(server, async (shop, buy) => {
    process.kill(server.pid(), 'SIGKILL')
    await until(() => shop.get('/health/ready'), ({ status }) => status === 503)
    for (let n = 0; n < 10; n++) {
      const from = performance.now()
      const answer = await shop.post('/auth/login', shop.admin)
      assert.equal(answer.status, 503, answer.text)
      assert.ok((await shop.get('/products')).status === 200, 'what needs it not was not answered')
      assert.ok(performance.now() - from < soonMs, 'the 503 took too long')
    }
    await server.again()
    await until(() => shop.get('/health/ready'), ({ status }) => status === 200)
    await until(buy, (status) => status === 201)
  }))

  test('carries on where the server lost one of its processes and threw out everybody', { timeout: 120_000 }, () => struck(server, async (shop, buy) => {
    const own = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(server.pid())], { encoding: 'utf8' }).split('\n').filter((line) => line.includes('127.0.0.1'))
    const [pid] = own.at(-1)?.trim().split(/\s+/) ?? []
    process.kill(Number(pid), 'SIGKILL')
    await until(buy, (status) => status === 201)
  }))
})
