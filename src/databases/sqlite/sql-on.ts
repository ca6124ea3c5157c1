import type { DatabaseSync } from 'node:sqlite'
import { effect } from '../effect.ts'
import { rowsFit } from '../rows-fit.ts'
import type { Sql, Statement } from '../sql.ts'
import { dumpFile, rowsOf } from './dump.ts'
import { eventsOf } from './events.ts'
import { loadRows } from './load.ts'
import type { SqliteOptions } from './open.ts'
import { refusal } from './refusal.ts'
import { type Commits, sharedCommits } from './shared-commits.ts'
import { ownReads, sharedReads } from './shared-reads.ts'
import { type Ran, statementsOf } from './statements.ts'

/**
 * When to commit what is waiting. After the sockets that are ready now were read: `setImmediate` costs a lone client a
 * microsecond and gathers all others. In memory a commit costs nothing; there it is the next microtask, so that a
 * simulation needs no event loop.
 */
const soon = (inMemory: boolean): ((run: () => void) => void) => inMemory ? queueMicrotask : (run) => { setImmediate(run) }

/** The port on one open connection. `end` commits what is waiting and takes nothing more. */
export const sqlOn = (db: DatabaseSync, options: SqliteOptions): { sql: Sql; end(): Promise<void> } => {
  const { path, world, checked = false, observe } = options
  const inMemory = path === ':memory:'
  const statements = statementsOf(db)
  const reads = inMemory ? ownReads : sharedReads(db)
  const events = eventsOf(db, world, () => commits)
  const commits: Commits = sharedCommits(db, {
    soon: soon(inMemory),
    starting: reads.end,
    committed: events.committed,
    observe: observe && ((ms, changes) => observe('commit', ms, changes)),
  })
  events.look()

  const select = (query: Statement): unknown[] => {
    const from = observe ? performance.now() : 0
    try {
      reads.begin()
      return statements.all(query)
    } catch (error) {
      throw refusal(error)
    } finally {
      observe?.('read', performance.now() - from, 0)
    }
  }

  /** The rows of each statement, or the place of the guarded one that met others. */
  const run = (todo: readonly Statement[]): Ran['rows'][] | number => {
    const rows: Ran['rows'][] = []
    for (const statement of todo) {
      const ran = statements.run(statement)
      if (statement.rows !== undefined && statement.rows !== ran.met) return rows.length
      rows.push(ran.rows)
    }
    return rows
  }

  const sql: Sql = {
    dialect: 'sqlite',
    async read(row, query) {
      const rows = select(query)
      return rowsFit(row, rows, checked, query.text) ? rows : []
    },
    write: (change) => commits.submit((undo) => {
      const rows = run(change.statements)
      if (typeof rows === 'number') {
        undo()
        return { ok: false, at: rows }
      }
      events.emit(change.events, change.trace)
      return { ok: true, rows }
    }),
    apply: (cause, change) => commits.submit((undo) => {
      if (!events.receive(cause)) return effect('repeated')
      if (typeof run(change.statements) === 'number') {
        undo()
        events.receive(cause)
        return effect('stale')
      }
      events.emit(change.events, change.trace ?? cause.trace)
      return effect('stored')
    }),
    outbox: events.outbox,
    async* dump() {
      yield* inMemory ? [...rowsOf(db)] : dumpFile(path)
    },
    async load(rows) {
      const count = await commits.alone(() => loadRows(db, rows))
      events.look()
      return count
    },
  }

  return {
    sql,
    async end() {
      await commits.end()
      reads.end()
    },
  }
}
