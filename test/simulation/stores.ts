import { unavailable } from '../../src/contract/faults.ts'
import type { Database } from '../../src/databases/sql.ts'
import { openSqlite } from '../../src/databases/sqlite/open.ts'
import type { Row, Sql } from '../../src/databases/sql.ts'
import type { OpenSqlite } from '../../src/process/tokens.ts'
import { idSource } from '../../src/process/world.ts'
import type { Machine } from './machine.ts'
import type { Simulated } from './simulated.ts'
import type { Point } from './weather.ts'

/** How long the dead wait. */
const never = new Promise<never>(() => {})

interface Kept { about: Parameters<OpenSqlite>[1]; database: Database; isDown: boolean; crashes: number; broke: Set<() => void> }

/** The shop's stores. Every instance of a module stands on the same one, each over a line of its own. */
export interface Stores {
  on(machine: Machine): OpenSqlite
  /** Its own hands, without delays: for who looks at all from outside. */
  direct(name: string): Sql
  /** Lines break, and who asks is refused until it is back; what was committed is kept. */
  crash(name: string, ms: number): void
  names(): string[]
  dump(): Promise<Record<string, Row[]>>
  close(): Promise<void>
}

export const createStores = (sim: Simulated): Stores => {
  const { time, story } = sim
  const own = sim.random.fork('stores')
  const kept = new Map<string, Kept>()
  const opened = (about: Kept['about']) => openSqlite({ ...about, path: ':memory:', world, checked: true })
  const world = { now: time.now, id: idSource(time.now, (count) => own.bytes(count)) }

  /** There, and back again; either way it may take a while, the process may end, the store may be down. */
  const travel = <T>(name: string, machine: Machine, point: Point, effect: (db: Sql) => Promise<T>): Promise<T> => new Promise((resolve, reject) => {
    const store = found(name)
    const crashes = store.crashes
    const back = (then: () => void) => {
      const arrive = () => machine.pass(point === 'write' ? 'answer' : point, `of ${name}`, () => {
        // Who was connected when the store crashed does not learn what came of it.
        if (store.crashes === crashes) then()
        else reject(unavailable(`The connection to ${name} broke`))
      })
      const ms = sim.latencyMs(own)
      if (ms === 0) arrive()
      else time.after(ms, arrive)
    }
    const arrive = () => {
      // Sent or not sent by one that has died meanwhile.
      if (machine.isDead() && own.chance(0.5)) return
      if (store.isDown) return back(() => reject(unavailable(`${name} is down`)))
      effect(store.database.sql).then((value) => back(() => resolve(value)), (error: unknown) => back(() => reject(error)))
    }
    machine.pass(point, `to ${name}`, () => {
      const ms = sim.latencyMs(own)
      if (ms === 0) arrive()
      else time.after(ms, arrive)
    })
  })

  const line = (name: string, machine: Machine): Sql => ({
    dialect: 'sqlite',
    read: (row, query) => travel(name, machine, 'read', (db) => db.read(row, query)),
    write: (change) => travel(name, machine, 'write', (db) => db.write(change)),
    apply: (cause, change) => travel(name, machine, 'write', (db) => db.apply(cause, change)),
    outbox: {
      take: (limit, leaseMs) => travel(name, machine, 'read', (db) => db.outbox.take(limit, leaseMs)),
      published: (ids) => travel(name, machine, 'write', (db) => db.outbox.published(ids)),
      backlog: () => travel(name, machine, 'read', (db) => db.outbox.backlog()),
      async arrived(signal) {
        const gone = new AbortController()
        const store = found(name)
        const breaks = () => gone.abort(unavailable(`The connection to ${name} broke`))
        const forget = machine.onDeath(breaks)
        store.broke.add(breaks)
        try {
          await store.database.sql.outbox.arrived(AbortSignal.any([signal, gone.signal]))
        } catch (error) {
          if (machine.isDead()) await never
          throw error
        } finally {
          forget()
          store.broke.delete(breaks)
        }
        await new Promise<void>((resolve) => machine.pass('timer', '', resolve))
      },
    },
    dump: () => found(name).database.sql.dump(),
    load: (rows) => found(name).database.sql.load(rows),
  })
  /** What was dumped is loaded into an empty one, which takes its place: what was only in memory is gone. */
  const move = async (name: string, store: Kept): Promise<void> => {
    story.tell(`the store ${name} moves into a copy of itself`)
    const copy = await opened(store.about)
    await copy.sql.load(store.database.sql.dump())
    await store.database.close()
    store.database = copy
  }
  const found = (name: string): Kept => {
    const store = kept.get(name)
    if (store === undefined) throw new Error(`There is no store ${name}`)
    return store
  }

  return {
    on: (machine) => async (name, about) => {
      if (!kept.has(name)) {
        kept.set(name, { about, database: await opened(about), isDown: false, crashes: 0, broke: new Set() })
      }
      return { sql: line(name, machine), path: ':memory:', close: async () => {} }
    },
    direct(name) {
      // Whichever it is by then.
      const now = () => found(name).database.sql
      return {
        dialect: 'sqlite', read: (row, query) => now().read(row, query), write: (change) => now().write(change),
        apply: (cause, change) => now().apply(cause, change), dump: () => now().dump(), load: (rows) => now().load(rows),
        get outbox() { return now().outbox },
      }
    },
    crash(name, ms) {
      const store = found(name)
      if (store.isDown) return
      store.isDown = true
      store.crashes++
      story.tell(`the store ${name} is down for ${ms} ms`)
      for (const breaks of [...store.broke]) breaks()
      if (own.chance(sim.weather().moved)) time.after(1, () => { void move(name, store) })
      // Whoever moves it has put it where it belongs by then: nothing of that takes time.
      time.after(ms + 2, () => {
        store.isDown = false
        story.tell(`the store ${name} is back`)
      })
    },
    names: () => [...kept.keys()],
    async dump() {
      const all: Record<string, Row[]> = {}
      for (const [name, { database }] of kept) all[name] = await Array.fromAsync(database.sql.dump())
      return all
    },
    async close() {
      for (const { database } of kept.values()) await database.close()
    },
  }
}
