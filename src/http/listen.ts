import { getRequestListener } from '@hono/node-server'
import { type IncomingMessage, createServer } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Peer } from './edge.ts'

export type Fetch = (request: Request, peer: Peer) => Response | Promise<Response>
export interface ListenOptions { host: string; port: number }
export interface Listener {
  /** The port it listens on, of use where 0 was asked for. */
  port: number
  /** From now on every answer is its connection's last; new ones are still taken. */
  drain(): void
  /** Takes no new connection, lets what runs finish, and waits for no longer than `withinMs`. */
  close(withinMs: number): Promise<void>
}

/** Above the 60 s that proxies keep theirs: who closes an idle connection first must be the client. */
const KEEP_ALIVE_MS = 65_000
const HEADERS_MS = 15_000
const MOST_HEADER_BYTES = 16 * 1024
const POLL_MS = 50
const REST_MS = 10_000
const REST_BYTES = 256 * 1024 * 1024

/** Serves a fetch handler over HTTP, on Node and on Deno. */
export const listen = (fetch: Fetch, options: ListenOptions): Promise<Listener> =>
  'Deno' in globalThis ? listenOnDeno(fetch, options) : listenOnNode(fetch, options)

const listenOnNode = async (fetch: Fetch, { host, port }: ListenOptions): Promise<Listener> => {
  let closing = false
  const answer = getRequestListener(
    (request, { incoming, outgoing }) => fetch(request, new NodePeer(incoming, outgoing)),
    // What the adaptor makes no request of, such as a backslash in the path, is refused like the same on Deno.
    { hostname: host.includes(':') ? `[${host}]` : host, autoCleanupIncoming: false, errorHandler: () => fetch(new Request('http://localhost/'), { address: '', target: '/%00' }) },
  )
  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: HEADERS_MS, maxHeaderSize: MOST_HEADER_BYTES,
    // Bodies have the deadline of their operation: an import may take long.
    requestTimeout: 0,
  }, (incoming, outgoing) => {
    if (closing) outgoing.shouldKeepAlive = false
    if (incoming.method !== 'GET') outgoing.once('finish', () => takeRest(incoming))
    void answer(incoming, outgoing)
  })
  server.on('clientError', refuseUnread)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => { server.off('error', reject); resolve() })
  })
  const address = server.address()
  return {
    port: address === null || typeof address === 'string' ? port : address.port,
    drain() { closing = true },
    close: (withinMs) => new Promise<void>((resolve) => {
      closing = true
      let closed = false
      server.close(() => { closed = true; resolve() })
      const closeIdle = (leftMs: number): void => {
        if (closed) return
        if (leftMs <= 0) return server.closeAllConnections()
        // Connections of requests that still run fall idle one by one.
        server.closeIdleConnections()
        AbortSignal.timeout(POLL_MS).addEventListener('abort', () => closeIdle(leftMs - POLL_MS), { once: true })
      }
      closeIdle(withinMs)
    }),
  }
}

type Incoming = Pick<IncomingMessage, 'rawHeaders'> & { url?: string | undefined; socket: { remoteAddress?: string | undefined } }
interface Outgoing { writableFinished: boolean; on(event: 'close', told: () => void): unknown; off(event: 'close', told: () => void): unknown }

/** A client on Node; most of it is asked for only where a request is sent on. */
class NodePeer implements Peer {
  readonly #incoming: Incoming
  readonly #outgoing: Outgoing
  constructor(incoming: Incoming, outgoing: Outgoing) {
    this.#incoming = incoming
    this.#outgoing = outgoing
  }
  get address(): string { return this.#incoming.socket.remoteAddress ?? '' }
  get target(): string { return this.#incoming.url ?? '/' }
  get fields(): readonly string[] { return this.#incoming.rawHeaders }
  onGone(told: () => void): () => void {
    const outgoing = this.#outgoing
    const closed = () => { if (!outgoing.writableFinished) told() }
    outgoing.on('close', closed)
    return () => outgoing.off('close', closed)
  }
}

const unread = new Map([['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'], ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout']])

/**
 * Refuses what is no HTTP, or more headers than we read: it never becomes a request. The connection ends, but not before
 * its sender could read why: to close it with something unread would reset it.
 */
const refuseUnread = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  socket.end(`HTTP/1.1 ${unread.get(error.code ?? '') ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  const late = AbortSignal.timeout(REST_MS)
  const end = () => socket.destroy()
  late.addEventListener('abort', end, { once: true })
  socket.once('close', () => late.removeEventListener('abort', end)).removeAllListeners('data').on('data', () => {}).resume()
}

/** Takes what a client still sends after its answer, within bounds: cut off while it writes, it would not read the answer. */
const takeRest = (incoming: IncomingMessage): void => {
  if (incoming.complete) return
  let bytes = 0
  const late = AbortSignal.timeout(REST_MS)
  const end = () => incoming.destroy()
  late.addEventListener('abort', end, { once: true })
  incoming.once('close', () => late.removeEventListener('abort', end))
  incoming.removeAllListeners('data').removeAllListeners('readable')
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength
    if (bytes > REST_BYTES) end()
  }).resume()
}

/** The part of Deno's server that is used here; its own types would be global. */
interface DenoServer { addr: { port: number }; shutdown(): Promise<void> }
interface DenoRuntime {
  serve(
    options: { hostname: string; port: number; onListen(): void },
    handler: (request: Request, info: { remoteAddr: { hostname?: string } }) => Response | Promise<Response>,
  ): DenoServer
}
declare const Deno: DenoRuntime

const listenOnDeno = async (fetch: Fetch, { host, port }: ListenOptions): Promise<Listener> => {
  let closing = false
  const server = Deno.serve({ hostname: host, port, onListen() {} }, (request, { remoteAddr }) => {
    const answer = fetch(request, {
      address: remoteAddr.hostname ?? '',
      onGone(told) {
        // It ends with every request, also with those that went well: who listens must stop in time.
        const { signal } = request
        signal.addEventListener('abort', told)
        return () => signal.removeEventListener('abort', told)
      },
    })
    return closing ? lastOne(answer) : answer
  })
  return {
    port: server.addr.port,
    drain() { closing = true },
    // Once it shuts down, Deno ends no connection by force: what is late ends with the process.
    close: (withinMs) => Promise.race([
      server.shutdown(),
      new Promise<void>((resolve) => AbortSignal.timeout(withinMs).addEventListener('abort', () => resolve(), { once: true })),
    ]),
  }
}

const lastOne = async (answer: Response | Promise<Response>): Promise<Response> => {
  const last = await answer
  last.headers.set('connection', 'close')
  return last
}
