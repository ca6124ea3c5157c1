import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue } from './catalogue.ts'
import { emptyFolder, importInto } from './prepared.ts'
import type { Figure } from './report.ts'
import { checkout } from './requests.ts'
import type { Seed } from './reference/on-servers/stock.ts'
import { type Rounds, compare } from './rounds.ts'
import { type Server, startReferenceOnServers } from './servers.ts'
import { startOnServers } from './services.ts'

/** The least share of the reference's pace, at 32 connections. */
const LEAST = 0.6
const CARTS = 2000
const PRODUCTS = 300

/** Checkouts of one process with its stores on PostgreSQL, MongoDB and Redis, beside the bare work over the same servers. */
export const checkoutOnServers = async (rounds: Rounds, say: (figure: Figure) => void): Promise<void> => {
  const folder = emptyFolder()
  const shop = await startOnServers(folder, { POSTGRES_CONNECTIONS: '10' })
  const running: { stop(): Promise<void> }[] = [shop]
  try {
    await importInto(shop, PRODUCTS)
    const known: Seed[] = (await catalogue(shop)).map(({ id, slug, name, variants }) => (
      { id, slug, name, variants: variants.map((one) => ({ id: one.id, price: one.price.amount })) }))
    writeFileSync(join(folder, 'seeds.json'), JSON.stringify(known))
    const reference = await startReferenceOnServers(folder, join(folder, 'seeds.json'), shop.urls)
    running.push(reference)
    const variants = known.flatMap((product) => product.variants.map(({ id }) => id))
    const side = (server: Server) => ({ server, requests: checkout(server, variants, CARTS) })
    const { ratio, cpuRatio, ratios, first, second } = await compare(side(shop), side(reference), rounds)
    say({
      name: 'full checkout on servers, of the reference\'s pace', value: ratio, unit: '', least: LEAST,
      about: `${Math.round(first.perSecond)}/s of ${Math.round(second.perSecond)}/s; rounds ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}; by processor time ${cpuRatio.toFixed(2)}; p50 ${first.p50.toFixed(1)} and ${second.p50.toFixed(1)} ms`,
    })
  } finally {
    for (const one of running.reverse()) await one.stop()
  }
}
