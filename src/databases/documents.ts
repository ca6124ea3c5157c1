import type { Static, TObject } from '@sinclair/typebox'
import type { Emitted } from '../contract/event.ts'
import type { Outbox } from './sql.ts'

/** A filter in MongoDB's query language, of the operators that every wire-compatible server knows: no `$where`, no `$text`. */
export type Filter = Readonly<Record<string, unknown>>
/** Update operators: what one document becomes, in one step. */
export type Update = Readonly<Record<string, unknown>>
/** Events that a change gives rise to, kept in the changed document itself until they are published. */
export interface Tells { events: readonly Emitted[]; trace?: string }

/** An index by its fields, in order. */
export interface Index { readonly fields: Readonly<Record<string, 1 | -1>>; readonly unique?: true }
/** A collection: every document is held to the shape by the server too, where it knows validators. `tells`: its documents carry events. */
export interface Collection { readonly name: string; readonly shape: TObject; readonly indexes: readonly Index[]; readonly tells?: true }

export interface ReadOptions { sort?: Readonly<Record<string, 1 | -1>>; limit?: number; fields?: readonly string[] }

/**
 * A module's data in documents. One document's change is atomic, and nothing more is: no transaction spans two. Every
 * change is answered when a majority has it in its journal.
 */
export interface Documents {
  read<S extends TObject>(shape: S, collection: string, filter: Filter, options?: ReadOptions): Promise<Static<S>[]>
  /** Changes one document that meets the filter, and answers what it then is; null where none does. */
  change<S extends TObject>(shape: S, collection: string, filter: Filter, update: Update, about?: { upsert?: true; tells?: Tells }): Promise<Static<S> | null>
  /** A unique index that refuses throws `Violation`; of several documents those before it are kept. */
  insert(collection: string, documents: readonly Readonly<Record<string, unknown>>[], tells?: Tells): Promise<void>
  remove(collection: string, filter: Filter): Promise<number>
  aggregate<S extends TObject>(shape: S, collection: string, pipeline: readonly Readonly<Record<string, unknown>>[]): Promise<Static<S>[]>
  readonly outbox: Outbox
}
