import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Type } from '@sinclair/typebox'
import { Stream } from '../../src/contract/content.ts'
import { type Contract, contract } from '../../src/contract/contract.ts'
import { operation } from '../../src/contract/operation.ts'
import { Closed } from '../../src/contract/scalars.ts'
import { gateway } from '../../src/gateway/gateway.ts'
import { type Seen, type Upstreams, createUpstreams } from '../../src/gateway/proxy/upstreams.ts'
import type { UpstreamSettings } from '../../src/gateway/settings.ts'
import type { EdgeSettings } from '../../src/http/edge.ts'
import { listen } from '../../src/http/listen.ts'
import { type Client, client } from '../client.ts'
import { type TestEdge, testEdge } from '../edge.ts'

const anything = Type.Unknown()
const Thing = Closed({ id: Type.String(), q: Type.Optional(Type.String()) })
const Made = Closed({ name: Type.String() })

/** A module with one operation of each kind that a gateway treats in its own way. */
export const things = contract('things', {
  port: 3999, inner: {}, events: {}, hears: {},
  operations: {
    read: operation('GET /things/{id}', { access: 'public', summary: 'Read', conditional: true, takes: Thing, returns: anything }),
    make: operation('POST /things', { access: 'public', summary: 'Make', status: 201, takes: Made, returns: anything }),
    pay: operation('POST /payments', { access: 'public', summary: 'Pay', status: 201, keyed: 'required', takes: Made, returns: anything }),
    secret: operation('GET /secrets/{id}', { access: 'things:read', summary: 'Read a secret', takes: Thing, returns: anything }),
    few: operation('POST /few', { access: 'public', summary: 'A few only', limit: { name: 'few', limit: 2, windowS: 60, per: 'address' }, takes: Made, returns: anything }),
    slow: operation('POST /slow', { access: 'public', summary: 'Takes its time', deadlineMs: 2000, takes: Made, returns: anything }),
    bring: operation('POST /imports', { access: 'public', summary: 'Import', bodyBytes: Infinity, takes: Type.Object({ body: Stream('text/csv') }), returns: anything }),
    take: operation('GET /exports', { access: 'public', summary: 'Export', takes: Closed({}), returns: Stream('text/csv') }),
    little: operation('POST /littles', { access: 'public', summary: 'A small file', bodyBytes: 1000, takes: Type.Object({ body: Stream('text/csv') }), returns: anything }),
  },
})
export const others = contract('others', {
  port: 3998, inner: {}, events: {}, hears: {},
  operations: { read: operation('GET /others/{id}', { access: 'public', summary: 'Read', takes: Thing, returns: anything }) },
})

export interface AskedOf { method: string; url: string; headers: IncomingMessage['headers']; raw: string[]; body: string }
export type Behaviour = (incoming: IncomingMessage, outgoing: ServerResponse, asked: AskedOf) => void
/** A small server in the place of a service's instance. */
export interface Instance {
  url: string
  authority: string
  port: number
  /** All that it was asked but for its readiness. */
  asked: AskedOf[]
  connections(): number
  /** Connections that ended. */
  ended(): number
  behave: Behaviour
  /** What its readiness answers. */
  ready: { status: number; body: string }
  /** Like a kill: nothing listens, every connection is reset. */
  kill(): Promise<void>
  again(): Promise<void>
}

export const answers = (body: unknown, status = 200, headers: Record<string, string> = {}): Behaviour => (_incoming, outgoing) => {
  const text = JSON.stringify(body)
  outgoing.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers }).end(text)
}
/** Takes the request and never answers it. */
export const hangs: Behaviour = () => {}
/** Cuts the connection instead of an answer. */
export const cuts: Behaviour = (incoming) => { incoming.socket.destroy() }

