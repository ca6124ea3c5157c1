import type { Static, TObject } from '@sinclair/typebox'
import type { Emitted, Heard } from '../contract/event.ts'

/** What SQLite and PostgreSQL both bind. A boolean is 0 or 1, a time its ISO text or milliseconds, a structure its JSON text. */
export type Value = string | number | bigint | Uint8Array | null
/** `text` is the template's own array, the same object at each call: engines prepare once by its identity. */
export interface Statement {
  readonly text: readonly string[]
  readonly values: readonly Value[]
  /** How many rows it must change or return, else the whole change is undone. */
  readonly rows?: number
}
export const sql = (text: TemplateStringsArray, ...values: Value[]): Statement => ({ text, values })
/** The change holds only if this statement meets exactly `rows` rows (an update's changed, a select's returned). */
export const guarded = (statement: Statement, rows = 1): Statement => ({ ...statement, rows })

/**
 * What is to happen, as a value: so nothing can be awaited inside a transaction. `trace` is the W3C trace id its events
 * carry on; without one they carry their cause's, or start a trace of their own.
 */
export interface Change { readonly statements: readonly Statement[]; readonly events: readonly Emitted[]; readonly trace?: string }
/** `rows`: what each statement returned. `at`: the index of the first guarded statement that met other rows; nothing was changed. */
export type Written = { ok: true; rows: readonly (readonly Record<string, unknown>[])[] } | { ok: false; at: number }
declare const kept: unique symbol
/** The proof that an event's effect is stored, or was before. */
export type Effect = ('stored' | 'repeated' | 'stale') & { readonly [kept]: true }

export type Dialect = 'sqlite' | 'postgres'

/** A store that stands open. */
export interface Database {
  readonly sql: Sql
  /** Finishes what is being written, and lets the store go. */
  close(): Promise<void>
}

/** A module's data in SQL; one text for SQLite and PostgreSQL. */
export interface Sql extends Portable {
  readonly dialect: Dialect
  /** Rows as the schema says; checked against it in tests. */
  read<R extends TObject>(row: R, query: Statement): Promise<Static<R>[]>
  /** All or nothing, answered after the commit. A unique, foreign-key or CHECK violation throws `Violation`. */
  write(change: Change): Promise<Written>
  /**
   * `write`, with the event's id in the inbox of the same commit; a repeat changes nothing. A guarded statement that met
   * other rows makes it `stale`: nothing but the inbox is changed, for the event is older than what is known.
   */
  apply(cause: Heard, change: Change): Promise<Effect>
  readonly outbox: Outbox
}

/** A constraint of the database refused the change; nothing was changed. `constraint` is its column list or name, as far as the engine tells. */
export class Violation extends Error {
  override readonly name = 'Violation'
  readonly kind: 'unique' | 'foreign' | 'check'
  readonly constraint: string
  constructor(kind: 'unique' | 'foreign' | 'check', constraint: string) {
    super(`${kind} constraint: ${constraint}`)
    this.kind = kind
    this.constraint = constraint
  }
}

/** Events stored with their cause and not yet published. */
export interface Outbox {
  /** Oldest first; nobody else gets them for `leaseMs`. */
  take(limit: number, leaseMs: number): Promise<Heard[]>
  /** Marks them; they are kept for `publishedKeptMs` and then purged in small batches. */
  published(ids: readonly string[]): Promise<void>
  /** `oldestMs`: how long the oldest has been waiting; 0 where nothing waits. */
  backlog(): Promise<{ count: number; oldestMs: number }>
  /**
   * Resolves when something was stored since the last call, so that a relay need not poll; at once after the start where
   * an earlier process left events. Rejects with the signal's reason. A lease that ran out wakes nobody: who failed to
   * publish tries again by itself.
   */
  arrived(signal: AbortSignal): Promise<void>
}

/** How long a published event stays in the outbox: a hearer that is added within a week can still be sent what it missed. */
export const publishedKeptMs = 7 * 24 * 3600 * 1000

/**
 * A neutral row of a dump: the table (or collection, or key kind) it belongs to, and its columns as JSON; bytes are
 * `{"$blob": base64}`. The first row, of table `$schema`, names the dialect and the schema's version.
 */
export interface Row { readonly table: string; readonly row: Readonly<Record<string, unknown>> }
/** Neutral rows of a whole store, outbox and inbox too: for backup, moving house, and the auditor. */
export interface Portable {
  dump(): AsyncIterable<Row>
  /** Into an empty store; answers how many rows. */
  load(rows: AsyncIterable<Row>): Promise<number>
}

/** The first row of every dump. */
export const schemaTable = '$schema'
/** A dump of another engine brings its rows, whatever the number of that engine's migrations. */
export const checkSchema = (dialect: string, version: number, row: Row['row']): void => {
  if (row['dialect'] !== dialect || row['version'] === version) return
  throw new Error(`The dump has version ${String(row['version'])} of the schema, this store version ${version}. Load it with the version of Mercado that wrote it, then start the newer one.`)
}

export const checkEmpty = (filled: readonly string[]): void => {
  if (filled.length > 0) throw new Error(`Rows are loaded into an empty store only, and this one has some in ${filled.join(', ')}`)
}

/** One step forward of a schema; numbered by its place, never changed once released. */
export interface Migration { readonly name: string; readonly statements: readonly string[] }

/**
 * What the dialects write differently in a schema; the rest of a migration is one text for both. `whole` holds what a
 * JavaScript number does, `counter` numbers its rows by itself, `table` and `keyed` end a table (`keyed` one that is read by
 * its primary key only).
 */
export interface Words { readonly whole: string; readonly counter: string; readonly table: string; readonly keyed: string }
export const inSchema: Readonly<Record<Dialect, Words>> = {
  sqlite: { whole: 'integer', counter: 'integer primary key', table: ' strict', keyed: ' strict, without rowid' },
  postgres: { whole: 'bigint', counter: 'bigint generated by default as identity primary key', table: '', keyed: '' },
}
