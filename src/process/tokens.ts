import type { Bus } from '../bus/bus.ts'
import type { Database } from '../databases/sql.ts'
import type { Migration } from '../databases/sql.ts'
import type { Log } from '../module/log.ts'
import type { Secrets } from '../module/secrets.ts'
import type { World } from '../module/world.ts'
import type { Metrics } from '../observe/metrics.ts'
import { StartError } from './check.ts'
import { type Container, token } from './container.ts'
import type { Ending } from './ending.ts'

/** Opens a database by the name of who owns it. */
export type OpenDatabase = (name: string, about: { migrations: readonly Migration[]; mmapBytes?: number }) => Promise<Database>

/** All that a process shares between its modules, and a test may replace. */
export const tokens = {
  world: token<World>('world'),
  log: token<Log & { flush(): void }>('log'),
  metrics: token<Metrics>('metrics'),
  secrets: token<Secrets>('secrets'),
  openDatabase: token<OpenDatabase>('openDatabase'),
  bus: token<Promise<Bus>>('bus'),
  ending: token<Ending>('ending'),
}

/** Opens a database that is closed when the process ends. */
export const opened = async (container: Container, ...[name, about]: Parameters<OpenDatabase>): Promise<Database> => {
  const database = await container.get(tokens.openDatabase)(name, about).catch((error: unknown) => {
    throw new StartError([{ name: `${name}.db`, message: error instanceof Error ? error.message : String(error) }])
  })
  container.get(tokens.ending).add(`${name}.db`, () => database.close())
  return database
}
