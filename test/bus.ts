import { setTimeout as sleep } from 'node:timers/promises'
import { Type } from '@sinclair/typebox'
import type { Bus } from '../src/bus/bus.ts'
import { answerer, door } from '../src/bus/door.ts'
import { localBus } from '../src/bus/local.ts'
import { loopbackBus } from '../src/bus/loopback.ts'
import { queueMigrations } from '../src/bus/queues.ts'
import { contract } from '../src/contract/contract.ts'
import { event, type Heard } from '../src/contract/event.ts'
import { fault } from '../src/contract/fault.ts'
import { inner } from '../src/contract/inner.ts'
import { Closed, Nullable } from '../src/contract/scalars.ts'
import { openSqlite } from '../src/databases/sqlite/open.ts'
import { type Effect, type Sql, sql } from '../src/databases/sql.ts'
import { type Context, makeContext, systemContext } from '../src/module/context.ts'
import type { Log } from '../src/module/log.ts'
import type { Operations } from '../src/module/module.ts'
import { type StillWorld, stillWorld } from './still-world.ts'

/** The buses of one process; each is a placement that every suite runs in, as is RabbitMQ (test/broker.ts). */
const buses = { local: localBus, loopback: loopbackBus }
export type Placement = keyof typeof buses

/** How a suite declares its cases: a placement may leave one out, by its title and with a reason. */
export type Test = (title: string, run: () => Promise<void>) => unknown

export const soldOut = fault('sold_out', 409, 'There is too little left')
const Lines = Type.Array(Closed({ sku: Type.String(), quantity: Type.Integer({ minimum: 1 }) }))
export const counted = event('stock.counted.v1', Closed({ sku: Type.String(), version: Type.Integer() }))
/** A small module, as buses see them. */
export const stock = contract('stock', {
  port: 3999, operations: {}, hears: {}, events: { counted },
  inner: {
    take: inner({ takes: Closed({ lines: Lines }), returns: Closed({ lines: Lines, note: Nullable(Type.String()) }), faults: [soldOut], deadlineMs: 1000 }),
    count: inner({ takes: Closed({}), returns: Closed({ count: Type.Integer() }) }),
  },
})
export type Stock = Operations<typeof stock>
export const idleStock: Stock = { take: async ({ lines }) => ({ lines, note: null }), count: async () => ({ count: 0 }) }

export interface Entry { level: string; message: string; about: Readonly<Record<string, unknown>> }
/** A log that a test can read. */
export const testLog = (): Log & { entries: Entry[] } => {
  const entries: Entry[] = []
  const at = (level: string) => (message: string, about: Readonly<Record<string, unknown>> = {}) => { entries.push({ level, message, about }) }
  return { entries, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

export interface OpenBus {
  bus: Bus
  world: StillWorld
  log: ReturnType<typeof testLog>
  /** Another bus over the same queues, as after a crash of the first. */
  again(world?: StillWorld): Promise<Bus>
  /** Has these handlers answer and gives the door to them. */
  stock(operations: Partial<Stock>): Promise<ReturnType<typeof door<typeof stock>>>
  context(about?: Partial<Pick<Context, 'caller' | 'key' | 'client'>> & { leftMs?: number }): Context
  close(): Promise<void>
}

export const attempts = 3

/** What every placement gives its cases beside the bus itself. */
export const around = (bus: Bus, world: StillWorld, log: ReturnType<typeof testLog>): Pick<OpenBus, 'bus' | 'world' | 'log' | 'stock' | 'context'> => ({
  bus, world, log,
  async stock(operations) {
    await bus.answer('stock', answerer(stock, { ...idleStock, ...operations }, { checked: true, log }))
    return door(stock, bus, { checked: true, log })
  },
  context: ({ leftMs = 5000, caller, key, client } = {}) =>
    caller === undefined ? systemContext(world, leftMs) : makeContext({ caller, trace: 'a'.repeat(32), leftMs, key, client, world }),
})

export const openBus = async (placement: Placement): Promise<OpenBus> => {
  const world = stillWorld()
  const log = testLog()
  const { sql: db, close } = await openSqlite({ path: ':memory:', migrations: queueMigrations, world, checked: true })
  const create = (on: StillWorld = world) => buses[placement]({ db, world: on, log, attempts })
  const bus = create()
  return {
    ...around(bus, world, log),
    again: async (on) => create(on),
    async close() {
      await bus.close(1000)
      await close()
    },
  }
}

/** A store of a module that notes each event it hears, once. */
export const notingStore = async (world: StillWorld) => {
  const { sql: db, close } = await openSqlite({
    path: ':memory:', world, checked: true, migrations: [{ name: 'notes', statements: ['create table note (event_id text not null) strict'] }],
  })
  const Note = Type.Object({ event_id: Type.String() })
  return {
    db, close,
    hear: (heard: Heard): Promise<Effect> => db.apply(heard, { statements: [sql`insert into note (event_id) values (${heard.id})`], events: [] }),
    notes: async () => (await db.read(Note, sql`select event_id from note order by event_id`)).map((row) => row.event_id),
  }
}

/** Stores events as their cause would, and gives them as they will be heard. */
export const tell = async (db: Sql, count = 1): Promise<void> => {
  await db.write({ statements: [], events: Array.from({ length: count }, (_, at) => counted({ sku: `S${at}`, version: at })) })
}

export const heard = (world: StillWorld, sku = 'S'): Heard =>
  ({ id: world.id(), time: new Date(world.now()).toISOString(), trace: 'b'.repeat(32), ...counted({ sku, version: 1 }) })

/** Worlds beside which a broker works, in its own time. */
const withBroker = new WeakSet<StillWorld>()
/** A clock that a test moves; where a test waits for what the broker does, it goes on by itself as well. */
export const brokerWorld = (): StillWorld => {
  const world = stillWorld()
  withBroker.add(world)
  return world
}

const pollMs = 5
/** So long without what is waited for, and the clock moves on to whoever sleeps. */
const idleMs = 300
const mostMs = 60_000
const eventuallyWithBroker = async (world: StillWorld, done: () => boolean | Promise<boolean>): Promise<void> => {
  for (let waitedMs = 0; waitedMs < mostMs; waitedMs += pollMs) {
    if (await done()) return
    await sleep(pollMs)
    for (let ms = 0; ms < pollMs; ms++) {
      world.advance(1)
      await turn()
    }
    if (waitedMs >= idleMs) world.next()
  }
  throw new Error('It never came to that')
}

const turn = () => new Promise<void>((resolve) => { setImmediate(resolve) })
/** Lets all work that is ready be done, without moving the clock. */
export const settled = async (): Promise<void> => { for (let turns = 0; turns < 30; turns++) await turn() }
/** Until `done`, with the clock moving to the next sleeper whenever there is nothing else to do. */
export const eventually = async (world: StillWorld, done: () => boolean | Promise<boolean>): Promise<void> => {
  if (withBroker.has(world)) return eventuallyWithBroker(world, done)
  for (let steps = 0; steps < 3000; steps++) {
    await settled()
    if (await done()) return
    if (!world.next()) break
  }
  throw new Error('It never came to that')
}
