import { Type } from '@sinclair/typebox'
import type { World } from '../../module/world.ts'
import type { Collection, DocumentReads, Documents } from '../documents.ts'
import { type Observe, callsIn } from './calls.ts'
import { placeOf } from './client.ts'
import { prepare, recordName } from './collections.ts'
import { openConnection } from './connection.ts'
import { documentsOn, readsOn } from './documents-on.ts'
import { carriersIn, eventsIn, keptName } from './outbox.ts'

/** Indexes are made of what is there. */
const openingMs = 20_000

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

/** The engine's own, beside the store's. */
const kept: Collection = { name: keptName, shape: Type.Object({ _id: Type.String() }), indexes: [], tells: true }

/** Opens a store on a server and brings its collections up to date. Any number of processes may do so at once. */
export const openMongo = async (options: MongoOptions): Promise<OpenDocuments> => {
  const { url, database, collections, world, connections = 10, checked = false, observe } = options
  const connection = await openConnection({ url, database, connections }, world)
  const call = callsIn(world, { observe, wasAway: connection.wasAway })
  let closing: Promise<void> | undefined
  const close = () => closing ??= connection.end()
  try {
    const carriers = carriersIn(collections)
    const all = carriers.length > 0 ? [...collections, kept] : collections
    await callsIn(world, { withinMs: openingMs })('commit', recordName, () => prepare(world, connection.db(), database, placeOf({ url, database }), all))
    const events = eventsIn(connection, world, call, carriers)
    await events.look()
    return {
      documents: documentsOn(connection, call, { collections, checked }, events, carriers),
      alive: () => call('read', recordName, connection.ping),
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
  const connection = await openConnection({ ...options, connections: 2 }, world)
  const documents = readsOn(connection, callsIn(world), { collections, checked: false }, carriersIn(collections))
  return { documents, close: connection.end }
}
