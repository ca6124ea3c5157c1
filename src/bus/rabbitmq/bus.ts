import type { ChannelModel, Channel } from 'amqplib'
import type { Contract } from '../../contract/contract.ts'
import { unavailable } from '../../contract/faults.ts'
import { within } from '../../module/alarms.ts'
import type { Log } from '../../module/log.ts'
import type { World } from '../../module/world.ts'
import type { Bus } from '../bus.ts'
import type { Handle } from '../door.ts'
import { answering, callHere } from '../local.ts'
import { hearings, namesOn, retryStepsMs } from '../topology.ts'
import { createAnswering } from './answers.ts'
import { createCalling } from './calls.ts'
import { DeclaredOtherwise, declareHearing, declareShared, declaring } from './declare.ts'
import { createDelivering, type Hearer } from './deliveries.ts'
import { createLetters } from './letters.ts'
import { type Link, keepLink } from './link.ts'
import { outgoing } from './messages.ts'
import { createPublishing } from './publishing.ts'
import { brokers } from './urls.ts'

export interface RabbitOptions {
  /** One amqp:// or amqps:// URL, or several with commas between: tried in turn. */
  url: string
  /** Of all modules there are, in whatever process: what they hear is kept for them from the first event on. */
  contracts: readonly Contract[]
  world: World
  log: Log
  /** How often an event is delivered before it goes to the dead letters. */
  attempts: number
  /** What this process is called in the broker's list of connections. */
  name?: string
  /** Sets shops on one broker apart. Default `mercado`. */
  prefix?: string
  /** Whether calls to modules of this very process go without the broker. Default: yes. */
  localCalls?: boolean
  /** How long events wait after each failure. */
  retryMs?: readonly number[]
  /** How long the broker may take to confirm. */
  confirmMs?: number
  /** Where each module has a broker user of its own: which users may call an operation of a module. Default: whoever has a user may. */
  mayCall?: (user: string, module: string, operation: string) => boolean
}

export interface RabbitBus extends Bus {
  /** Resolves once the broker was reached; rejects where its queues are not as they should be. */
  ready(): Promise<void>
  /** Rejects, with why, while the broker is away. */
  alive(): Promise<void>
}

/**
 * Calls and events over RabbitMQ. It starts without a broker too and goes on trying: until there is one, calls are refused as
 * unavailable and events stay in their outboxes.
 */