const started: { kill(): Promise<void> }[] = []
export const startInstance = async (behave: Behaviour = answers({ ok: true })): Promise<Instance> => {
  let connections = 0
  let ended = 0
  const make = () => {
    const server = createServer((incoming, outgoing) => {
      if (incoming.url === '/health/ready') return void outgoing.writeHead(instance.ready.status, { 'content-type': 'application/json' }).end(instance.ready.body)
      const asked: AskedOf = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, raw: incoming.rawHeaders, body: '' }
      instance.asked.push(asked)
      incoming.on('error', () => {})
      outgoing.on('error', () => {})
      if (asked.headers['content-type'] === 'text/csv') return instance.behave(incoming, outgoing, asked)
      incoming.on('data', (chunk: Buffer) => { asked.body += chunk.toString() }).on('end', () => instance.behave(incoming, outgoing, asked))
    })
    server.keepAliveTimeout = 65_000
    server.on('connection', (socket) => { connections++; socket.on('close', () => { ended++ }).on('error', () => {}) })
    return server
  }
  let server = make()
  const listening = (port: number) => new Promise<number>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))
  const port = await listening(0)
  const instance: Instance = {
    url: `http://127.0.0.1:${port}`, authority: `127.0.0.1:${port}`, port, asked: [], behave, ready: { status: 200, body: '{"status":"ok"}' },
    connections: () => connections, ended: () => ended,
    kill: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections() }),
    async again() { server = make(); await listening(port) },
  }
  started.push(instance)
  return instance
}

export interface Stage extends TestEdge, Client {
  url: string
  happened: Seen[]
  of(module: string): Upstreams
  /** How often something was seen. */
  count(is: Seen['is'], about?: Partial<Record<'outcome' | 'to' | 'instance' | 'module', string>>): number
  /** The lines of its log, one a request. */
  lines(): Readonly<Record<string, unknown>>[]
  /** Sends bytes as they are; answers what comes back until the connection ends. */
  raw(text: string): Promise<string>
  drain(): void
  end(): Promise<void>
}

export const settings: UpstreamSettings = { upstreamConnectMs: 1000, upstreamAnswerMs: 5000, upstreamProbeMs: 60_000, upstreamRequests: 500 }

/** A gateway over real HTTP before these instances. */
export const stand = async (modules: readonly [Contract, readonly Instance[]][], about: { settings?: Partial<UpstreamSettings>; edge?: Partial<EdgeSettings>; keys?: Parameters<typeof testEdge>[1] } = {}): Promise<Stage> => {
  const test = testEdge({ rateLimit: false, ...about.edge }, { publicUrl: 'http://shop.example', ...about.keys })
  const seen: Seen[] = []
  const elsewhere = modules.map(([of, instances]) => ({
    contract: of,
    upstreams: createUpstreams({ module: of.name, urls: instances.map(({ url }) => url), world: test.world, log: test.edge.log, observe: (one) => void seen.push(one), settings: { ...settings, ...about.settings } }),
  }))
  const front = gateway({ modules: elsewhere, edge: test.edge, ready: async () => ({}), title: 'Shop', version: '1' })
  const listener = await listen(front.fetch, { host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${listener.port}`
  const stage: Stage = {
    ...test, ...client(url), url, happened: seen,
    of: (module) => elsewhere.find(({ contract: { name } }) => name === module)!.upstreams,
    count: (is, more = {}) => seen.filter((one) => one.is === is && Object.entries(more).every(([name, value]) => Reflect.get(one, name) === value)).length,
    lines: () => test.entries.filter(({ message }) => message === 'request').map((entry) => entry.about),
    raw: (text) => new Promise((resolve) => {
      const socket = connect(listener.port, '127.0.0.1')
      let answer = ''
      socket.on('data', (chunk) => { answer += chunk.toString('latin1') }).on('error', () => {}).on('close', () => resolve(answer))
      socket.write(text, 'latin1')
    }),
    drain() { front.drain(); listener.drain() },
    async end() {
      await listener.close(0)
      for (const { upstreams } of elsewhere) upstreams.stop()
    },
  }
  stages.push(stage)
  return stage
}
const stages: Stage[] = []

/** After each test: everything that it started ends. */
export const endAll = async (): Promise<void> => {
  for (const stage of stages.splice(0)) await stage.end()
  for (const instance of started.splice(0)) await instance.kill()
}

/** Waits for a condition. */
export const until = async (what: string, holds: () => boolean | Promise<boolean>, mostMs = 15_000): Promise<void> => {
  const from = performance.now()
  while (!await holds()) {
    if (performance.now() - from > mostMs) throw new Error(`waited in vain until ${what}`)
    await sleep(5)
  }
}
export const many = <T>(count: number, make: (at: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: count }, (_, at) => make(at)))
