import type { Bus } from '../bus/bus.ts'
import type { Cache } from '../databases/cache.ts'
import type { Collection, Documents } from '../databases/documents.ts'
import type { Keys } from '../databases/keys.ts'
import type { Database, Migration } from '../databases/sql.ts'
import type { Log } from '../module/log.ts'
import type { Secrets } from '../module/secrets.ts'
import type { World } from '../module/world.ts'
import type { Metrics } from '../observe/metrics.ts'
import { token } from './container.ts'
import type { Ending } from './ending.ts'
import type { StoreServer } from './servers.ts'

/** Something on a server that stands open. */
export interface Reached {
  /** Rejects where its server does not answer now. */
  alive(): Promise<unknown>
  close(): Promise<void>
}
export type On<Engine extends StoreServer['on']> = Extract<StoreServer, { on: Engine }>

export type OpenSqlite = (name: string, about: { migrations: readonly Migration[]; mmapBytes?: number }) => Promise<Database>

/** All that a process shares between its modules, and a test may replace. A store is opened by the name of who owns it. */
export const tokens = {
  world: token<World>('world'),
  log: token<Log & { flush(): void }>('log'),
  metrics: token<Metrics>('metrics'),
  secrets: token<Secrets>('secrets'),
  openSqlite: token<OpenSqlite>('openSqlite'),
  openPostgres: token<(name: string, about: { migrations: readonly Migration[] }, server: On<'postgres'>) => Promise<Database & { readonly warnings?: readonly string[] }>>('openPostgres'),
  openMongo: token<(name: string, about: { collections: readonly Collection[] }, server: On<'mongo'>) => Promise<Reached & { documents: Documents }>>('openMongo'),
  openRedis: token<(name: string, server: On<'redis'>) => Promise<Reached & { keys: Keys; warnings: readonly string[] }>>('openRedis'),
  openCache: token<(name: string, url: string) => Promise<Cache & Pick<Reached, 'close'>>>('openCache'),
  bus: token<Promise<Bus>>('bus'),
  ending: token<Ending>('ending'),
}
