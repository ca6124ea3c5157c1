import { Type } from '@sinclair/typebox'
import type { EventType, Heard } from '../contract/event.ts'
import { type Effect, type Migration, type Sql, type Statement, sql } from '../databases/sql.ts'
import type { Log } from '../module/log.ts'
import type { World } from '../module/world.ts'
import { createBell } from './bell.ts'
import type { DeadLetters } from './bus.ts'
import { deadLetters } from './dead-letters.ts'
import { delayMs } from './delay.ts'
import { frozen } from './frozen.ts'
import { handled } from './handling.ts'
import { eventFromJson, eventToJson } from './wire.ts'

export interface QueueOptions {
  /** `bus.db`, opened with `queueMigrations`. */
  db: Sql
  world: World
  log: Log
  /** How often an event is delivered before it goes to the dead letters. */
  attempts: number
}

export interface Queues {
  publish(events: readonly Heard[]): Promise<void>
  hear(module: string, types: readonly EventType[], handle: (event: Heard) => Promise<Effect>): void
  readonly deadLetters: DeadLetters
  /** Starts nothing new; resolves when what runs has ended. */
  stop(): Promise<void>
}

/** A row is an event that one module has not dealt with yet; a dead one waits for an operator. */
export const queueMigrations: readonly Migration[] = [{
  name: 'deliveries',
  statements: [
    `create table delivery (
      module text not null, event_id text not null, event text not null,
      attempts integer not null check (attempts >= 0), due_at integer not null,
      first_at integer, last_at integer, error text, dead integer not null default 0 check (dead in (0, 1)),
      primary key (module, event_id)
    ) strict`,
    'create index delivery_due on delivery (module, due_at) where dead = 0',
  ],
}, {
  name: 'dead deliveries',
  statements: ['create index delivery_dead on delivery (module) where dead = 1'],
}]

const retry = { firstMs: 1000, mostMs: 30_000 }
/** How many events one module handles at once, so that a slow one is bounded and holds up no other. */
const atOnce = 8
/** After a failure of `bus.db` itself. */
const troubleMs = 1000
const errorLength = 2000

const Waiting = Type.Object({ event_id: Type.String(), event: Type.String(), attempts: Type.Integer(), first_at: Type.Union([Type.Integer(), Type.Null()]) })
type Waiting = { event_id: string; event: string; attempts: number; first_at: number | null }
const Next = Type.Object({ due_at: Type.Union([Type.Integer(), Type.Null()]) })

/**
 * A durable queue for each hearing module, as a broker has, in one process: an event is a row until its effect is
 * proved. One process holds `bus.db`, so what is being delivered is known in memory; after a crash it is due again.
 */
export const createQueues = ({ db, world, log, attempts }: QueueOptions): Queues => {
  const hearers = new Map<EventType, { module: string; ring(): void }[]>()
  const lines = new Map<string, { ring(): void; stop(): Promise<void> }>()

  return {
    async publish(events) {
      const statements: Statement[] = []
      const woken = new Set<{ ring(): void }>()
      const now = world.now()
      for (const event of events) {
        for (const hearer of hearers.get(event.type) ?? []) {
          statements.push(sql`insert into delivery (module, event_id, event, attempts, due_at)
            values (${hearer.module}, ${event.id}, ${eventToJson(event)}, 0, ${now}) on conflict do nothing`)
          woken.add(hearer)
        }
      }
      if (statements.length === 0) return
      await db.write({ statements, events: [] })
      for (const hearer of woken) hearer.ring()
    },
    hear(module, types, handle) {
      if (lines.has(module)) throw new Error(`${module} hears already`)
      const line = deliverFrom(module, handle, { db, world, log, attempts })
      lines.set(module, line)
      for (const type of types) hearers.set(type, [...hearers.get(type) ?? [], { module, ring: line.ring }])
    },
    deadLetters: deadLetters(db, world, (module) => lines.get(module)?.ring()),
    async stop() {
      await Promise.all([...lines.values()].map((line) => line.stop()))
    },
  }
}

/** Delivers one module's queue until it is stopped. */
const deliverFrom = (module: string, handle: (event: Heard) => Promise<Effect>, { db, world, log, attempts }: QueueOptions) => {
  const bell = createBell(world)
  const running = new Map<string, Promise<void>>()
  let stopped = false

  const failed = async (row: Waiting, error: unknown) => {
    const now = world.now()
    const tried = row.attempts + 1
    const dead = tried >= attempts
    const about = { module, event: row.event_id, attempt: tried, error }
    if (dead) log.error('an event went to the dead letters', about)
    else log.warn('an event was not handled and will be delivered again', about)
    await db.write({ statements: [sql`update delivery set attempts = ${tried}, first_at = ${row.first_at ?? now}, last_at = ${now},
      error = ${String(error).slice(0, errorLength)}, dead = ${dead ? 1 : 0}, due_at = ${now + delayMs(world, tried, retry)}
      where module = ${module} and event_id = ${row.event_id}`], events: [] })
  }
  const deliver = async (row: Waiting) => {
    try {
      try {
        await handled(world, handle, frozen(eventFromJson(row.event)))
      } catch (error) {
        return await failed(row, error)
      }
      await db.write({ statements: [sql`delete from delivery where module = ${module} and event_id = ${row.event_id}`], events: [] })
    } catch (error) {
      log.error('the outcome of an event was not stored; it will be delivered again', { module, event: row.event_id, error })
      await world.sleep(troubleMs)
    }
  }
  /** Starts what is due; answers how long there is nothing to do unless the bell rings. */
  const look = async (): Promise<number> => {
    if (running.size >= atOnce) return Infinity
    const now = world.now()
    const rows = await db.read(Waiting, sql`select event_id, event, attempts, first_at from delivery
      where module = ${module} and dead = 0 and due_at <= ${now} order by due_at, event_id limit ${atOnce * 2}`)
    for (const row of rows) {
      if (stopped || running.size >= atOnce) return Infinity
      if (running.has(row.event_id)) continue
      running.set(row.event_id, deliver(row).finally(() => {
        running.delete(row.event_id)
        bell.ring()
      }))
    }
    const [next] = await db.read(Next, sql`select min(due_at) as due_at from delivery where module = ${module} and dead = 0 and due_at > ${now}`)
    return next?.due_at === null || next === undefined ? Infinity : Math.max(0, next.due_at - world.now())
  }
  const loop = (async () => {
    while (!stopped) {
      const idleMs = await look().catch((error: unknown) => {
        log.error('the queue of events cannot be read', { module, error })
        return troubleMs
      })
      await bell.wait(idleMs)
    }
    await Promise.all(running.values())
  })()

  return {
    ring: bell.ring,
    stop() {
      stopped = true
      bell.ring()
      return loop
    },
  }
}
