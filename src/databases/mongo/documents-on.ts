import type { Static, TObject } from '@sinclair/typebox'
import type { AnyBulkWriteOperation, Db, Document as Stored } from 'mongodb'
import type { ChangeOptions, Collection, Document, DocumentReads, Documents, Filter, Step, Tells, Update } from '../documents.ts'
import { rowsFit } from '../rows-fit.ts'
import type { Call } from './calls.ts'
import { deadlineMs } from './client.ts'
import { definite } from './definite.ts'
import { type Events, toldIn } from './outbox.ts'

const atOnce = 500
/** The server gives up as well. */
const bounded = { maxTimeMS: deadlineMs }

const projected = (fields: readonly string[] | undefined): Record<string, 0 | 1> => 
  (fields === undefined ? { outbox: 0 } : { _id: 1, ...Object.fromEntries(fields.map((field) => [field, 1])) })
const withoutOutbox = ({ outbox: _, ...document }: Stored): Stored => document

export interface ReadsOptions { collections: readonly Collection[]; checked: boolean }

/** The port's reads on one database. */
export const readsOn = (db: Pick<Db, 'collection'>, call: Call, { collections, checked }: ReadsOptions, carriers: readonly string[]): DocumentReads => {
  const known = new Map(collections.map((collection) => [collection.name, collection]))
  const open = (name: string) => {
    if (!known.has(name)) throw new TypeError(`${name} is none of this store's collections`)
    return db.collection(name)
  }
  const fitting = <S extends TObject>(shape: S, documents: unknown[], name: string): Static<S>[] => (rowsFit(shape, documents, checked, [name]) ? documents : [])

  const reads: DocumentReads = {
    async read(shape, name, filter, { sort, limit, fields } = {}) {
      const options = { ...bounded, projection: projected(fields), ...sort && { sort: { ...sort } }, ...limit !== undefined && { limit } }
      return fitting(shape, await call('read', name, () => open(name).find(definite(filter), options).toArray()), name)
    },
    count: (name, filter) => call('read', name, () => open(name).countDocuments(definite(filter), bounded)),
    async aggregate(shape, name, pipeline) {
      const found = await call('read', name, () => open(name).aggregate(pipeline.map(definite), bounded).toArray())
      return fitting(shape, found.map(withoutOutbox), name)
    },
    async* walk(shape, name, filter = {}) {
      for (let last: unknown, full = true; full;) {
        const page = await reads.read(shape, name, last === undefined ? filter : { $and: [filter, { _id: { $gt: last } }] }, { sort: { _id: 1 }, limit: atOnce })
        yield* page
        full = page.length === atOnce
        last = Reflect.get(page.at(-1) ?? {}, '_id')
      }
    },
    told: () => toldIn(db, call, carriers),
  }
  return reads
}

/** The port on one database. */
export const documentsOn = (db: Pick<Db, 'collection'>, call: Call, options: ReadsOptions, events: Events, carriers: readonly string[]): Documents => {
  const known = new Map(options.collections.map((collection) => [collection.name, collection]))
  const collectionOf = (name: string, tells: Tells | undefined): Collection => {
    const collection = known.get(name)
    if (collection === undefined) throw new TypeError(`${name} is none of this store's collections`)
    if (tells !== undefined && !collection.tells) throw new TypeError(`${name} tells no events`)
    return collection
  }
  /** In tests a document that its collection's shape refuses is told at once, whatever the server knows of shapes. */
  const held = (name: string, documents: readonly Document[]): void => {
    const shape = known.get(name)?.shape
    const defined = (one: Document): Document => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined))
    if (options.checked && shape !== undefined) rowsFit(shape, documents.map(defined), true, [name])
  }
  const some = (tells: Tells | undefined): tells is Tells => tells !== undefined && tells.events.length > 0
  const carried = (document: Document, tells: Tells | undefined): Stored => (some(tells) ? { ...document, outbox: events.waiting(tells) } : { ...document })
  const pushed = (update: Update, tells: Tells | undefined): Stored => {
    if (!some(tells)) return update
    const push = update['$push']
    return { ...update, $push: { ...typeof push === 'object' ? push : {}, outbox: { $each: events.waiting(tells) } } }
  }
  /** Wakes the relay: also where the answer was lost, for the change may be made. */
  const telling = async <T>(name: string, tells: readonly (Tells | undefined)[], change: () => Promise<T>): Promise<T> => {
    try {
      return await change()
    } finally {
      if (tells.some(some)) events.committed(name)
    }
  }
  const operation = (step: Step): AnyBulkWriteOperation => ('insert' in step
    ? { insertOne: { document: carried(step.insert, step.tells) } }
    : { updateOne: { filter: definite(step.filter), update: pushed(step.update, step.tells), ...step.upsert && { upsert: true } } })

  return {
    ...readsOn(db, call, options, carriers),
    async change<S extends TObject>(shape: S, name: string, filter: Filter, update: Update, { upsert, tells, fields }: ChangeOptions = {}) {
      collectionOf(name, tells)
      const after = await telling(name, [tells], () => call('commit', name, () => db.collection(name).findOneAndUpdate(
        definite(filter), pushed(update, tells), { ...bounded, upsert: upsert === true, returnDocument: 'after', projection: projected(fields) })))
      if (after === null) return null
      if (fields === undefined) held(name, [after])
      const found: unknown[] = [after]
      return rowsFit(shape, found, options.checked, [name]) ? found[0] ?? null : null
    },
    async insert(name, documents, tells) {
      collectionOf(name, tells)
      held(name, documents)
      const all = documents.map((document, at) => carried(document, at === documents.length - 1 ? tells : undefined))
      const [only] = all
      if (only === undefined) return
      await telling(name, [tells], () => call<unknown>('commit', name, () => (all.length === 1 ? db.collection(name).insertOne(only) : db.collection(name).insertMany(all))))
    },
    async steps(name, steps, { anyOrder = false } = {}) {
      for (const step of steps) collectionOf(name, step.tells)
      held(name, steps.flatMap((step) => ('insert' in step ? [step.insert] : [])))
      if (steps.length === 0) return { met: 0, made: 0 }
      const { matchedCount, insertedCount, upsertedCount } = await telling(name, steps.map(({ tells }) => tells),
        () => call('commit', name, () => db.collection(name).bulkWrite(steps.map(operation), { ordered: !anyOrder })))
      return { met: matchedCount, made: insertedCount + upsertedCount }
    },
    async remove(name, filter) {
      const { tells } = collectionOf(name, undefined)
      const guarded = tells ? { $and: [definite(filter), { 'outbox.0': { $exists: false } }] } : definite(filter)
      return (await call('commit', name, () => db.collection(name).deleteMany(guarded))).deletedCount
    },
    keep: events.keep,
    outbox: events.outbox,
  }
}
