import { unavailable } from '../../src/contract/faults.ts'
import type { Collection, Documents } from '../../src/databases/documents.ts'
import { openSqlite } from '../../src/databases/sqlite/open.ts'
import type { Database, Outbox, Row, Sql } from '../../src/databases/sql.ts'
import type { OpenSqlite, Reached } from '../../src/process/tokens.ts'
import { idSource } from '../../src/process/world.ts'
import { documentsInMemory, walkedBy } from './documents/model.ts'
import type { Machine } from './machine.ts'
import type { Simulated } from './simulated.ts'
import type { Point } from './weather.ts'

/** How long the dead wait. */
const never = new Promise<never>(() => {})

interface Kept { isDown: boolean; crashes: number; broke: Set<() => void>; outbox(): Outbox; dump(): AsyncIterable<Row> }
interface InFile extends Kept { about: Parameters<OpenSqlite>[1]; database: Database }
interface InDocuments extends Kept { documents: ReturnType<typeof documentsInMemory> }
export type OpenDocuments = (name: string, about: { collections: readonly Collection[] }) => Promise<Reached & { documents: Documents }>

/** The shop's stores. Every instance of a module stands on the same one, each over a line of its own. */
export interface Stores {
  on(machine: Machine): OpenSqlite
  /** One that keeps documents, of which nothing but one document's change is atomic. */
  documentsOn(machine: Machine): OpenDocuments
  /** Its own hands, without delays: for who looks at all from outside. */
  direct(name: string): Sql
  /** The same of one that keeps documents; null where it does not. */
  directly(name: string): Documents | null
  /** Lines break, and who asks is refused until it is back; what was committed is kept. */
  crash(name: string, ms: number): void
  names(): string[]
  backlog(): Promise<number>
  dump(): Promise<Record<string, Row[]>>
  close(): Promise<void>
}
export interface StoresOptions {
  /** What a negative control makes of the documents. */
  broken?: (documents: Documents) => Documents
  /** The rows of a store that keeps documents. */
  rowsOf?: (documents: Documents) => AsyncIterable<Row>
}

