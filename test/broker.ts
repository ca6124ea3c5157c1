import { setImmediate as turn } from 'node:timers/promises'
import { rabbitmq, rabbitmqctl } from '../deploy/local/rabbitmq.ts'
import { connect } from 'amqplib'
import type { Bus } from '../src/bus/bus.ts'
import { type RabbitBus, type RabbitOptions, rabbitBus } from '../src/bus/rabbitmq/bus.ts'
import { hearings, namesOn } from '../src/bus/topology.ts'
import type { Contract } from '../src/contract/contract.ts'
import type { Log } from '../src/module/log.ts'
import { around, attempts, brokerWorld, type OpenBus, testLog } from './bus.ts'
import { cableTo, type Cable } from './cable.ts'
import { onServers, type RunningServer } from './servers.ts'
import type { StillWorld } from './still-world.ts'
import type { TestWorld } from './world.ts'

export interface OpenRabbit extends OpenBus {
  bus: RabbitBus
  cable: Cable
  prefix: string
  /** Another process of the same shop, beside the first. */
  beside(options?: Partial<RabbitOptions>): Promise<OpenRabbit>
}

/** A RabbitMQ of a test file alone. */
export interface Broker extends RunningServer {
  /** A bus on its own queues, over its own cable. */
  open(options?: Partial<RabbitOptions>): Promise<OpenRabbit>
  /** The bus of a place: on queues of its own, that are gone when it closes; calls between its modules too go through the broker. */
  placed(contracts: readonly Contract[], world: TestWorld, log: Log): Promise<Bus>
  /** Kills it, and sees it dead; `again` starts it. */
  kill(): Promise<void>
  /** What an operator does, by `rabbitmqctl`. */
  operate(...args: string[]): Promise<string>
}

/** Delays after failures, in tests. */
export const testRetryMs = [40, 80]

/** Hundreds of places a file would leave thousands of queues. */
const sweep = async (url: string, prefix: string, contracts: readonly Contract[]): Promise<void> => {
  const names = namesOn(prefix)
  const connection = await connect(url, { noDelay: true })
  const channel = await connection.createChannel()
  const queues = [...hearings(contracts).flatMap(({ module }) => [names.queue(module), names.dead(module)]), ...testRetryMs.map(names.retry)]
  for (const queue of queues) await channel.deleteQueue(queue)
  for (const exchange of [names.events, ...testRetryMs.map(names.retry)]) await channel.deleteExchange(exchange)
  await connection.close()
}

export const onBroker = (name: string, cases: (broker: Broker) => void | Promise<void>): void =>
  onServers(name, [rabbitmq], async ([running]) => {
    if (running === undefined) return
    let opened = 0
    const open = async (options: Partial<RabbitOptions> = {}): Promise<OpenRabbit> => {
      const prefix = options.prefix ?? `test${++opened}`
      const [log, world, cable] = [testLog(), brokerWorld(), await cableTo(running.url())]
      const make = (url: string, on: StillWorld) => rabbitBus({
        contracts: [], attempts, prefix, localCalls: false, retryMs: testRetryMs, log, ...options, url, world: on,
      })
      const bus = await make(cable.url, world)
      await bus.ready()
      return {
        ...around(bus, world, log), bus, cable, prefix,
        beside: (about = {}) => open({ ...options, prefix, ...about }),
        async again(on = world) {
          cable.close()
          const next = await make(running.url(), on)
          await next.ready()
          return next
        },
        async close() {
          await bus.close(1000)
          cable.close()
        },
      }
    }
    const placed: Broker['placed'] = async (contracts, world, log) => {
      const prefix = `place${++opened}`
      const bus = await rabbitBus({ url: running.url(), contracts, attempts, prefix, localCalls: false, retryMs: testRetryMs, world, log })
      await bus.ready()
      return { ...bus, close: async (withinMs) => { await bus.close(withinMs); await sweep(running.url(), prefix, contracts) } }
    }
    const kill = async () => {
      // For half a second after a quorum queue was made, 3.10 has not stored whose it is: killed then, it never has a leader again.
      await rabbitmqctl(running.folder(), 'eval', '[dets:sync(Table) || Table <- dets:all()].')
      process.kill(running.pid(), 'SIGKILL')
      while (rabbitmq.url(running.folder()) !== null) await turn()
    }
    await cases({ ...running, open, placed, kill, operate: (...args) => rabbitmqctl(running.folder(), ...args) })
  })
