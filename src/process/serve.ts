import about from '../../package.json' with { type: 'json' }
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { JWK } from 'jose'
import { deadLetterCommands } from '../bus/dead-letter-commands.ts'
import { gateway } from '../gateway/gateway.ts'
import { gatewaySettings } from '../gateway/settings.ts'
import { type Edge, type Peer, makeEdge } from '../http/edge.ts'
import type { Handlers } from '../http/routes.ts'
import { systemContext } from '../module/context.ts'
import { backupTo, notCopied } from './backup.ts'
import { environment } from './environment.ts'
import { type Running, type Shape, run } from './run.ts'
import { readSettings } from './settings.ts'
import { serveSocket, socketIn } from './socket.ts'
import { tokens } from './tokens.ts'

/** What `deno serve` says of a connection, where a launcher of ours says who the peer is. */
interface DenoConnection { remoteAddr: { hostname?: string } }

/** A process that a launcher can listen with; `deno serve` takes it as it is. */
export interface App {
  fetch(request: Request, peer: Peer | DenoConnection): Response | Promise<Response>
  running: Running
  /** Answers operators' commands on this machine, until the end. */
  answerOperators(): Promise<void>
}

export interface Serving extends Omit<Shape, 'env'> {
  /** The shop's name on its pages. */
  title: string
  env?: Shape['env']
}

/** Starts a shape with the gateway in front of its modules. */
export const serve = async ({ title, env = environment(), ...shape }: Serving): Promise<App> => {
  const { settings, problems } = readSettings(gatewaySettings, env)
  const running = await run({ ...shape, env, problems })
  const metrics = running.container.get(tokens.metrics)
  const edge: Edge = makeEdge({
    world: running.container.get(tokens.world), log: running.container.get(tokens.log), settings, publicUrl: running.publicUrl,
    keys: () => signingKeys(running),
    observe: ({ module, operation, status, ms }) => metrics.request(module, operation, status, ms),
    checkAnswers: shape.checked ?? false,
  })
  const ready = async () => Object.fromEntries(await Promise.all(running.standing.flatMap(({ databases }) => databases).map(async ({ name, database }) =>
    [name, await database.sql.outbox.backlog().then(() => true, () => false)] as const)))
  const front = gateway({
    title, edge, ready, version: about.version,
    modules: running.standing.map(({ module, built }) => ({ contract: module.contract, operations: handlersOf(built.operations) })),
  })
  const fetch: App['fetch'] = (request, peer) => front.fetch(request, 'remoteAddr' in peer ? { address: peer.remoteAddr.hostname ?? '' } : peer)
  return { fetch, running, answerOperators: () => answerOperators(running) }
}

const isHandler = (entry: [string, unknown]): entry is [string, Handlers[string]] => typeof entry[1] === 'function'
const handlersOf = (operations: object): Handlers => Object.fromEntries(Object.entries(operations).filter(isHandler))

const Keys = Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.String())) })

/** The public keys of the module that signs tokens; the verifier keeps them while it is away. */
const signingKeys = async ({ container }: Running): Promise<readonly JWK[]> => {
  const bus = await container.get(tokens.bus)
  const answer = await bus.call('auth', 'keys', {}, systemContext(container.get(tokens.world), 5000))
  if (!Value.Check(Keys, answer)) throw new TypeError('auth answered something else than keys')
  return answer.keys
}

const BackupAsk = Type.Object({ folder: Type.String() })

const answerOperators = async ({ container, settings, standing, pauseRelays, ending }: Running): Promise<void> => {
  const world = container.get(tokens.world)
  const { deadLetters } = await container.get(tokens.bus)
  const socket = await serveSocket(socketIn(settings.mercadoData), {
    async backup(input) {
      if (!Value.Check(BackupAsk, input)) throw new TypeError('A backup takes a folder')
      const served = standing.flatMap(({ databases }) => databases).filter(({ database }) => database.sql.dialect !== 'sqlite').map(({ name }) => name)
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
