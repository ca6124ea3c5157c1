import about from '../../package.json' with { type: 'json' }
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { deadLetterCommands } from '../bus/dead-letter-commands.ts'
import { gateway } from '../gateway/gateway.ts'
import { keysFrom } from '../gateway/proxy/keys.ts'
import { gatewaySettings } from '../gateway/settings.ts'
import { type Edge, type EdgeSettings, type Peer, makeEdge } from '../http/edge.ts'
import type { Handlers } from '../http/routes.ts'
import { within } from '../module/alarms.ts'
import type { Log } from '../module/log.ts'
import { backupTo, notCopied } from './backup.ts'
import { environment } from './environment.ts'
import { type Role, placeOf } from './role.ts'
import { type Running, type Shape, run } from './run.ts'
import { readSettings } from './settings.ts'
import { signingKeys } from './signing-keys.ts'
import { serveSocket, socketIn } from './socket.ts'
import { tokens } from './tokens.ts'
import { readUpstreams } from './upstreams.ts'

/** What `deno serve` says of a connection, where a launcher of ours says who the peer is. */
interface DenoConnection { remoteAddr: { hostname?: string } }

/** A process that a launcher can listen with; `deno serve` takes it as it is. */
export interface App {
  fetch(request: Request, peer: Peer | DenoConnection): Response | Promise<Response>
  running: Running
  log: Log
  /** For Prometheus. */
  metrics(): Promise<{ body: string; type: string }>
  /** It is about to end: its readiness says so from now on, and whoever sends it requests may turn to others. */
  drain(): void
  /** Answers operators' commands on this machine, until the end. */
  answerOperators(): Promise<void>
}

export interface Serving extends Omit<Shape, 'env'>, Omit<Role, 'gateway'> {
  /** The shop's name on its pages. */
  title: string
  /** Default: it is. */
  gateway?: boolean
  env?: Shape['env']
}

/** A store that does not answer within this is down for who asks: a frozen one must not hold up what is said of the others. */
const storeAnswersMs = 1000

/** Starts a process: its modules with their routes, as a whole shop, as the gateway of one, or as a service behind one. */
export const serve = async ({ title, env: given = environment(), gateway: isGateway = true, problems: found = [], ...shape }: Serving): Promise<App> => {
  const env = { ...placeOf({ modules: shape.modules, gateway: isGateway }), ...given }
  const { settings, problems } = readSettings(gatewaySettings, env)
  const upstreams = readUpstreams(isGateway ? shape : { modules: [] }, env, settings)
  const running = await run({ ...shape, env, problems: [...found, ...problems, ...upstreams.problems] })
  const metrics = running.container.get(tokens.metrics)
  const log = running.container.get(tokens.log)
  const world = running.container.get(tokens.world)
  const elsewhere = upstreams.open(running)
  const auth = elsewhere.find(({ contract }) => contract.name === 'auth')
  const edge: Edge = makeEdge({
    world, log, settings: isGateway ? settings : behindGateway(settings), publicUrl: running.publicUrl,
    keys: auth === undefined ? () => signingKeys(running.container) : keysFrom(auth.upstreams, world),
    observe: ({ module, operation, status, ms }) => metrics.request(module, operation, status, ms),
    checkAnswers: shape.checked ?? false,
  })
  const ready = async () => Object.fromEntries(await Promise.all(running.standing.flatMap(({ stores }) => stores).map(async ({ name, alive }) =>
    [name, await within(world, storeAnswersMs, alive().then(() => true, () => false), false)] as const)))
  const front = gateway({
    title, edge, ready, version: about.version,
    modules: [...running.standing.map(({ module, built }) => ({ contract: module.contract, operations: handlersOf(built.operations) })), ...elsewhere],
  })
  const fetch: App['fetch'] = (request, peer) => front.fetch(request, 'remoteAddr' in peer ? { address: peer.remoteAddr.hostname ?? '' } : peer)
  return { fetch, running, log, metrics: () => metrics.text(), drain: () => front.drain(), answerOperators: () => answerOperators(running) }
}

/** A service's port does no work that its gateway has done. */
const behindGateway = (settings: EdgeSettings): EdgeSettings => ({ ...settings, rateLimit: false, compression: false, corsOrigins: [] })

const isHandler = (entry: [string, unknown]): entry is [string, Handlers[string]] => typeof entry[1] === 'function'
const handlersOf = (operations: object): Handlers => Object.fromEntries(Object.entries(operations).filter(isHandler))

const BackupAsk = Type.Object({ folder: Type.String() })

const answerOperators = async ({ container, settings, standing, pauseRelays, ending }: Running): Promise<void> => {
  const world = container.get(tokens.world)
  if (standing.length === 0) return
  const { deadLetters } = await container.get(tokens.bus)
  const socket = await serveSocket(socketIn(settings.mercadoData), {
    async backup(input) {
      if (!Value.Check(BackupAsk, input)) throw new TypeError('A backup takes a folder')
      const served = standing.flatMap(({ stores }) => stores).filter(({ on }) => on !== 'sqlite').map(({ name }) => name)
      if (served.length > 0) throw new Error(notCopied(served))
      const goOn: (() => void)[] = []
      try {
        for (const { built } of standing) if (built.pause !== undefined) goOn.push(await built.pause())
        goOn.push(await pauseRelays())
        return await backupTo(settings.mercadoData, input.folder, world.now)
      } finally {
        for (const go of goOn) go()
      }
    },
    ...deadLetterCommands(deadLetters),
  })
  ending.add('socket', () => socket.close())
}
