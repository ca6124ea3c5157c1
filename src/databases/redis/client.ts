import type { Redis } from 'ioredis'
import { urlOf } from '../urls.ts'
import { refusal } from './refusal.ts'

export type Client = Redis
export interface ClientOptions {
  url: string
  /** After so long a command is given up, and the connection with it. */
  commandTimeoutMs: number
}

/** Between two tries to connect again. A server that is away refuses each at once, and with it whoever waits. */
const RETRY_MS = 100
const CONNECT_MS = 2000
/** How long the other side has to end a connection that is left. */
const PART_MS = 100

/** A connection that is not yet made; it makes itself again whenever it is lost. The driver is loaded only now: an embedded shop never holds it in memory. */
export const clientOf = async ({ url, commandTimeoutMs }: ClientOptions): Promise<Client> => {
  const { Redis: Connection } = await import('ioredis')
  const client = new Connection(url, {
    lazyConnect: true,
    protocol: 2,
    connectionName: 'mercado',
    disableClientInfo: true,
    connectTimeout: CONNECT_MS,
    disconnectTimeout: PART_MS,
    commandTimeout: commandTimeoutMs,
    // A server that stands still is left, or everything that is sent to it would pile up here.
    socketTimeout: commandTimeoutMs,
    retryStrategy: () => RETRY_MS,
    // What was sent and not answered may have been done: it is told as lost, never sent again. What comes while the
    // connection is made again waits for that one try.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // A server that became a replica: the address may lead to another now.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  })
  // Whoever sent a command is told; a connection that fails between two has nobody to tell.
  client.on('error', () => {})
  return client
}

/** Makes the connection for the first time. Rejects with what was wrong, which the driver tells its listeners alone; it tries on by itself. */
export const connect = async (client: Client): Promise<void> => {
  let why: unknown
  const listen = (error: unknown) => { why = error }
  client.on('error', listen)
  try {
    await client.connect()
  } catch (error) {
    throw refusal(why ?? error)
  } finally {
    client.off('error', listen)
  }
}

/** What was sent is answered first, as far as the server still answers. */
export const end = async (client: Client): Promise<void> => {
  if (client.status === 'ready') await client.quit().catch(() => {})
  client.disconnect()
}

/** Where a server is, for a person to read: without its password. */
export const placeOf = (url: string): string => {
  const { protocol, host, pathname } = urlOf(url)
  return `${protocol}//${host}${pathname}`
}
