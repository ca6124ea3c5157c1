import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TObject } from '@sinclair/typebox'
import type { World } from '../../module/world.ts'
import { effect } from '../effect.ts'
import { rowsFit } from '../rows-fit.ts'
import type { Change, Migration, Sql, Statement } from '../sql.ts'
import { dumpFile, rowsOf } from './dump.ts'
import { eventsOf } from './events.ts'
import { loadRows } from './load.ts'
import { lockFile } from './lock.ts'
import { migrate } from './migrate.ts'
import { refusal } from './refusal.ts'
import { type Commits, sharedCommits } from './shared-commits.ts'
import { preparer } from './statements.ts'

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
  /** How long a statement waits, with the event loop, for another process that reads. Default 2000. */
  busyMs?: number
}

export interface Database { readonly sql: Sql; readonly path: string; close(): Promise<void> }

const connect = ({ path, mmapBytes = 0, busyMs = 2000 }: SqliteOptions): DatabaseSync => {
  const db = new DatabaseSync(path)
  db.exec(`PRAGMA busy_timeout = ${busyMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
    PRAGMA mmap_size = ${mmapBytes}; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864`)
  return db
}

/** What arrived together is committed together: after the sockets that are ready now were read. In memory nothing is gained by waiting. */
const soonFor = (path: string): ((run: () => void) => void) => path === ':memory:' ? queueMicrotask : (run) => { setImmediate(run) }

/** Opens the embedded store, alone on its file, and brings its schema up to date. */
export const openSqlite = async (options: SqliteOptions): Promise<Database> => {
  const { path, migrations, world, checked = false, observe } = options
  const inMemory = path === ':memory:'
  if (!inMemory) mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const lock = inMemory ? undefined : lockFile(path)
  let db: DatabaseSync | undefined
  try {
    db = connect(options)
    migrate(db, path, migrations, world.now)
    return database(db, path, world, checked, observe, () => lock?.release())
  } catch (error) {
    db?.close()
    lock?.release()
    throw error
  }
}

const database = (
  db: DatabaseSync, path: string, world: SqliteOptions['world'], checked: boolean, observe: SqliteOptions['observe'], release: () => void,
): Database => {
  const prepared = preparer(db)
  const events = eventsOf(db, world, () => commits)
  const commits: Commits = sharedCommits(db, {
    soon: soonFor(path),
    committed: events.committed,
    observe: observe && ((ms, changes) => observe('commit', ms, changes)),
  })

  type Rows = readonly Record<string, unknown>[]
  /** The rows of each statement, or the place of the guarded one that met others. */
  const run = (statements: readonly Statement[]): Rows[] | number => {
    const rows: Rows[] = []
    for (const [at, statement] of statements.entries()) {
      const { statement: todo, returns } = prepared(statement)
      let met: number | bigint
      if (returns) {
        const returned = todo.all(...statement.values)
        rows.push(returned)
        met = returned.length
      } else {
        met = todo.run(...statement.values).changes
        rows.push([])
      }
      if (statement.rows !== undefined && statement.rows !== met) return at
    }
    return rows
  }

  const sql: Sql = {
    dialect: 'sqlite',
    async read(row, query) {
      const from = observe ? performance.now() : 0
      const rows: unknown[] = prepared(query).statement.all(...query.values)
      observe?.('read', performance.now() - from, 0)
      if (rowsFit(row, rows, checked, query.text)) return rows
      return []
    },
    write: ({ statements, events: emitted, trace }: Change) => commits.submit((undo) => {
      const rows = run(statements)
      if (typeof rows === 'number') {
        undo()
        return { ok: false, at: rows }
      }
      events.emit(emitted, trace)
      return { ok: true, rows }
    }),
    apply: (cause, { statements, events: emitted, trace }) => commits.submit((undo) => {
      if (!events.receive(cause)) return effect('repeated')
      if (typeof run(statements) === 'number') {
        undo()
        events.receive(cause)
        return effect('stale')
      }
      events.emit(emitted, trace ?? cause.trace)
      return effect('stored')
    }),
    outbox: events.outbox,
    async* dump() {
      yield* path === ':memory:' ? [...rowsOf(db)] : dumpFile(path)
    },
    load: (rows) => commits.alone(() => loadRows(db, rows)),
  }

  let closed = false
  return {
    sql,
    path,
    async close() {
      if (closed) return
      closed = true
      commits.end()
      db.close()
      release()
    },
  }
}
