import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pidOf, postgres } from '../deploy/local/postgres.ts'
import { connectTo } from '../src/databases/postgres/client.ts'
import { type PostgresOptions, openPostgres } from '../src/databases/postgres/open.ts'
import type { Database, Migration } from '../src/databases/sql.ts'

/** A server of this test file alone. */
export interface TestServer {
  /** Where its first database is, once the suite runs. */
  url(): string
  /** A new, empty database; answers where. */
  database(): Promise<string>
  /** A store of its own, which its closing forgets. */
  openPostgres(migrations: readonly Migration[], world: PostgresOptions['world']): Promise<Database>
  /** The rows of one question, asked as its owner. */
  ask(text: string): Promise<Record<string, unknown>[]>
  /** Its first process. */
  pid(): number
  /** Starts it again where it was ended. */
  again(): Promise<void>
}

/**
 * Cases that stand on a real PostgreSQL, which starts before them and ends after. Where there is none on this machine they
 * are skipped, by name and with what is missing; in CI that is a failure.
 */
export const onPostgres = (name: string, cases: (server: TestServer) => void | Promise<void>): void => {
  const missing = postgres.missing()
  if (missing !== null) {
    test(name, { skip: process.env['CI'] === 'true' ? false : missing }, () => { throw new Error(missing) })
    return
  }
  describe(name, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mercado-servers-'))
    let url = ''
    let databases = 0
    let stores = 0
    const ask = async (text: string): Promise<Record<string, unknown>[]> => {
      const client = await connectTo({ url, schema: 'public', connections: 1 })
      return await client.unsafe(text).finally(() => client.end({ timeout: 1 }))
    }
    const kill = () => {
      try {
        // SIGQUIT: at once. What it holds is thrown away.
        if (postgres.url(folder) !== null) process.kill(pidOf(folder), 'SIGQUIT')
      } catch {}
    }
    process.on('exit', kill)
    before(async () => { url = await postgres.up(folder, { durable: false }) })
    after(async () => {
      await postgres.down(folder)
      process.off('exit', kill)
      rmSync(folder, { recursive: true, force: true })
    })
    await cases({
      url: () => url,
      async database() {
        const place = new URL(url)
        place.pathname = `/shop${++databases}`
        await ask(`create database shop${databases}`)
        return place.href
      },
      async openPostgres(migrations, world) {
        const schema = `store${++stores}`
        const { sql, close } = await openPostgres({ url, schema, migrations, world, checked: true, connections: 6 })
        let closing: Promise<void> | undefined
        return { sql, close: () => closing ??= close().then(() => ask(`drop schema "${schema}" cascade`)).then(() => {}) }
      },
      ask,
      pid: () => pidOf(folder),
      async again() { await postgres.up(folder, { durable: false }) },
    })
  })
}
