import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { World } from '../../module/world.ts'
import type { Database, Migration } from '../sql.ts'
import { lockFile } from './lock.ts'
import { migrate } from './migrate.ts'
import { privateFile } from './private-file.ts'
import { sqlOn } from './sql-on.ts'

export interface SqliteOptions {
  /** The file; ':memory:' for one that nobody else sees and that ends with `close`. */
  path: string
  migrations: readonly Migration[]
  world: Pick<World, 'now' | 'id'>
  /** How much of the file is read through the page cache of the system instead of a copy. Default 0. */
  mmapBytes?: number
  /** Rows are compared with their schema (tests). Default false. */
  checked?: boolean
  /** Told of each read (`changes` is 0) and each commit (how many changes shared it). */
  observe?: (kind: 'read' | 'commit', ms: number, changes: number) => void
  /** How long a statement waits, and the event loop with it, for another process's hold on the file. Default 2000. */
  busyMs?: number
}

const connect = ({ path, mmapBytes = 0, busyMs = 2000 }: SqliteOptions): DatabaseSync => {
  const db = new DatabaseSync(path)
  // FULL: a commit is on the disk before it is answered. 8 MB of pages at most are kept, 64 MB of a log that once grew. The
  // log goes into the file every 16 MB: at SQLite's 4 MB a large shop's checkouts spend a tenth of their time on that.
  db.exec(`PRAGMA busy_timeout = ${busyMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
    PRAGMA mmap_size = ${mmapBytes}; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000`)
  return db
}

/** Opens the embedded store, alone on its file, and brings its schema up to date. A second process on the file is refused. */
export const openSqlite = async (options: SqliteOptions): Promise<Database & { readonly path: string }> => {
  const { path } = options
  const inMemory = path === ':memory:'
  if (!inMemory) mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const lock = inMemory ? undefined : lockFile(path)
  let db: DatabaseSync | undefined
  const free = () => {
    if (db?.isOpen) db.close()
    lock?.release()
  }
  try {
    if (!inMemory) privateFile(path)
    db = connect(options)
    migrate(db, path, options.migrations, options.world.now)
    const { sql, end } = sqlOn(db, options)
    let closing: Promise<void> | undefined
    return { sql, path, close: () => closing ??= end().then(free) }
  } catch (error) {
    free()
    throw error
  }
}