export const rabbitBus = async ({
  url, contracts, world, log, attempts, name = 'mercado', prefix, localCalls = true, retryMs = retryStepsMs, confirmMs = 10_000, mayCall,
}: RabbitOptions): Promise<RabbitBus> => {
  const names = namesOn(prefix)
  const hosts = brokers(url)
  const known = hearings(contracts)
  const heard = new Set(known.flatMap(({ types }) => types))
  const hearers = new Map<string, Hearer>()
  const served = new Map<string, Handle>()
  const answers = answering()
  let closing = false

  let outModel: ChannelModel | null = null
  let inModel: ChannelModel | null = null
  let failIn: (why: Error) => void = () => {}
  let outChannel: Channel | null = null
  /** How to stop each consumer that runs now. */
  let stops: (() => Promise<void>)[] = []

  const publishing = createPublishing({ world, confirmMs, silent: (why) => out.renew(why), unroutable: (why) => out.renew(why) })
  const calling = createCalling(names, world, world.id())
  const answeringCalls = createAnswering({ names, world, log, mayCall, out: () => outChannel })
  const delivering = createDelivering({ names, world, log, attempts, retryMs, publishing })

  /** A channel whose end by the broker is the end of its connection: everything is then declared anew. */
  const watched = <C extends Channel>(channel: C, fail: (why: Error) => void): C => {
    let why = new Error('The broker closed a channel')
    channel.on('error', (error) => { why = error })
    channel.on('close', () => { if (!closing) fail(why) })
    return channel
  }
  const consume = async (model: ChannelModel, open: (channel: Channel) => Promise<() => Promise<void>>) => {
    stops.push(await open(watched(await model.createChannel(), failIn)))
  }
  const hearOn = async (model: ChannelModel, hearer: Hearer) => {
    await declaring(model, async (channel) => {
      await declareShared(channel, names, retryMs)
      await declareHearing(channel, names, hearer)
    })
    await consume(model, (channel) => delivering.open(channel, hearer))
  }
  const serveOn = (model: ChannelModel, module: string, handle: Handle) => consume(model, (channel) => answeringCalls.open(channel, module, handle))
  /** On the connection there is. Where that is lost meanwhile, the next one is given all that is served and heard. */
  const onThis = async (work: (model: ChannelModel) => Promise<void>): Promise<void> => {
    if (inModel === null) return
    await work(inModel).catch((error: unknown) => {
      if (error instanceof DeclaredOtherwise) throw error
      into.renew(error instanceof Error ? error : new Error(String(error)))
    })
  }

  const out: Link = keepLink({
    name: `${name} out`, brokers: hosts, world, log,
    async setUp({ model, user }, fail) {
      await declaring(model, async (channel) => {
        await declareShared(channel, names, retryMs)
        await Promise.all(known.map((hearing) => declareHearing(channel, names, hearing)))
      })
      publishing.open(watched(await model.createConfirmChannel(), fail))
      const channel = watched(await model.createChannel(), fail)
      await calling.open(channel, user)
      outChannel = channel
      outModel = model
    },
    lost() {
      outModel = null
      outChannel = null
      publishing.lost()
      calling.lost()
    },
    blocked(is) {
      if (is) log.warn('the broker is full and takes nothing until it has room', {})
      publishing.blocked(is)
      if (is) calling.full()
    },
  })
  const into: Link = keepLink({
    name: `${name} in`, brokers: hosts, world, log,
    async setUp({ model }, fail) {
      inModel = model
      failIn = fail
      await Promise.all([
        ...[...hearers.values()].map((hearer) => hearOn(model, hearer)),
        ...[...served].map(([module, handle]) => serveOn(model, module, handle)),
      ])
    },
    lost() {
      inModel = null
      stops = []
    },
  })

  return {
    call: async (module, operation, input, context) => {
      const end = answers.begin(module)
      try {
        if ((localCalls || closing) && answers.has(module)) return await callHere(answers.of(module), operation, input, context)
        if (publishing.isBlocked()) throw unavailable(`${module} cannot be reached: the broker is full`)
        return await calling.call(module, operation, input, context)
      } finally {
        end()
      }
    },
    async answer(module, handle) {
      answers.add(module, handle)
      const counted: Handle = async (...asked) => {
        const end = answers.begin(module)
        try {
          return await handle(...asked)
        } finally {
          end()
        }
      }
      served.set(module, counted)
      await onThis((model) => serveOn(model, module, counted))
    },
    publish: (events) => publishing.send(events.map((event) => outgoing(event, names.events, heard.has(event.type)))),
    async hear(module, types, handle) {
      if (hearers.has(module)) throw new Error(`${module} hears already`)
      const hearer = { module, types, handle }
      hearers.set(module, hearer)
      await onThis((model) => hearOn(model, hearer))
    },
    deadLetters: createLetters({
      names, publishing,
      modules: () => [...new Set([...known.map(({ module }) => module), ...hearers.keys()])],
      async channel() {
        if (outModel === null) throw unavailable('The broker is away')
        // It reads nothing from this connection now: to ask it would be to wait.
        if (publishing.isBlocked()) throw unavailable('The broker is full')
        return outModel.createChannel()
      },
    }),
    ready: async () => { await Promise.all([out.ready, into.ready]) },
    async alive() {
      const wrong = out.wrong() ?? into.wrong()
      if (wrong !== null) throw wrong
    },
    async close(withinMs) {
      closing = true
      const endsAt = world.now() + withinMs
      const finished = async () => {
        await Promise.all(stops.map((stop) => stop().catch(() => {})))
        await Promise.all([delivering.idle(), answeringCalls.idle()])
        await answers.close()
      }
      await within(world, withinMs, finished(), undefined)
      const leftMs = Math.max(100, endsAt - world.now())
      await Promise.all([out.close(leftMs), into.close(leftMs)])
    },
  }
}
