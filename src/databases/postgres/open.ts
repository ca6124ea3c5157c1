import type { World } from '../../module/world.ts'
import type { Database, Migration } from '../sql.ts'
import { placeOf } from './client.ts'
import { deadlinesOf } from './in-time.ts'
import { openLanes } from './lanes.ts'
import { inTransaction, type Long } from './long.ts'
import { migrate } from './migrate.ts'
import { openReader } from './reader.ts'
import { sqlOn } from './sql-on.ts'

export interface PostgresOptions {
  url: string
  /** The store's own; made where there is none. */
  schema: string
  migrations: readonly Migration[]
  world: Pick<World, 'now' | 'id' | 'sleep'>
  /** How many connections this store opens at most in this process, half of them for changes. Default 10. */
  connections?: number
  /** Rows are compared with their schema (tests). Default false. */
  checked?: boolean
  /** Told of each read (`changes` is 0) and each change. */
  observe?: (kind: 'read' | 'commit', ms: number, changes: number) => void
}

/** Refuses a server that would not do what the shop promises; answers what its operator should know. */
const checkServer = async (db: Long, where: string): Promise<string[]> => {
  const [found] = await db.unsafe(`SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
    current_setting('synchronous_commit') AS commits, current_setting('fsync') AS syncs, current_setting('full_page_writes') AS pages, current_setting('transaction_read_only') AS reads`)
  if (Number(found?.['version']) < 130_000) throw new Error(`${where} needs PostgreSQL 13 or newer`)
  if (found?.['encoding'] !== 'UTF8') throw new Error(`${where} is encoded as ${found?.['encoding']}: create the database with ENCODING 'UTF8'`)
  if (found['commits'] !== 'on' && found['commits'] !== 'remote_apply') {
    throw new Error(`${where} answers a commit before it is kept (synchronous_commit is ${found['commits']}): whatever stands between sets it; it must be on`)
  }
  if (found['reads'] === 'on') throw new Error(`${where} is read-only: name the server that takes writes`)
  return [
    ...(found['syncs'] === 'off' ? [`${where} loses what it has acknowledged when its machine fails (fsync is off): turn it on`] : []),
    ...(found['pages'] === 'off' ? [`${where} may be damaged when its machine fails (full_page_writes is off): turn it on, unless its file system never tears a page`] : []),
  ]
}

/** Opens a store on a server and brings its schema up to date. Any number of processes may do so at once. */
export const openPostgres = async (options: PostgresOptions): Promise<Database & { readonly warnings: readonly string[] }> => {
  const { url, schema, migrations, world, connections = 10 } = options
  const where = placeOf(url, schema)
  const warnings = await inTransaction({ url, schema }, async (db) => {
    const found = await checkServer(db, where)
    await migrate(db, schema, where, migrations, world.now)
    return found
  })
  const changing = Math.max(1, Math.ceil(connections / 2))
  const deadlines = deadlinesOf(world)
  const reader = await openReader({ url, schema, connections: Math.max(1, connections - changing) }, deadlines)
  const lanes = openLanes(changing, { url, schema }, deadlines)
  const { sql, look } = sqlOn(reader, lanes, options)
  let closing: Promise<void> | undefined
  const close = () => closing ??= Promise.all([reader.end(), lanes.end()]).then(() => {})
  try {
    await look()
    return { sql, close, warnings }
  } catch (error) {
    await close()
    throw error
  }
}
