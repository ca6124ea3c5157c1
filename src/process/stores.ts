import { FaultError } from '../contract/fault.ts'
import { unavailable } from '../contract/faults.ts'
import type { Database, Outbox, Portable } from '../databases/sql.ts'
import type { Stores } from '../module/module.ts'
import { StartError } from './check.ts'
import type { Container } from './container.ts'
import type { StoreServer } from './servers.ts'
import { type OpenSqlite, type Reached, tokens } from './tokens.ts'

/** A module's store as it stands in a process. */
export interface StandingStore extends Pick<Reached, 'alive'> {
  name: string
  on: 'sqlite' | StoreServer['on']
  store: Portable
  /** Null where it tells no events. */
  outbox: Outbox | null
  /** What an operator should know of its server. */
  warnings: readonly string[]
}

const servers = { postgres: 'PostgreSQL', mongo: 'MongoDB', redis: 'Redis' } as const

/** Opens the store of this name where its module's data are, to be closed when the process ends. */
export const openStore = async (container: Container, name: string, stores: Stores<unknown>, server: StoreServer | null): Promise<StandingStore> => {
  const inSql = (on: 'sqlite' | 'postgres', { sql, warnings = [] }: Database & { warnings?: readonly string[] }, store: Portable): StandingStore =>
    ({ name, on, store, outbox: sql.outbox, warnings, alive: () => sql.outbox.backlog() })
  const without = (on: keyof typeof servers) => new TypeError(`${name} has no store on ${servers[on]}, where its module's data are`)
  switch (server?.on) {
    case undefined: {
      const database = await openedFile(container, name, stores.sqlite)
      return inSql('sqlite', database, stores.sqlite.open(database.sql))
    }
    case 'postgres': {
      const about = stores.postgres
      if (about === undefined) throw without('postgres')
      const database = await untilTheEnd(container, () => container.get(tokens.openPostgres)(name, about, server), `${name} on PostgreSQL`, server)
      return inSql('postgres', database, about.open(database.sql))
    }
    case 'mongo': {
      const { mongo } = stores
      if (mongo === undefined) throw without('mongo')
      const { cache: place } = server
      const cache = place === null ? null : await untilTheEnd(container, () => container.get(tokens.openCache)(name, place.url), `the cache of ${name}`, { ...place, waitMs: server.waitMs })
      const { documents, alive } = await untilTheEnd(container, () => container.get(tokens.openMongo)(name, mongo, server), `${name} on MongoDB`, server)
      const tells = mongo.collections.some((collection) => collection.tells)
      return { name, on: 'mongo', store: mongo.open(documents, cache), outbox: tells ? documents.outbox : null, warnings: [], alive }
    }
    case 'redis': {
      if (stores.redis === undefined) throw without('redis')
      const { keys, warnings, alive } = await untilTheEnd(container, () => container.get(tokens.openRedis)(name, server), `${name} on Redis`, server)
      return { name, on: 'redis', store: stores.redis.open(keys), outbox: null, warnings, alive }
    }
  }
}

/** Opens an embedded database that is closed when the process ends. */
export const openedFile = (container: Container, ...[name, about]: Parameters<OpenSqlite>): Promise<Database> =>
  untilTheEnd(container, () => container.get(tokens.openSqlite)(name, about), `${name}.db`, { setting: `${name}.db`, waitMs: 0 })

const againMs = 500
/** Services start beside their servers: one that cannot be reached yet is tried again, for as long as its settings say. */
const patiently = async <T>(container: Container, open: () => Promise<T>, name: string, { setting, waitMs }: { setting: string; waitMs: number }): Promise<T> => {
  const world = container.get(tokens.world)
  const from = world.now()
  for (let told = false; ; told = true) {
    try {
      return await open()
    } catch (error) {
      if (!(error instanceof FaultError && error.code === unavailable.code) || world.now() - from >= waitMs) throw error
      if (!told) container.get(tokens.log).warn('a server cannot be reached yet and is waited for', { store: name, setting, waitMs, error })
      await world.sleep(againMs)
    }
  }
}

const untilTheEnd = async <T extends Pick<Reached, 'close'>>(
  container: Container, open: () => Promise<T>, name: string, server: { setting: string; waitMs: number },
): Promise<T> => {
  const { setting } = server
  const opened = await patiently(container, open, name, server).catch((error: unknown) => { throw new StartError([{ name: setting, message: said(error) }]) })
  container.get(tokens.ending).add(name, () => opened.close())
  return opened
}

/** What an error says, and the one behind it. */
const said = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  const because = cause instanceof Error ? cause.message || ('code' in cause ? String(cause.code) : '') : ''
  return because === '' || error.message.includes(because) ? error.message : `${error.message}: ${because}`
}
