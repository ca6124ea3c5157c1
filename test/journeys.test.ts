import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { everyServer } from '../deploy/local/every-server.ts'
import { adminToken } from './buying.ts'
import type { Client } from './client.ts'
import { onServers, urlsOf } from './servers.ts'
import { type Started, admin, endShop, shapes, startShop } from './shop.ts'
import { endSplit, splitShapes, startSplit } from './split.ts'

/** A shop of any shape: where clients come in. */
export type Entrance = Client & Pick<Started, 'url' | 'metricsUrl'>
/** What a journey is given: the running shop and an admin's token. */
export interface Journey { shop: Entrance; admin: string }

const folder = join(import.meta.dirname, 'journeys')
const files = readdirSync(folder).filter((name) => name.endsWith('.ts')).sort()

/** Every journey over one shop. */
const walk = <S extends Entrance>(start: () => Promise<S>, end: (shop: S) => Promise<void>): void => {
  let started: S | undefined
  const given: Partial<Journey> = {}
  before(async () => {
    started = await start()
    given.shop = started
    given.admin = await adminToken(started, admin)
  })
  after(async () => { if (started !== undefined) await end(started) })
  for (const file of files) {
    describe(file.replace('.ts', ''), async () => {
      const { default: journey } = await import(join(folder, file))
      journey(() => given as Journey)
    })
  }
}

for (const shape of shapes) {
  const missing = shape.missing()
  if (missing === null) describe(`over ${shape.name}`, () => walk(() => startShop(shape), endShop))
  else test(`journeys over ${shape.name}`, { skip: process.env['CI'] === 'true' ? false : missing }, () => { throw new Error(missing) })
}

const [onNode] = shapes
onServers('over one process on servers', everyServer, (running) => walk(() => startShop(onNode!, { env: urlsOf(everyServer, running) }), endShop))
for (const shape of splitShapes) {
  onServers(`over ${shape.name}`, everyServer, (running) => walk(() => startSplit(shape, { env: urlsOf(everyServer, running) }), endSplit))
}
