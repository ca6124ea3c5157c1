import type { Bus } from '../bus/bus.ts'
import type { Database, Migration } from '../databases/sql.ts'
import type { Log } from '../module/log.ts'
import type { Secrets } from '../module/secrets.ts'
import type { World } from '../module/world.ts'
import type { Metrics } from '../observe/metrics.ts'
import { StartError } from './check.ts'
import { type Container, token } from './container.ts'
import type { Ending } from './ending.ts'
import type { PostgresServer } from './servers.ts'

/** Opens a database by the name of who owns it. */
export type OpenDatabase = (name: string, about: { migrations: readonly Migration[]; mmapBytes?: number }) => Promise<Database>

/** Opens a store on a server. */
export type OpenOnServer = (name: string, about: { migrations: readonly Migration[] }, server: PostgresServer) => Promise<Database>

/** All that a process shares between its modules, and a test may replace. */
export const tokens = {
  world: token<World>('world'),
  log: token<Log & { flush(): void }>('log'),
  metrics: token<Metrics>('metrics'),
  secrets: token<Secrets>('secrets'),
  openDatabase: token<OpenDatabase>('openDatabase'),
  openOnServer: token<OpenOnServer>('openOnServer'),
  bus: token<Promise<Bus>>('bus'),
  ending: token<Ending>('ending'),
}

/** What an error says, and the one behind it. */
const said = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  const because = cause instanceof Error ? cause.message || ('code' in cause ? String(cause.code) : '') : ''
  return because === '' || error.message.includes(because) ? error.message : `${error.message}: ${because}`
}

const untilTheEnd = async (container: Container, opening: Promise<Database>, name: string, setting: string): Promise<Database> => {
  const database = await opening.catch((error: unknown) => { throw new StartError([{ name: setting, message: said(error) }]) })
  container.get(tokens.ending).add(name, () => database.close())
  return database
}

/** Opens an embedded database that is closed when the process ends. */
export const opened = (container: Container, ...[name, about]: Parameters<OpenDatabase>): Promise<Database> =>
  untilTheEnd(container, container.get(tokens.openDatabase)(name, about), `${name}.db`, `${name}.db`)

/** The same on a server. */
export const openedOnServer = (container: Container, ...[name, about, server]: Parameters<OpenOnServer>): Promise<Database> =>
  untilTheEnd(container, container.get(tokens.openOnServer)(name, about, server), `${name} on PostgreSQL`, 'POSTGRES_URL')
