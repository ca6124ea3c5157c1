import type { Db, MongoClient } from 'mongodb'
import type { World } from '../../module/world.ts'
import { type ClientOptions, connectTo, deadlineMs } from './client.ts'

/** A client that found its server away is given up once it is so old; one that is made while it is away is not. */
const renewedAfterMs = 5000
/** A server that froze holds up nobody's end. */
const closingMs = 2000

/** A store's connections, for as long as it stands open. */
export interface Connection {
  readonly collection: Db['collection']
  ping(): Promise<void>
  /** The database as it is reached now: for what is done at once. */
  db(): Db
  /** After a call that found the server away. */
  wasAway(): void
  end(): Promise<void>
}

/**
 * The driver (7.9) waits for ever where it writes to a connection that the server has just ended: its watch over the server
 * then sees nothing more, not its return either, and a call so lost keeps its place in the pool. So a client that was there
 * when the server went away is replaced by a new one, and closed when its last calls have run out.
 */
export const openConnection = async (options: ClientOptions, world: Pick<World, 'sleep'>): Promise<Connection> => {
  const ended = new AbortController()
  let now = await connectTo(options)
  let madeAt = performance.now()
  let isRenewing = false
  const closing = new Set<MongoClient>()

  const close = async (client: MongoClient): Promise<void> => {
    const over = new AbortController()
    await Promise.race([client.close(), world.sleep(closingMs, over.signal)]).finally(() => over.abort())
    closing.delete(client)
  }
  const renew = async (): Promise<void> => {
    const next = await connectTo(options)
    const { client: before } = now
    now = next
    madeAt = performance.now()
    isRenewing = false
    closing.add(before)
    await world.sleep(deadlineMs, ended.signal)
    await close(before)
  }
  return {
    collection: (name, about) => now.db.collection(name, about),
    ping: async () => { await now.db.command({ ping: 1 }) },
    db: () => now.db,
    wasAway() {
      if (isRenewing || ended.signal.aborted || performance.now() - madeAt < renewedAfterMs) return
      isRenewing = true
      // A sleep that was cut short, by the end which closes them all.
      renew().catch(() => {})
    },
    async end() {
      ended.abort()
      await Promise.all([now.client, ...closing].map(close))
    },
  }
}
