import { Type } from '@sinclair/typebox'
import type { Emitted, EventType, Heard } from '../../contract/event.ts'
import type { World } from '../../module/world.ts'
import { arrivals } from '../arrivals.ts'
import { rowsFit } from '../rows-fit.ts'
import { type Change, type Migration, type Outbox, type Sql, type Statement, publishedKeptMs, sql } from '../sql.ts'
import { ownEvents, ownLeaseMs } from './own-events.ts'
import { guardFunction } from './statements.ts'

/** A lease is no fact of the shop: it is left out of dumps. */
export const leaseColumn = 'leased_until'

/** The engine's own tables, in every store. Inbox ids are never purged: dead letters may come back after any time. */
export const engineMigrations: readonly Migration[] = [{
  name: 'outbox and inbox',
  statements: [
    guardFunction,
    `CREATE TABLE outbox (
      id TEXT COLLATE "C" PRIMARY KEY,
      type TEXT NOT NULL,
      time TEXT NOT NULL,
      trace TEXT NOT NULL,
      published_at BIGINT,
      data TEXT NOT NULL CHECK (data::json IS NOT NULL),
      ${leaseColumn} BIGINT
    )`,
    'CREATE INDEX outbox_waiting ON outbox (id) WHERE published_at IS NULL',
    `CREATE TABLE inbox (
      id TEXT COLLATE "C" PRIMARY KEY,
      type TEXT NOT NULL,
      stored_at BIGINT NOT NULL
    )`,
  ],
}]

const Waiting = Type.Object({
  id: Type.String(), type: Type.Unsafe<EventType>(Type.String()), time: Type.String(), trace: Type.String(), data: Type.String(),
})
const Backlog = Type.Object({ count: Type.Integer(), oldest: Type.Union([Type.String(), Type.Null()]) })
const Found = Type.Object({ found: Type.Integer() })

export interface Events {
  readonly outbox: Outbox
  /** The statements that store a change's events with it, and what to call once they are. */
  emitting(events: readonly Emitted[], trace: string | undefined): { statements: readonly Statement[]; committed(): void }
  /** Meets one row where the event is new here, none where it is known. */
  receiving(event: Heard): Statement
  /** At the start, and after a load: events may be waiting that were not told here. */
  look(): Promise<void>
}

/** What others left is asked for at most this often while this process publishes its own. */
const lookMs = 1000
/** After a look that found nothing to purge. */
const purgeMs = 60_000

/**
 * Outbox and inbox of one store. Who tells an event publishes it, from memory: it stores the event as its own for a while, and
 * wakes its relay after the commit. What another instance left behind is found by the relay's regular look.
 */
export const eventsOf = (world: Pick<World, 'now' | 'id'>, read: Sql['read'], write: (change: Change) => ReturnType<Sql['write']>): Events => {
  const { wake, more, arrived } = arrivals()
  const own = ownEvents()
  let lookAt = -Infinity
  let purgeAt = -Infinity
  const insert = ({ id, type, time, trace, data }: Heard, leased: number | null): Statement => sql`INSERT INTO outbox (id, type, time, trace, data, leased_until)
    VALUES (${id}, ${type}, ${time}, ${trace}, ${JSON.stringify(data)}, ${leased})`
  const changed = async (statement: Statement): Promise<unknown[]> => {
    const written = await write({ statements: [statement], events: [] })
    return written.ok ? [...written.rows[0] ?? []] : []
  }
  /** Nobody's, or of one who did not publish them in time; and these, which are this process's own. */
  const takeFree = async (own: readonly string[], limit: number, now: number, leaseMs: number): Promise<Heard[]> => {
    const taken = await changed(sql`WITH chosen AS (
        SELECT id FROM outbox WHERE published_at IS NULL AND (leased_until IS NULL OR leased_until <= ${now} OR id IN
          (SELECT value FROM json_array_elements_text(CAST(CAST(${JSON.stringify(own)} AS TEXT) AS JSON)) AS value))
        ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED
      ) UPDATE outbox SET leased_until = ${now + leaseMs} FROM chosen WHERE outbox.id = chosen.id
      RETURNING outbox.id, outbox.type, outbox.time, outbox.trace, outbox.data`)
    return (rowsFit(Waiting, taken, false) ? taken : []).map((row): Heard => ({ ...row, data: JSON.parse(row.data) }))
  }
  return {
    emitting(events, trace) {
      const told = events.map(({ type, data }): Heard => {
        const id = world.id()
        return { id, type, time: new Date(world.now()).toISOString(), trace: trace ?? id.replaceAll('-', ''), data }
      })
      const until = own.roomy() ? world.now() + ownLeaseMs : null
      return {
        statements: told.map((event) => insert(event, until)),
        committed() {
          if (told.length === 0) return
          if (until === null) lookAt = -Infinity
          else own.keep(told, until)
          wake()
        },
      }
    },
    receiving: ({ id, type }) => sql`INSERT INTO inbox (id, type, stored_at) VALUES (${id}, ${type}, ${world.now()}) ON CONFLICT DO NOTHING`,
    async look() {
      lookAt = -Infinity
      if ((await read(Found, sql`SELECT 1 AS found FROM outbox WHERE published_at IS NULL LIMIT 1`)).length > 0) wake()
    },
    outbox: {
      arrived,
      async take(limit, leaseMs) {
        const now = world.now()
        const ending = own.ending(now)
        const taken: Heard[] = []
        if (lookAt <= now || ending.length > 0) {
          lookAt = now + lookMs
          taken.push(...await takeFree(ending, limit, now, leaseMs))
          if (taken.length === limit) lookAt = -Infinity
        }
        taken.push(...own.take(limit - taken.length, now, leaseMs))
        // More may be waiting than were taken.
        if (taken.length === limit) more()
        return taken.sort((a, b) => (a.id < b.id ? -1 : 1))
      },
      async published(ids) {
        if (ids.length === 0) return
        const now = world.now()
        own.forget(ids)
        const marked = changed(sql`UPDATE outbox SET published_at = ${now} WHERE published_at IS NULL
          AND id IN (SELECT value FROM json_array_elements_text(CAST(CAST(${JSON.stringify(ids)} AS TEXT) AS JSON)) AS value)`)
        if (purgeAt > now) return void await marked
        // Twice as many rows are looked at as were published: purging keeps up, and never has much to do at once.
        const [, purged] = await Promise.all([marked, changed(sql`DELETE FROM outbox WHERE published_at < ${now - publishedKeptMs}
          AND id IN (SELECT id FROM outbox ORDER BY id LIMIT ${2 * ids.length}) RETURNING id`)])
        if (purged.length === 0) purgeAt = now + purgeMs
      },
      async backlog() {
        const [row] = await read(Backlog, sql`SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL) AS count,
          (SELECT time FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT 1) AS oldest`)
        return { count: row?.count ?? 0, oldestMs: row?.oldest == null ? 0 : Math.max(0, world.now() - Date.parse(row.oldest)) }
      },
    },
  }
}
