import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { postgres } from '../deploy/local/postgres.ts'
import type { Server } from '../deploy/local/server.ts'
import { connectTo } from '../src/databases/postgres/client.ts'
import { type PostgresOptions, openPostgres } from '../src/databases/postgres/open.ts'
import type { Database, Migration } from '../src/databases/sql.ts'

/** A server of this test file alone, whichever it is. */
export interface RunningServer {
  /** Where it is, once the suite runs. */
  url(): string
  /** Its first process. */
  pid(): number
  /** Where it keeps its data. */
  folder(): string
  /** Starts it again where it was ended. */
  again(): Promise<void>
}

/** Where they are, by the settings that name them. */
export const urlsOf = (servers: readonly Server[], running: readonly RunningServer[]): Record<string, string> =>
  Object.fromEntries(servers.map(({ variable }, at) => [variable, running[at]?.url() ?? '']))

/**
 * Cases that stand on real servers, which start before them and end after; they are given in the order they are named in.
 * Where one cannot run on this machine the cases are skipped, by name and with what is missing; in CI that is a failure.
 */
export const onServers = (name: string, servers: readonly Server[], cases: (running: readonly RunningServer[]) => void | Promise<void>): void => {
  const missing = servers.map((server) => server.missing()).filter((one) => one !== null).join('\n')
  if (missing !== '') {
    test(name, { skip: process.env['CI'] === 'true' ? false : missing }, () => { throw new Error(missing) })
    return
  }
  describe(name, async () => {
    const place = mkdtempSync(join(tmpdir(), 'mercado-servers-'))
    const folderOf = (server: Server) => join(place, server.name.toLowerCase())
    const urls = new Map<Server, string>()
    const kill = () => {
      for (const server of servers) {
        try {
          // SIGQUIT: at once. What it holds is thrown away.
          if (server.url(folderOf(server)) !== null) process.kill(server.pid(folderOf(server)), server.variable === 'POSTGRES_URL' ? 'SIGQUIT' : 'SIGKILL')
        } catch {}
      }
    }
    const start = async (server: Server) => { urls.set(server, await server.up(folderOf(server), { durable: false })) }
    process.on('exit', kill)
    before(async () => { await Promise.all(servers.map(start)) })
    after(async () => {
      await Promise.all(servers.map((server) => server.down(folderOf(server))))
      process.off('exit', kill)
      rmSync(place, { recursive: true, force: true })
    })
    await cases(servers.map((server) => ({
      url: () => urls.get(server) ?? '',
      pid: () => server.pid(folderOf(server)),
      folder: () => folderOf(server),
      again: () => start(server),
    })))
  })
}

/** A PostgreSQL of a test file alone. */
export interface TestServer extends RunningServer {
  /** A new, empty database; answers where. */
  database(): Promise<string>
  /** A store of its own, which its closing forgets. */
  openPostgres(migrations: readonly Migration[], world: PostgresOptions['world']): Promise<Database>
  /** The rows of one question, asked as its owner. */
  ask(text: string): Promise<Record<string, unknown>[]>
}

/** Cases that stand on a real PostgreSQL. */
export const onPostgres = (name: string, cases: (server: TestServer) => void | Promise<void>): void =>
  onServers(name, [postgres], async ([running]) => {
    if (running === undefined) return
    const { url, pid, again, folder } = running
    let databases = 0
    let stores = 0
    const ask = async (text: string): Promise<Record<string, unknown>[]> => {
      const client = await connectTo({ url: url(), schema: 'public', connections: 1 })
      return await client.unsafe(text).finally(() => client.end({ timeout: 1 }))
    }
    await cases({
      url, pid, again, folder, ask,
      async database() {
        const place = new URL(url())
        place.pathname = `/shop${++databases}`
        await ask(`create database shop${databases}`)
        return place.href
      },
      async openPostgres(migrations, world) {
        const schema = `store${++stores}`
        const { sql, close } = await openPostgres({ url: url(), schema, migrations, world, checked: true, connections: 6 })
        let closing: Promise<void> | undefined
        return { sql, close: () => closing ??= close().then(() => ask(`drop schema "${schema}" cascade`)).then(() => {}) }
      },
    })
  })
