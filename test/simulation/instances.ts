import { startRelay } from '../../src/bus/relay.ts'
import type { Bus } from '../../src/bus/bus.ts'
import { FaultError } from '../../src/contract/fault.ts'
import type { Log } from '../../src/module/log.ts'
import type { Job, Module } from '../../src/module/module.ts'
import { type Container, createContainer } from '../../src/process/container.ts'
import { createEnding } from '../../src/process/ending.ts'
import { runJobs } from '../../src/process/jobs.ts'
import { type Standing, standUp } from '../../src/process/modules.ts'
import { memorySecrets } from '../../src/process/secrets.ts'
import { storesOf } from '../../src/process/servers.ts'
import { readSettings } from '../../src/process/settings.ts'
import { tokens } from '../../src/process/tokens.ts'
import type { Machine } from './machine.ts'
import type { Network } from './network.ts'
import type { Simulated } from './simulated.ts'
import type { Stores } from './stores.ts'

export interface Running { machine: Machine; standing: Standing }

/** Processes with one module each, started again a while after each crash. */
export interface Instances {
  /** Keeps an instance running under this name. */
  keep(name: string, moduleOn: (machine: Machine) => Module): Promise<void>
  /** Those that are not dead. */
  of(module: string): Running[]
  /** Ends one in order, as a new version's arrival does, and starts it again. */
  restart(): void
  /** Holds all orders between their steps for a while. */
  pause(ms: number): void
  /** Ends every freeze. */
  wake(): void
}

const unmeasured = { request() {}, store: () => () => {}, measure: () => ({ add() {} }), counter: () => () => {}, observe() {}, text: async () => ({ body: '', type: '' }), stop() {} }
/** The simulation sends the provider's webhooks itself. */
const ours = (job: Job): boolean => !job.name.startsWith('webhooks')

/** Nothing is learned from looking for nothing five times a second. */
const leastMs = 1000

/** Every fault is declared, so whatever else a module meets is a mistake of ours. */
const listening = (machine: Machine, { story }: Simulated): Log & { flush(): void } => {
  const entry = (level: string) => (message: string, about: Readonly<Record<string, unknown>> = {}) => {
    const error = about['error']
    const declared = error === undefined || (error instanceof FaultError && error.code !== 'internal_error')
    const line = `${machine.name} ${level}: ${message} ${JSON.stringify({ ...about, error: error instanceof Error ? error.message : error })}`
    if (declared) story.tell(line)
    else story.problem(`${line}\n${error instanceof Error ? error.stack : ''}`)
  }
  return { debug() {}, info() {}, warn: entry('warn'), error: entry('error'), flush() {} }
}

export const createInstances = (sim: Simulated, stores: Stores, network: Network, env: Record<string, string>): Instances => {
  const { time, story } = sim
  const own = sim.random.fork('instances')
  const secrets = memorySecrets()
  const running = new Map<string, Running & { stop(): Promise<void> }>()

  const containerOf = (machine: Machine, bus: Bus): Container => {
    const container = createContainer()
    container.register(tokens.world, () => machine.world)
    container.register(tokens.log, () => listening(machine, sim))
    container.register(tokens.secrets, () => secrets)
    container.register(tokens.metrics, () => unmeasured)
    container.register(tokens.ending, (here) => createEnding(machine.world, here.get(tokens.log)))
    container.register(tokens.openSqlite, () => stores.on(machine))
    container.register(tokens.openMongo, () => stores.documentsOn(machine))
    container.register(tokens.bus, async () => bus)
    return container
  }

  /** What process/run.ts does, for one module. */
  const start = async (name: string, machine: Machine, module: Module): Promise<void> => {
    const bus = network.bus(machine)
    const container = containerOf(machine, bus)
    const log = container.get(tokens.log)
    const { settings, problems } = readSettings(module.settings, env, module.contract.name)
    if (problems.length > 0) throw new Error(problems.map((one) => `${one.name} ${one.message}`).join(', '))
    const standing = await standUp(module, container, { settings, checking: { checked: true, log }, placed: storesOf(module, env).stores, publicUrl: () => 'http://shop.test' })
    const relays = standing.stores.flatMap(({ name: store, outbox }) =>
      (outbox === null ? [] : [startRelay({ name: store, outbox, bus, world: machine.world, log })]))
    await standing.built.start?.()
    const jobs = (standing.built.jobs ?? []).filter(ours).map((job) => (
      { ...job, everyMs: Math.max(leastMs, job.everyMs), module: module.contract.name }))
    const working = runJobs(jobs, machine.world, log)
    running.set(name, {
      machine, standing,
      async stop() {
        running.delete(name)
        await bus.close(1000)
        await working.stop()
        await standing.built.stop?.()
        for (const relay of relays) await relay.stop()
        story.tell(`${machine.name} stops`)
        machine.crash()
      },
    })
  }

  let incarnations = 0
  const keep: Instances['keep'] = async (name, moduleOn) => {
    const machine = sim.machine(`${name}.${++incarnations}`)
    machine.onDeath(() => {
      if (running.get(name)?.machine === machine) running.delete(name)
      time.after(own.next() * sim.weather().downMs, () => { void keep(name, moduleOn) })
    })
    story.tell(`${machine.name} starts`)
    try {
      await start(name, machine, moduleOn(machine))
    } catch (error) {
      // Its store was down just then: it ends, and whoever watches it starts another.
      if (!(error instanceof FaultError)) throw error
      story.tell(`${machine.name} cannot start: ${error.message}`)
      machine.crash()
    }
  }

  return {
    keep,
    of: (module) => [...running.values()].filter(({ standing, machine }) => standing.module.contract.name === module && !machine.isDead()),
    restart() {
      const all = [...running.values()].filter(({ machine }) => machine.isUp())
      if (all.length === 0) return
      const one = own.pick(all)
      story.tell(`${one.machine.name} is told to stop`)
      void one.stop()
    },
    pause(ms) {
      for (const { machine, standing } of running.values()) {
        void standing.built.pause?.().then(async (release) => {
          story.tell(`${machine.name} holds its orders for ${ms} ms`)
          await machine.world.sleep(ms)
          release()
        })
      }
    },
    wake() {
      for (const { machine } of running.values()) machine.wake()
    },
  }
}
