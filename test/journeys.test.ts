import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { adminToken } from './buying.ts'
import { onPostgres } from './servers.ts'
import { type Shape, type Shop, endShop, shapes, startShop } from './shop.ts'

/** What a journey is given: the running shop and an admin's token. */
export interface Journey { shop: Shop; admin: string }

const folder = join(import.meta.dirname, 'journeys')
const files = readdirSync(folder).filter((name) => name.endsWith('.ts')).sort()

/** Every journey over one shop of this shape. */
const walk = (shape: Shape, env: () => Promise<Record<string, string>>): void => {
  const given: Partial<Journey> = {}
  before(async () => {
    given.shop = await startShop(shape, { env: await env() })
    given.admin = await adminToken(given.shop, given.shop.admin)
  })
  after(async () => { if (given.shop !== undefined) await endShop(given.shop) })
  for (const file of files) {
    describe(file.replace('.ts', ''), async () => {
      const { default: journey } = await import(join(folder, file))
      journey(() => given as Journey)
    })
  }
}

for (const shape of shapes) {
  const missing = shape.missing()
  if (missing !== null) {
    test(`journeys over ${shape.name}`, { skip: process.env['CI'] === 'true' ? false : missing }, () => { throw new Error(missing) })
  } else if (shape.on === 'PostgreSQL') {
    onPostgres(`over ${shape.name}`, (server) => walk(shape, async () => ({ POSTGRES_URL: await server.database() })))
  } else {
    describe(`over ${shape.name}`, () => walk(shape, async () => ({})))
  }
}