export const createStores = (sim: Simulated, { broken = (documents) => documents, rowsOf }: StoresOptions = {}): Stores => {
  const { time, story } = sim
  const own = sim.random.fork('stores')
  const files = new Map<string, InFile>()
  const others = new Map<string, InDocuments>()
  const opened = (about: InFile['about']) => openSqlite({ ...about, path: ':memory:', world, checked: true })
  const world = { now: time.now, id: idSource(time.now, (count) => own.bytes(count)) }
  const found = <K>(from: ReadonlyMap<string, K>, name: string): K => {
    const store = from.get(name)
    if (store === undefined) throw new Error(`There is no store ${name}`)
    return store
  }
  const all = (): [string, Kept][] => [...files, ...others]
  const standing = () => ({ isDown: false, crashes: 0, broke: new Set<() => void>() })

  /** There, and back again; either way it may take a while, the process may end, the store may be down. */
  const travel = <T>(name: string, store: Kept, machine: Machine, point: Point, effect: () => Promise<T>): Promise<T> => new Promise((resolve, reject) => {
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
      effect().then((value) => back(() => resolve(value)), (error: unknown) => back(() => reject(error)))
    }
    machine.pass(point, `to ${name}`, () => {
      const ms = sim.latencyMs(own)
      if (ms === 0) arrive()
      else time.after(ms, arrive)
    })
  })

  const outboxLine = (name: string, store: Kept, machine: Machine): Outbox => ({
    take: (limit, leaseMs) => travel(name, store, machine, 'read', () => store.outbox().take(limit, leaseMs)),
    published: (ids) => travel(name, store, machine, 'write', () => store.outbox().published(ids)),
    backlog: () => travel(name, store, machine, 'read', () => store.outbox().backlog()),
    async arrived(signal) {
      const gone = new AbortController()
      const breaks = () => gone.abort(unavailable(`The connection to ${name} broke`))
      const forget = machine.onDeath(breaks)
      store.broke.add(breaks)
      try {
        await store.outbox().arrived(AbortSignal.any([signal, gone.signal]))
      } catch (error) {
        if (machine.isDead()) await never
        throw error
      } finally {
        forget()
        store.broke.delete(breaks)
      }
      await new Promise<void>((resolve) => machine.pass('timer', '', resolve))
    },
  })
  const line = (name: string, store: InFile, machine: Machine): Sql => ({
    dialect: 'sqlite',
    read: (row, query) => travel(name, store, machine, 'read', () => store.database.sql.read(row, query)),
    write: (change) => travel(name, store, machine, 'write', () => store.database.sql.write(change)),
    apply: (cause, change) => travel(name, store, machine, 'write', () => store.database.sql.apply(cause, change)),
    outbox: outboxLine(name, store, machine),
    dump: () => store.database.sql.dump(),
    load: (rows) => store.database.sql.load(rows),
  })
  const documentLine = (name: string, store: InDocuments, machine: Machine): Documents => {
    const { documents } = store
    const asked = <T>(effect: () => Promise<T>) => travel(name, store, machine, 'read', effect)
    const told = <T>(effect: () => Promise<T>) => travel(name, store, machine, 'write', effect)
    const line: Documents = {
      read: (...about) => asked(() => documents.read(...about)),
      count: (...about) => asked(() => documents.count(...about)),
      aggregate: (...about) => asked(() => documents.aggregate(...about)),
      walk: (...about) => walkedBy(line.read)(...about),
      told: () => documents.told(),
      change: (...about) => told(() => documents.change(...about)),
      insert: (...about) => told(() => documents.insert(...about)),
      steps: (...about) => told(() => documents.steps(...about)),
      remove: (...about) => told(() => documents.remove(...about)),
      keep: (...about) => told(() => documents.keep(...about)),
      outbox: outboxLine(name, store, machine),
    }
    return broken(line)
  }
  /** What was dumped is loaded into an empty one, which takes its place: what was only in memory is gone. */
  const move = async (name: string, store: InFile): Promise<void> => {
    story.tell(`the store ${name} moves into a copy of itself`)
    const copy = await opened(store.about)
    await copy.sql.load(store.database.sql.dump())
    await store.database.close()
    store.database = copy
  }
  const made = (name: string, { collections }: Parameters<OpenDocuments>[1]): InDocuments => {
    const chance = sim.random.fork(`documents of ${name}`)
    /** Others come between two documents of one call; and a crash leaves it where it is. */
    const between = async () => {
      const ms = chance.chance(0.7) ? 0 : sim.latencyMs(chance)
      if (ms === 0) return
      const { crashes } = store
      await time.sleep(ms)
      if (store.crashes !== crashes) throw unavailable(`${name} crashed`)
    }
    const documents = documentsInMemory({ collections, world, between })
    const store: InDocuments = {
      ...standing(), documents, outbox: () => documents.outbox,
      dump: () => {
        if (rowsOf === undefined) throw new Error(`Nobody knows the rows of ${name}`)
        return rowsOf(documents.still)
      },
    }
    return store
  }

  return {
    on: (machine) => async (name, about) => {
      if (!files.has(name)) {
        const store: InFile = { ...standing(), about, database: await opened(about), outbox: () => store.database.sql.outbox, dump: () => store.database.sql.dump() }
        files.set(name, store)
      }
      return { sql: line(name, found(files, name), machine), path: ':memory:', close: async () => {} }
    },
    documentsOn: (machine) => async (name, about) => {
      if (!others.has(name)) others.set(name, made(name, about))
      return { documents: documentLine(name, found(others, name), machine), alive: async () => {}, close: async () => {} }
    },
    direct(name) {
      // Whichever it is by then.
      const now = () => found(files, name).database.sql
      return {
        dialect: 'sqlite', read: (row, query) => now().read(row, query), write: (change) => now().write(change),
        apply: (cause, change) => now().apply(cause, change), dump: () => now().dump(), load: (rows) => now().load(rows),
        get outbox() { return now().outbox },
      }
    },
    directly: (name) => others.get(name)?.documents.still ?? null,
    crash(name, ms) {
      const store = files.get(name) ?? found(others, name)
      if (store.isDown) return
      store.isDown = true
      store.crashes++
      story.tell(`the store ${name} is down for ${ms} ms`)
      for (const breaks of [...store.broke]) breaks()
      const file = files.get(name)
      if (own.chance(sim.weather().moved) && file) time.after(1, () => { void move(name, file) })
      // Whoever moves it has put it where it belongs by then: nothing of that takes time.
      time.after(ms + 2, () => {
        store.isDown = false
        story.tell(`the store ${name} is back`)
      })
    },
    names: () => all().map(([name]) => name),
    async backlog() {
      let sum = 0
      for (const [, store] of all()) sum += (await store.outbox().backlog()).count
      return sum
    },
    async dump() {
      const rows: Record<string, Row[]> = {}
      for (const [name, store] of all()) rows[name] = await Array.fromAsync(store.dump())
      return rows
    },
    async close() {
      for (const { database } of files.values()) await database.close()
    },
  }
}
