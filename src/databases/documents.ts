import type { Static, TObject } from '@sinclair/typebox'
import type { Emitted, Heard } from '../contract/event.ts'
import type { Outbox } from './sql.ts'

/**
 * Which documents, as plain data, so that a model in memory can judge it too. Promised are paths with dots; a value,
 * `$eq`, `$ne`, `$in`, `$nin`, `$gt`, `$gte`, `$lt`, `$lte`, `$exists`, `$elemMatch`; `$and`, `$or`, `$nor`. As in MongoDB a path
 * that meets a list means any of its members, null means null or missing, and `$ne` and `$nin` are true of what is missing.
 * Nothing else is: no `$where`, `$text`, `$expr`, no regular expression.
 */
export type Filter = Readonly<Record<string, unknown>>
/**
 * What one document becomes, in one step. Promised are `$set`, `$unset`, `$inc`, `$min`, `$max`, `$push` and `$addToSet` (both
 * with `$each`), `$pull` (of a value, or of members that meet a filter), `$setOnInsert`, on paths with dots. No two may name
 * the same path, and a path with a dot or a dollar in a key of its own (somebody's text) names something else: keys are ids.
 */
export type Update = Readonly<Record<string, unknown>>
/**
 * Of these stages alone: `$match` (a filter), `$unwind` ('$path'), `$group` (by '$path', null, or a record of '$path's; with
 * `$sum` of a number or '$path', `$min` and `$max` of a '$path'), `$sort`, `$limit`.
 */
export type Pipeline = readonly Readonly<Record<string, unknown>>[]
/** With its `_id`. What is undefined is left out. */
export type Document = Readonly<Record<string, unknown>>

/** Events that a change gives rise to, kept in the changed document itself until they are published. */
export interface Tells { events: readonly Emitted[]; trace?: string }

/** An index by its fields, in order. `present`, of one field: only of documents that have it, so that a unique one may be missing in many. */
export interface Index { readonly fields: Readonly<Record<string, 1 | -1>>; readonly unique?: true; readonly present?: true }
/**
 * A collection, which the store's opening makes. Every document is held to the shape by the server too, where it knows
 * validators; `_id` is part of it. `tells`: its documents carry events, in a field `outbox` that no shape names and no read
 * shows. `version` counts the forms its documents had, from 1: a store with a later one is refused, for newer code wrote it.
 */
export interface Collection {
  readonly name: string; readonly shape: TObject; readonly indexes: readonly Index[]; readonly tells?: true; readonly version?: number
}

/** `fields`: these and `_id` alone. */
export interface ReadOptions { sort?: Readonly<Record<string, 1 | -1>>; limit?: number; fields?: readonly string[] }
/** `upsert`: where no document meets the filter one is made, of the filter's plain values and the update. */
export interface ChangeOptions { upsert?: true; tells?: Tells; /** Of what is answered: these and `_id` alone. */ fields?: readonly string[] }
/** What happens to one document: it is made, or the first that meets the filter is changed. */
export type Step = { readonly insert: Document; readonly tells?: Tells } | { readonly filter: Filter; readonly update: Update } & Readonly<Pick<ChangeOptions, 'upsert' | 'tells'>>
/** How many steps met or made a document. */
export interface Stepped { met: number; made: number }

/** A store's documents as a command sees them from outside. Every read sees what was acknowledged before it. */
export interface DocumentReads {
  /** Documents as the shape says; checked against it in tests. In no promised order but `sort`'s. */
  read<S extends TObject>(shape: S, collection: string, filter: Filter, options?: ReadOptions): Promise<Static<S>[]>
  count(collection: string, filter: Filter): Promise<number>
  aggregate<S extends TObject>(shape: S, collection: string, pipeline: Pipeline): Promise<Static<S>[]>
  /** All that meet the filter in the order of their `_id`, some hundred at a time; what is changed meanwhile is seen or not. */
  walk<S extends TObject>(shape: S, collection: string, filter?: Filter): AsyncIterable<Static<S>>
  /** The events that are not published, taken or not: for a dump. */
  told(): AsyncIterable<Heard>
}

/**
 * A module's data in documents. One document's change is atomic, and nothing more is: no transaction spans two. Every change
 * is answered when a majority has it in its journal. A unique index that refuses throws `Violation`, its `constraint`
 * `collection.field, collection.field`, also for two upserts of one `_id` at the same time. A server that is away or slow is
 * the fault `unavailable`: what was asked for may have happened all the same, so a change is written so that it can be repeated.
 */
export interface Documents extends DocumentReads {
  /**
   * Changes one document that meets the filter (with an upsert: makes it), and answers what it then is; null where none met
   * it. Compare-and-set is a filter with the version; with an upsert it throws `Violation` where the `_id` has another.
   */
  change<S extends TObject>(shape: S, collection: string, filter: Filter, update: Update, about?: ChangeOptions): Promise<Static<S> | null>
  /** In their order; one that is refused ends it, and those before it are kept. The events ride in the last. */
  insert(collection: string, documents: readonly Document[], tells?: Tells): Promise<void>
  /**
   * Many in one round trip, each for itself. In order, and one that is refused ends it; `anyOrder`: all are tried, and then
   * the first refusal is thrown.
   */
  steps(collection: string, steps: readonly Step[], about?: { anyOrder?: true }): Promise<Stepped>
  /** Removes those that meet the filter and says how many. One that holds events which are not published yet stays. */
  remove(collection: string, filter: Filter): Promise<number>
  /** Keeps events of another place that are still to be published: for a load. */
  keep(events: readonly Heard[]): Promise<void>
  readonly outbox: Outbox
}
