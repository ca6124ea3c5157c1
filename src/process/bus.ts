import type { Bus } from '../bus/bus.ts'
import { localBus } from '../bus/local.ts'
import { queueMigrations } from '../bus/queues.ts'
import { rabbitBus } from '../bus/rabbitmq/bus.ts'
import type { Contract } from '../contract/contract.ts'
import { within } from '../module/alarms.ts'
import type { Metrics } from '../observe/metrics.ts'
import { StartError } from './check.ts'
import type { Container } from './container.ts'
import { keysCall } from './signing-keys.ts'
import { openedFile } from './stores.ts'
import { tokens } from './tokens.ts'

export interface BusOptions {
  /** Where the broker is, and the setting that says so; without a URL, everything is in this process. */
  broker: { url: string | undefined; setting: string }
  contracts: readonly Contract[]
  /** How often an event is delivered before it goes to the dead letters. */
  attempts: number
  /** What the broker's list of connections calls this process. */
  name: string
  /** A broker that starts together with the shop is waited for so long; then the shop starts, and goes on trying. */
  waitMs: number
}

/** Provides the bus that a process's modules call and tell each other over. */
export const provideBus = (container: Container, { broker: { url, setting }, contracts, attempts, name, waitMs }: BusOptions): void => {
  container.provide(tokens.bus, async (here) => {
    const shared = { world: here.get(tokens.world), log: here.get(tokens.log), attempts }
    if (url === undefined) return counted(localBus({ ...shared, db: (await openedFile(here, 'bus', { migrations: queueMigrations })).sql }), here.get(tokens.metrics))
    const refused = (error: unknown): never => { throw new StartError([{ name: setting, message: error instanceof Error ? error.message : String(error) }]) }
    const bus = await rabbitBus({ ...shared, url, contracts, name, mayCall: callersIn(contracts) }).catch(refused)
    // Only while it starts: a broker that comes later, and is not as it should be, is mended while the shop runs.
    const reached = await within(shared.world, waitMs, bus.ready().then(() => true), false).catch(async (error: unknown) => {
      await bus.close(0)
      return refused(error)
    })
    if (!reached) shared.log.warn('the broker is not reached yet; calls and events wait for it', { setting })
    here.get(tokens.metrics).observe('mercado_broker_up', 'Whether the broker is reached', [], async () => [{ value: await bus.alive().then(() => 1, () => 0) }])
    return counted(bus, here.get(tokens.metrics))
  })
}

/**
 * Who may call whom: a broker user that is named like a module calls what that module's contract says, and besides what every
 * process asks; nothing else. Any other user is shared by all, and may what all may.
 */
export const callersIn = (contracts: readonly Contract[]): ((user: string, module: string, operation: string) => boolean) => {
  const calls = new Map(contracts.map((contract) => [contract.name, new Set(contract.calls ?? [])]))
  return (user, module, operation) => (calls.get(user)?.has(module) ?? true) || (module === keysCall.module && operation === keysCall.operation)
}

/** The same bus, with what goes over it counted. */
const counted = (bus: Bus, metrics: Metrics): Bus => {
  const call = metrics.counter('mercado_bus_calls_total', 'Calls of other modules', ['module', 'operation'])
  const event = metrics.counter('mercado_bus_events_total', 'Events published', ['type'])
  return {
    ...bus,
    call(module, operation, input, context) {
      call(module, operation)
      return bus.call(module, operation, input, context)
    },
    async publish(events) {
      await bus.publish(events)
      for (const { type } of events) event(type)
    },
  }
}
