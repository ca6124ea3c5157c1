import type { Db, MongoClient } from 'mongodb'

/** Whoever asks is answered by then, whatever the server does. */
export const deadlineMs = 5000

export interface Place { url: string; /** Where the URL names none. */ database: string }
export interface ClientOptions extends Place { /** How many connections at most, opened as they are needed. */ connections: number }

const parts = (url: string) => {
  // Not an URL to the platform where it names several hosts.
  const [, scheme = '', hosts = '', path = ''] = /^(mongodb(?:\+srv)?):\/\/(?:[^@/]*@)?([^/?]*)(?:\/([^?]*))?/.exec(url) ?? []
  return { scheme, hosts, path: decodeURIComponent(path) }
}
/** The database that a store is in. */
const databaseOf = ({ url, database }: Place): string => parts(url).path || database
/** Where a store is, for a person to read: without its password. */
export const placeOf = (place: Place): string => {
  const { scheme, hosts } = parts(place.url)
  return `the database ${databaseOf(place)} of ${scheme}://${hosts}`
}

/**
 * One store's connections; they open when they are first needed, and again after they were lost. The driver is loaded only
 * now: an embedded shop never holds it in memory.
 */
export const connectTo = async (options: ClientOptions): Promise<{ client: MongoClient; db: Db }> => {
  const { MongoClient, ReadConcern } = await import('mongodb')
  const client = new MongoClient(options.url, {
    appName: 'mercado',
    maxPoolSize: options.connections,
    waitQueueTimeoutMS: deadlineMs,
    serverSelectionTimeoutMS: 3000,
    connectTimeoutMS: 2000,
    socketTimeoutMS: 10_000,
    // How soon a server that froze is known to be away.
    heartbeatFrequencyMS: 2000,
    retryReads: true,
    retryWrites: true,
    ignoreUndefined: true,
  })
  // Said of the database, and not of the client, so that nothing in the URL says otherwise.
  const db = client.db(databaseOf(options), {
    readPreference: 'primary',
    readConcern: new ReadConcern('majority'),
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: deadlineMs },
  })
  return { client, db }
}
