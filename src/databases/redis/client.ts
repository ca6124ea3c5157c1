import type { Redis } from 'ioredis'

export type Client = Redis
export interface ClientOptions {
  url: string
  /** After so long a command is given up, and the connection with it. */
  commandTimeoutMs: number
}

/** Between two tries to connect again. A server that is away refuses each at once, and with it whoever waits. */
const RETRY_MS = 100
const CONNECT_MS = 2000

/** A connection that is not yet made; it makes itself again whenever it is lost. The driver is loaded only now: an embedded shop never holds it in memory. */
export const clientOf = async ({ url, commandTimeoutMs }: ClientOptions): Promise<Client> => {
  const { Redis: Connection } = await import('ioredis')
  const client = new Connection(url, {
    lazyConnect: true,
    protocol: 2,
    connectionName: 'mercado',
    disableClientInfo: true,
    connectTimeout: CONNECT_MS,
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

/** Where a server is, for a person to read: without its password. */
export const placeOf = (url: string): string => {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}
