import type { TestContext } from 'node:test'
import type { Bus } from '../src/bus/bus.ts'
import { localBus } from '../src/bus/local.ts'
import { loopbackBus } from '../src/bus/loopback.ts'
import { queueMigrations } from '../src/bus/queues.ts'
import { door } from '../src/bus/door.ts'
import type { Contract } from '../src/contract/contract.ts'
import { fits, misfit } from '../src/bus/checks.ts'
import { openSqlite } from '../src/databases/sqlite/open.ts'
import type { Row } from '../src/databases/sql.ts'
import { type Caller, makeContext } from '../src/module/context.ts'
import type { Log } from '../src/module/log.ts'
import type { Door, Module } from '../src/module/module.ts'
import { Reply, type ReplyOptions } from '../src/module/reply.ts'
import { createLog } from '../src/observe/log.ts'
import type { Container } from '../src/process/container.ts'
import { run } from '../src/process/run.ts'
import { memorySecrets } from '../src/process/secrets.ts'
import { openedFile } from '../src/process/stores.ts'
import { tokens } from '../src/process/tokens.ts'
import { type TestWorld, testWorld } from './world.ts'

/** Where a module's behaviour suite runs: the same suite in each. */
export interface Place { readonly name: string; start(t: TestContext, options?: PlaceOptions): Promise<Placed> }

export interface PlaceOptions {
  /** Default: every module there is. */
  modules?: readonly Module[]
  /** Environment variables. */
  settings?: Record<string, string>
}

/** An answer of a handler: what HTTP would send. */
export interface Replied { body: any; options: ReplyOptions }

/** Modules that run together over embedded stores in memory, and end with the test. */
export interface Placed {
  /** An HTTP operation's handler, called as the HTTP layer does after its checks; a fault is thrown. */
  call(module: string, operation: string, input: object, about?: CallAbout): Promise<any>
  /** The same with headers, status and session. */
  reply(module: string, operation: string, input: object, about?: CallAbout): Promise<Replied>
  door<C extends Contract>(contract: C): Door<C>
  context(about?: CallAbout): ReturnType<typeof makeContext>
  readonly world: TestWorld
  advance(ms: number): void
  /** Events that a module has stored, oldest first, published or not. */
  events(module: string): Promise<{ type: string; data: any }[]>
  /** All rows of a store: a module's name, or `<module>-<name>` for one beside it. */
  rows(store: string): Promise<Row[]>
  /** Loads a dump into the same store of a second, empty place. */
  load(store: string, rows: AsyncIterable<Row>): Promise<number>
  /** All that was logged. */
  logged(): string
}

export interface CallAbout { caller?: Caller; key?: string; leftMs?: number; client?: { address: string; device: string } }

/** Servers that stores stand on: the settings that name them, and how a case gets stores of its own there. */
export interface Servers {
  settings?: Record<string, string>
  replace?(container: Container, world: TestWorld): void
  /** In place of the bus of one process. */
  bus?(world: TestWorld, log: Log): Promise<Bus>
}

const placeNamed = (name: string, servers?: () => Servers): Place => ({
  name,
  async start(t, { modules, settings = {} } = {}) {
    const world = testWorld()
    let logged = ''
    const running = await run({
      modules: modules ?? (await import('../modules/modules.ts')).everyModule, checked: true,
      env: { SAMPLE_CATALOGUE: 'off', ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'a long admin password', PUBLIC_URL: 'http://localhost:3000', ...servers?.().settings, ...settings },
      replace(container) {
        container.register(tokens.world, () => world)
        container.register(tokens.secrets, memorySecrets)
        container.register(tokens.log, () => createLog({ level: 'debug', readable: true, now: world.now, write: (text) => { logged += text } }))
        container.register(tokens.openSqlite, () => (_name, about) => openSqlite({ ...about, path: ':memory:', world, checked: true }))
        const on = servers?.()
        on?.replace?.(container, world)
        container.register(tokens.bus, async (here) => {
          if (on?.bus !== undefined) return on.bus(world, here.get(tokens.log))
          const { sql: db } = await openedFile(here, 'bus', { migrations: queueMigrations })
          return (name === 'loopback' ? loopbackBus : localBus)({ db, world, log: here.get(tokens.log), attempts: 3 })
        })
      },
    })
    t.after(() => running.ending.run(10_000))
    const log = running.container.get(tokens.log)
    const bus = await running.container.get(tokens.bus)
    const standing = (module: string) => {
      const found = running.standing.find((one) => one.module.contract.name === module)
      if (found === undefined) throw new Error(`${module} is not in this place`)
      return found
    }
    const database = (store: string) => {
      const found = running.standing.flatMap(({ stores }) => stores).find((one) => one.name === store)
      if (found === undefined) throw new Error(`there is no store ${store}`)
      return found.store
    }
    const context = ({ caller = { is: 'nobody' }, key, leftMs = 15_000, client }: CallAbout = {}) =>
      makeContext({ caller, trace: Buffer.from(world.random(16)).toString('hex'), leftMs, key, client, world })
    const reply = async (module: string, operation: string, input: object, about?: CallAbout): Promise<Replied> => {
      const { built, module: { contract } } = standing(module)
      const shape = contract.operations[operation]
      if (shape === undefined) throw new Error(`${module} has no operation ${operation}`)
      if (!fits(shape.takes, input)) throw new TypeError(`${module}.${operation} ${misfit(shape.takes, input)}`)
      const handler = Reflect.get(built.operations, operation)
      const answer = await handler.call(built.operations, input, context(about))
      const { body, options } = answer instanceof Reply ? answer : { body: answer, options: {} }
      const parsed = typeof body === 'string' && /^[{[]/.test(body) ? JSON.parse(body) : body
      const success = shape.status !== 204 && (options.status ?? 200) < 400
      if (success && typeof parsed === 'object' && !(parsed instanceof ReadableStream) && !fits(shape.returns, parsed)) {
        throw new TypeError(`Answer of ${module}.${operation} ${misfit(shape.returns, parsed)}`)
      }
      return { body: parsed, options }
    }
    return {
      reply, context, world,
      call: async (...asked) => (await reply(...asked)).body,
      door: (contract) => door(contract, bus, { checked: true, log }),
      advance: world.advance,
      async events(module) {
        const found: { type: string; data: any }[] = []
        for await (const { table, row } of database(module).dump()) {
          if (table === 'outbox') found.push({ type: String(row['type']), data: JSON.parse(String(row['data'])) })
        }
        return found
      },
      rows: (store) => Array.fromAsync(database(store).dump()),
      load: (store, rows) => database(store).load(rows),
      logged: () => { log.flush(); return logged },
    }
  },
})

export const places: readonly Place[] = [placeNamed('local'), placeNamed('loopback')]
/** In one process, with the stores on these servers of every module that has such. */
export const placeOn = (name: string, servers: () => Servers): Place => placeNamed(name, servers)
