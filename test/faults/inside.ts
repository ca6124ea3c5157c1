import type { Database, Row } from '../../src/databases/sql.ts'
import { openSqlite } from '../../src/databases/sqlite/open.ts'
import type { Module } from '../../src/module/module.ts'
import { createLog } from '../../src/observe/log.ts'
import { memorySecrets } from '../../src/process/secrets.ts'
import { serve } from '../../src/process/serve.ts'
import { tokens } from '../../src/process/tokens.ts'
import { type Client, client } from '../client.ts'
import { type TestWorld, testWorld } from '../world.ts'

export const admin = { email: 'admin@example.com', password: 'a long admin password' }
/** Leases and waits short enough for tests; the same wherever a shop is started again. */
export const settings = {
  SAMPLE_CATALOGUE: 'off', RATE_LIMIT: 'off', ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password, PUBLIC_URL: 'http://shop.test',
}

/** A shop within the test's own process, its whole HTTP side included. */
export interface Inside extends Client {
  readonly world: TestWorld
  readonly databases: Map<string, Database>
  /** One request, as it would arrive. */
  send(url: string, init: RequestInit): Promise<Response>
  /** All rows of all stores. */
  rows(): Promise<Record<string, Row[]>>
  logged(): string
  close(): Promise<void>
}

export interface InsideOptions {
  modules: readonly Module[]
  env?: Record<string, string>
  /** On the files of this folder; else in memory. */
  folder?: string
  /** Over the opened databases of another, as a second instance. */
  beside?: Inside
  /** Its own clock, where another stands still. */
  world?: TestWorld
}

export const openInside = async ({ modules, env = {}, folder, beside, world = testWorld() }: InsideOptions): Promise<Inside> => {
  const databases = new Map<string, Database>()
  const secrets = memorySecrets()
  let logged = ''
  const app = await serve({
    title: 'Mercado', modules, env: { ...settings, ...(folder === undefined ? {} : { MERCADO_DATA: folder }), ...env },
    replace(container) {
      container.register(tokens.world, () => world)
      container.register(tokens.log, () => createLog({ level: 'warn', readable: true, now: world.now, write: (text) => { logged += text } }))
      if (folder !== undefined) return
      container.register(tokens.secrets, () => secrets)
      container.register(tokens.openSqlite, () => async (name, about) => {
        const shared = beside?.databases.get(name)
        const database = shared === undefined ? await openSqlite({ ...about, path: ':memory:', world }) : { ...shared, close: async () => {} }
        databases.set(name, database)
        return database
      })
    },
  })
  const send = async (url: string, init: RequestInit) => app.fetch(new Request(url, init), { address: '127.0.0.1' })
  return {
    ...client('http://shop.test', send), world, databases, send,
    async rows() {
      const found: Record<string, Row[]> = {}
      for (const [name, { sql }] of databases) found[name] = await Array.fromAsync(sql.dump())
      return found
    },
    logged: () => logged,
    close: () => app.running.ending.run(10_000),
  }
}
