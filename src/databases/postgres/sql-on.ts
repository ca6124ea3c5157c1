import { effect } from '../effect.ts'
import { rowsFit } from '../rows-fit.ts'
import type { Change, Sql, Statement, Written } from '../sql.ts'
import type { Client } from './client.ts'
import { dumpSchema } from './dump.ts'
import { eventsOf } from './events.ts'
import type { Lane, Lanes } from './lanes.ts'
import { loadRows } from './load.ts'
import { inTransaction } from './long.ts'
import type { PostgresOptions } from './open.ts'
import type { Reader } from './reader.ts'
import { type Placed, folded } from './folded.ts'
import { isCollision, isLost, refusal } from './refusal.ts'
import { answersRows, bound, missedGuard, prepared, type Ready, ready, readyAt } from './statements.ts'

type Rows = Record<string, unknown>[]
/** How often a change is made again that the server undid for another's sake. */
const TRIES = 4
/** The place of the guard that says an event is new. */
const INBOX = -1

const send = (over: Pick<Client, 'unsafe'>, { text, values }: Ready) => over.unsafe<Rows>(text, bound(values), prepared)

/** All of a change in one flight: what is sent after a statement that failed, the commit too, the server refuses. */
const fly = async (lane: Lane, statements: readonly Ready[]): Promise<Rows[]> => {
  const [, ...answers] = await Promise.all([lane.unsafe<Rows>('begin'), ...statements.map((one) => send(lane, one)), lane.unsafe<Rows>('commit')])
  return answers.slice(0, -1)
}

/** The port on one schema. */
export const sqlOn = (reader: Reader, lanes: Lanes, { url, schema, world, checked = false, observe }: PostgresOptions): { sql: Sql; look(): Promise<void> } => {
  const timed = async <T>(kind: 'read' | 'commit', run: () => Promise<T>): Promise<T> => {
    const from = performance.now()
    try {
      return await run()
    } catch (error) {
      throw refusal(error)
    } finally {
      observe?.(kind, performance.now() - from, kind === 'read' ? 0 : 1)
    }
  }
  const read: Sql['read'] = async (row, query) => {
    const rows: unknown[] = await timed('read', async () => [...await reader.on((client) => send(client, ready(query)))])
    return rowsFit(row, rows, checked, query.text) ? rows : []
  }

  /** The rows of each statement, or the place of the guard that met others. */
  const change = (statements: readonly Placed[]): Promise<Rows[] | number> => timed('commit', async () => {
    const [only] = statements
    let one = only === undefined || statements.length === 1 ? null : folded(statements)
    for (let attempt = 1; ; attempt++) {
      try {
        if (one !== null) {
          const { ready, at } = one
          const rows = await lanes.on((lane) => send(lane, ready))
          return statements.map((_, n) => (n === at ? rows : []))
        }
        const each = statements.map(({ statement, place }) => readyAt(statement, place))
        const [single] = each
        return await lanes.on(async (lane) => (single !== undefined && each.length === 1 ? [await send(lane, single)] : fly(lane, each)))
      } catch (error) {
        if (isLost(error)) throw error
        if (one !== null) {
          // Nothing was changed. Which statement it was is found out by sending them one after the other.
          one = null
          continue
        }
        const missed = missedGuard(error)
        if (missed !== undefined) return missed
        if (!isCollision(error) || attempt === TRIES) throw error
      }
    }
  })
  const inPlaces = (statements: readonly Statement[]): Placed[] => statements.map((statement, place) => ({ statement, place }))
  const unguarded = (statements: readonly Statement[]): Placed[] => statements.map((statement) => ({ statement, place: 0 }))

  const write = async ({ statements, events: told, trace }: Change): Promise<Written> => {
    const emitting = events.emitting(told, trace)
    const all = [...inPlaces(statements), ...unguarded(emitting.statements)]
    if (all.length === 0) return { ok: true, rows: [] }
    const rows = await change(all)
    if (typeof rows === 'number') return { ok: false, at: rows }
    emitting.committed()
    return { ok: true, rows: statements.map((statement, at) => (answersRows(statement) ? [...rows[at] ?? []] : [])) }
  }
  const events = eventsOf(world, read, write)

  const sql: Sql = {
    dialect: 'postgres',
    read,
    write,
    async apply(cause, { statements, events: told, trace }) {
      const receive = events.receiving(cause)
      const emitting = events.emitting(told, trace ?? cause.trace)
      const rows = await change([{ statement: { ...receive, rows: 1 }, place: INBOX }, ...inPlaces(statements), ...unguarded(emitting.statements)])
      if (rows === INBOX) return effect('repeated')
      if (typeof rows === 'number') {
        await change(unguarded([receive]))
        return effect('stale')
      }
      emitting.committed()
      return effect('stored')
    },
    outbox: events.outbox,
    dump: () => dumpSchema({ url, schema }),
    async load(rows) {
      const count = await inTransaction({ url, schema }, (db) => loadRows(db, rows))
      await events.look()
      return count
    },
  }
  return { sql, look: events.look }
}
