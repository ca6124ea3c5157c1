import type { Static, TObject } from '@sinclair/typebox'
import type { Contract, In, Out, Told } from '../contract/contract.ts'
import type { Heard } from '../contract/event.ts'
import type { Inner } from '../contract/inner.ts'
import type { Cache } from '../databases/cache.ts'
import type { Collection, Documents } from '../databases/documents.ts'
import type { Keys } from '../databases/keys.ts'
import type { Effect, Migration, Portable, Sql } from '../databases/sql.ts'
import type { Context } from './context.ts'
import type { Log, Measure } from './log.ts'
import type { Reply } from './reply.ts'
import type { Secrets } from './secrets.ts'
import type { World } from './world.ts'

type Do<C extends Inner, Answer> = (input: In<C>, context: Context) => Promise<Answer>
/** How a module is called by another: its inner operations, the same in every shape. */
export type Door<C extends Contract> = { readonly [K in keyof C['inner']]: Do<C['inner'][K], Out<C['inner'][K]>> }
export type Doors<U extends Record<string, Contract>> = { readonly [K in keyof U]: Door<U[K]> }
/** All handlers of a module: HTTP operations may answer with a `Reply`, inner ones may not. */
export type Operations<C extends Contract> = Door<C> & {
  readonly [K in keyof C['operations']]: Do<C['operations'][K], Out<C['operations'][K]> | Reply<Out<C['operations'][K]>>>
}
/** Handlers of others' events; each answers with the proof that its effect is stored. */
export type Ears<C extends Contract> = {
  readonly [K in keyof C['hears']]: (event: Heard<Told<C['hears'][K]>>) => Promise<Effect>
}

/** All that a module is given. */
export interface Given<U extends Record<string, Contract>, S, T extends TObject, B extends object = object> {
  store: S
  /** Stores that are not the module's own facts, opened beside it (the test payment provider's ledger). */
  beside: B
  doors: Doors<U>
  settings: Static<T>
  world: World
  log: Log
  measure: Measure
  secrets: Secrets
  /** Where clients reach the shop, without a slash at its end; known once it listens. */
  publicUrl(): string
}

/** Run again `everyMs` after it ended, in every instance; the first run is at the start. It must bear running twice at once. */
export interface Job { name: string; everyMs: number; run(deadline: AbortSignal): Promise<void> }

export interface Built<C extends Contract> {
  operations: Operations<C>
  hears: Ears<C>
  jobs?: readonly Job[]
  /**
   * Before the first request: first admin, sample catalogue. Under no lock: it must bear running twice. Answers lines
   * that a person should read once.
   */
  start?(): Promise<readonly string[] | void>
  /** Holds the module at a point between its steps, for a consistent copy; answers what lets it go on. */
  pause?(): Promise<() => void>
  /** When the process ends, before its stores close: finishes what runs and gives back what it holds. */
  stop?(): Promise<void>
  /** Numbers asked for when metrics are read, by measure and label value, such as sagas by state. */
  gauges?(): Promise<readonly { name: string; value: number; labels?: Readonly<Record<string, string>> }[]>
}

export type Opens<Engine, S> = (engine: Engine) => S & Portable
/** The store's openings, by engine. Each brings its migrations. */
export interface Stores<S> {
  /** `remade`: tables that a load makes anew from the others, and which other engines need not have. */
  sqlite: { migrations: readonly Migration[]; mmapBytes?: number; open: Opens<Sql, S>; remade?: readonly string[] }
  /** Where the module has a POSTGRES_URL. */
  postgres?: { migrations: readonly Migration[]; open: Opens<Sql, S> }
  /** Where it has a MONGO_URL. The cache stands where it has a REDIS_URL as well. */
  mongo?: { collections: readonly Collection[]; open: (documents: Documents, cache: Cache | null) => S & Portable }
  /** Where it has a REDIS_URL. */
  redis?: { open: Opens<Keys, S> }
}

/** A store beside the module's own, on the same server unless a setting of the module names another database for it. */
export interface Beside<S> extends Stores<S> { /** The setting that may hold a PostgreSQL URL. */ postgresSetting?: string }

/** A counter or gauge a module declares; its name is prefixed with `mercado_<module>_`. */
export interface MeasureShape { kind: 'counter' | 'gauge'; help: string; labels?: readonly string[] }

/** Which environment variable cannot stand as it is, and what to do about it. */
export interface SettingRefused { name: string; message: string }

/** A module's whole definition. Where it stands and who is beside it is not in it. */
export interface Definition<C extends Contract, U extends Record<string, Contract>, S, T extends TObject, B extends object> {
  contract: C
  /** Whose doors it calls. */
  uses: U
  /** Each property is an environment variable in camelCase; see process/settings. */
  settings: T
  /** What is wrong with settings that are right one by one, by the variable's name: told before anything starts. */
  refuses?(settings: Static<T>): readonly SettingRefused[]
  stores: Stores<S>
  /** More stores, each a file of its own: `<module>-<name>.db`. */
  beside?: { readonly [K in keyof B]: Beside<B[K]> }
  measures?: Readonly<Record<string, MeasureShape>>
  build(given: Given<U, S, T, B>): Built<C>
}

/** What a process sees: every type parameter has ended here, which is why `any` stands here and nowhere else. */
export interface Module {
  contract: Contract
  uses: Record<string, Contract>
  settings: TObject
  refuses?(settings: any): readonly SettingRefused[]
  stores: Stores<unknown>
  beside?: Readonly<Record<string, Beside<unknown>>>
  measures?: Readonly<Record<string, MeasureShape>>
  build(given: Given<any, any, any, any>): Built<any>
}

export const module = <C extends Contract, const U extends { [K in keyof U]: Contract<K & string> }, S, T extends TObject, B extends object = object>(
  definition: Definition<C, U, S, T, B>,
): Module => definition
