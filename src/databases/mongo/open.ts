import { Type } from '@sinclair/typebox'
import type { MongoClient } from 'mongodb'
import type { World } from '../../module/world.ts'
import type { Collection, DocumentReads, Documents } from '../documents.ts'
import { type Observe, callsIn } from './calls.ts'
import { connectTo, placeOf } from './client.ts'
import { prepare, recordName } from './collections.ts'
import { documentsOn, readsOn } from './documents-on.ts'
import { carriersIn, eventsIn, keptName } from './outbox.ts'

/** Indexes are made of what is there. */
const openingMs = 20_000
/** A server that froze holds up nobody's end. */
const closingMs = 2000

export interface MongoOptions {
  url: string
  /** The store's own, where the URL names none; and in any case its name, by which its data are known from another's. */
  database: string
  collections: readonly Collection[]
  world: Pick<World, 'now' | 'id' | 'sleep'>
  /** How many connections this store opens at most in this process. Default 10. */
  connections?: number
  /** Documents are compared with their shape (tests). Default false. */
  checked?: boolean
  /** Told of each read (`changes` is 0) and each change. */
  observe?: Observe
}

export type ReadOnlyOptions = Pick<MongoOptions, 'url' | 'database' | 'collections' | 'world'>

/** A store that stands open. */
export interface OpenDocuments {
  readonly documents: Documents
  /** Rejects where the server does not answer now. */
  alive(): Promise<void>
  close(): Promise<void>
}

const ending = async (client: Pick<MongoClient, 'close'>, world: Pick<World, 'sleep'>): Promise<void> => {
  const over = new AbortController()
  await Promise.race([client.close(), world.sleep(closingMs, over.signal)]).finally(() => over.abort())
}

/** The engine's own, beside the store's. */
const kept: Collection = { name: keptName, shape: Type.Object({ _id: Type.String() }), indexes: [], tells: true }

/** Opens a store on a server and brings its collections up to date. Any number of processes may do so at once. */
export const openMongo = async (options: MongoOptions): Promise<OpenDocuments> => {
  const { url, database, collections, world, connections = 10, checked = false, observe } = options
  const { client, db } = await connectTo({ url, database, connections })
  const call = callsIn(world, observe)
  let closing: Promise<void> | undefined
  const close = () => closing ??= ending(client, world)
  try {
    const carriers = carriersIn(collections)
    const all = carriers.length > 0 ? [...collections, kept] : collections
    await callsIn(world, undefined, openingMs)('commit', recordName, () => prepare(world, db, database, placeOf({ url, database }), all))
    const events = eventsIn(db, world, call, carriers)
    await events.look()
    return {
      documents: documentsOn(db, call, { collections, checked }, events, carriers),
      alive: async () => { await call('read', recordName, () => db.command({ ping: 1 })) },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Reads a store beside the processes that write it, changing nothing: for commands. */
export const openReadOnly = async (options: ReadOnlyOptions): Promise<{ documents: DocumentReads; close(): Promise<void> }> => {
  const { collections, world } = options
  const { client, db } = await connectTo({ ...options, connections: 2 })
  const documents = readsOn(db, callsIn(world), { collections, checked: false }, carriersIn(collections))
  return { documents, close: () => ending(client, world) }
}
