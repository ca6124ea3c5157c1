import { rabbitmq, rabbitmqctl } from '../deploy/local/rabbitmq.ts'
import { type RabbitBus, type RabbitOptions, rabbitBus } from '../src/bus/rabbitmq/bus.ts'
import { around, attempts, brokerWorld, type OpenBus, testLog } from './bus.ts'
import { cableTo, type Cable } from './cable.ts'
import { onServers, type RunningServer } from './servers.ts'
import type { StillWorld } from './still-world.ts'

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
  /** What an operator does, by `rabbitmqctl`. */
  operate(...args: string[]): Promise<string>
}

/** Delays after failures, in tests. */
export const testRetryMs = [40, 80]

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
    await cases({ ...running, open, operate: (...args) => rabbitmqctl(running.folder(), ...args) })
  })
