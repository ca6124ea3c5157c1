import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { adminToken } from '../test/buying.ts'
import { client } from '../test/client.ts'
import { type Counts, type Race, countsOf, problems, race } from '../test/race.ts'
import { shapes, startShop } from '../test/shop.ts'
import type { Check } from './audit/check.ts'
import { auditFolder, factsIn } from './audit/folder.ts'
import { printed, violations } from './audit/printed.ts'

const usage = `npm run oversell -- [--buyers 200] [--stock 10] [--url URL --admin EMAIL --password PASSWORD [--data DIR]]
That many guests check out in the same moment, of something of which there is less. Exactly what there is may be sold; all
others get 409. Without --url a shop of its own is started for it, and audited afterwards.
  --url URL   a shop that runs already (with RATE_LIMIT=off, else it answers 429), and somebody who may make products there
  --data DIR  that shop's data folder, if it is on this machine: orders, charges and stock are counted in its stores
Ends with 1 where more or less was sold, or anything but 201 and 409 was answered.`

interface Outcome { raced: Race; counts: Counts | null; checks: Check[] }
interface Size { buyers: number; stock: number }

const restMs = 60_000

const inOwnShop = async (size: Size): Promise<Outcome> => {
  const [shape] = shapes
  if (shape === undefined) throw new Error('There is nothing to run a shop on')
  const shop = await startShop(shape)
  try {
    const raced = await race(shop, await adminToken(shop, shop.admin), size)
    const checks = await auditFolder(shop.folder, { waitMs: restMs })
    return { raced, counts: countsOf(await factsIn(shop.folder), raced.variantId), checks }
  } finally {
    await shop.stop()
    rmSync(shop.folder, { recursive: true, force: true })
  }
}

const inShop = async (url: string, admin: { email: string; password: string }, folder: string | undefined, size: Size): Promise<Outcome> => {
  const shop = client(url.replace(/\/+$/, ''))
  const raced = await race(shop, await adminToken(shop, admin), size)
  return { raced, counts: folder === undefined ? null : countsOf(await factsIn(folder), raced.variantId), checks: [] }
}

const report = ({ raced, counts, checks }: Outcome, { buyers, stock }: Size): string => {
  const sold = Math.min(buyers, stock)
  const lines = [`${buyers} buyers, ${stock} in stock: all answered within ${Math.round(raced.ms)} ms`, '', 'Answers:']
  for (const [answer, count] of raced.answers) lines.push(`  ${String(count).padStart(6)}  ${answer}`)
  if (counts !== null) {
    const row = (name: string, found: number, expected: number) => `  ${name.padEnd(20)}${String(expected).padStart(8)}${String(found).padStart(8)}`
    lines.push('', `  ${''.padEnd(20)}EXPECTED   FOUND`, row('paid orders', counts.orders, sold), row('charges', counts.charges, sold),
      row('sold reservations', counts.reservations, sold), row('stock sold', counts.sold, sold), row('stock reserved', counts.reserved, 0),
      row('stock available', counts.available, stock - sold))
  }
  if (checks.length > 0) lines.push('', printed(checks))
  return lines.join('\n')
}

const whole = (text: string): number | null => (/^[1-9]\d{0,5}$/.test(text) ? Number(text) : null)

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      buyers: { type: 'string', default: '200' }, stock: { type: 'string', default: '10' }, url: { type: 'string' }, admin: { type: 'string' },
      password: { type: 'string' }, data: { type: 'string' }, help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const [buyers, stock] = [whole(values.buyers), whole(values.stock)]
  const { url, admin: email, password, data } = values
  if (buyers === null || stock === null || (url !== undefined && (email === undefined || password === undefined))) {
    console.error(usage)
    return 2
  }
  const size = { buyers, stock }
  const outcome = url !== undefined && email !== undefined && password !== undefined ? await inShop(url, { email, password }, data, size) : await inOwnShop(size)
  console.log(report(outcome, size))
  const found = problems(outcome.raced, outcome.counts, size)
  console.log(found.length === 0 ? `\nExactly ${Math.min(buyers, stock)} were sold.` : `\n${found.join('\n')}`)
  return found.length === 0 && violations(outcome.checks) === 0 ? 0 : 1
}

main().then((code) => { process.exitCode = code }, (error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof TypeError ? 2 : 1
})
