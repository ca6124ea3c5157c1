import type { DatabaseSync } from 'node:sqlite'
import { Type } from '@sinclair/typebox'
import type { Emitted, EventType, Heard } from '../../contract/event.ts'
import type { World } from '../../module/world.ts'
import { arrivals } from '../arrivals.ts'
import { rowsFit } from '../rows-fit.ts'
import { type Migration, type Outbox, publishedKeptMs } from '../sql.ts'
import type { Commits } from './shared-commits.ts'

/** The engine's own tables, in every store. Inbox ids are never purged: dead letters may come back after any time. */
export const engineMigrations: readonly Migration[] = [{
  name: 'outbox and inbox',
  statements: [
    `CREATE TABLE outbox (
      id TEXT NOT NULL,
      type TEXT NOT NULL,
      time TEXT NOT NULL,
      trace TEXT NOT NULL,
      published_at INTEGER,
      data TEXT NOT NULL CHECK (json_valid(data))
    ) STRICT`,
    // Ids grow with time, so this is both the queue in its order and the way to a waiting event by its id.
    'CREATE UNIQUE INDEX outbox_waiting ON outbox (id) WHERE published_at IS NULL',
    `CREATE TABLE inbox (
      id TEXT PRIMARY KEY,
      type TEXT NOT NULL,
      stored_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
  ],
}]

const Waiting = Type.Object({
  id: Type.String(),
  type: Type.Unsafe<EventType>(Type.String()),
  time: Type.String(),
  trace: Type.String(),
  data: Type.String(),
})

export interface Events {
  readonly outbox: Outbox
  /** Inside a transaction: stores the events. */
  emit(events: readonly Emitted[], trace: string | undefined): void
  /** Inside a transaction: whether the event is new here; remembers it. */
  receive(event: Heard): boolean
  /** After each commit. */
  committed(): void
  /** At the start, and after a load: events may be waiting that were not emitted here. */
  look(): void
}

/** Outbox and inbox of one store. */
export const eventsOf = (db: DatabaseSync, world: Pick<World, 'now' | 'id'>, commits: () => Commits): Events => {
  const insert = db.prepare('INSERT INTO outbox (id, type, time, trace, data) VALUES (?, ?, ?, ?, ?)')
  const receive = db.prepare('INSERT INTO inbox (id, type, stored_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  const waiting = db.prepare('SELECT id, type, time, trace, data FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT ?')
  const oldestWaiting = (limit: number) => {
    const rows: unknown[] = waiting.all(limit)
    return rowsFit(Waiting, rows, false) ? rows : []
  }
  const backlog = db.prepare(`SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL) AS count,
    (SELECT time FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT 1) AS oldest`)
  const mark = db.prepare('UPDATE outbox SET published_at = ? WHERE published_at IS NULL AND id IN (SELECT value FROM json_each(?))')
  // Twice as many rows are looked at as were published: purging keeps up, and never has much to do at once.
  const purge = db.prepare('DELETE FROM outbox WHERE rowid IN (SELECT rowid FROM outbox ORDER BY rowid LIMIT ?) AND published_at < ?')
  // Leases are kept in memory: only this process may write the file, and they should die with it.
  const leasedUntil = new Map<string, number>()
  const { wake, arrived, more } = arrivals()
  let fresh = false

  return {
    emit(events, trace) {
      for (const { type, data } of events) {
        const id = world.id()
        insert.run(id, type, new Date(world.now()).toISOString(), trace ?? id.replaceAll('-', ''), JSON.stringify(data))
        fresh = true
      }
    },
    receive: (event) => receive.run(event.id, event.type, world.now()).changes === 1,
    committed() {
      if (!fresh) return
      fresh = false
      wake()
    },
    look() {
      if (waiting.get(1)) wake()
    },
    outbox: {
      async take(limit, leaseMs) {
        const now = world.now()
        for (const [id, until] of leasedUntil) if (until <= now) leasedUntil.delete(id)
        const free = oldestWaiting(limit + leasedUntil.size).filter(({ id }) => !leasedUntil.has(id)).slice(0, limit)
        for (const { id } of free) leasedUntil.set(id, now + leaseMs)
        // More may be waiting than were taken.
        if (free.length === limit) more()
        return free.map((row): Heard => ({ ...row, data: JSON.parse(row.data) }))
      },
      async published(ids) {
        if (ids.length === 0) return
        await commits().submit(() => {
          mark.run(world.now(), JSON.stringify(ids))
          purge.run(2 * ids.length, world.now() - publishedKeptMs)
        })
        for (const id of ids) leasedUntil.delete(id)
      },
      async backlog() {
        const row = backlog.get()
        const oldest = row?.['oldest']
        return { count: Number(row?.['count']), oldestMs: typeof oldest === 'string' ? Math.max(0, world.now() - Date.parse(oldest)) : 0 }
      },
      arrived,
    },
  }
}
