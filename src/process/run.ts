import type { Static } from '@sinclair/typebox'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Contract } from '../contract/contract.ts'
import type { Checking } from '../bus/door.ts'
import { type Relay, startRelay } from '../bus/relay.ts'
import { openMongo } from '../databases/mongo/open.ts'
import { openPostgres } from '../databases/postgres/open.ts'
import { openCache } from '../databases/redis/cache.ts'
import { openRedis } from '../databases/redis/open.ts'
import { openSqlite } from '../databases/sqlite/open.ts'
import type { Module } from '../module/module.ts'
import { createLog } from '../observe/log.ts'
import { createMetrics } from '../observe/metrics.ts'
import { outlet } from '../observe/outlet.ts'
import { provideBus } from './bus.ts'
import { StartError, checkModules } from './check.ts'
import { type Container, createContainer } from './container.ts'
import { type Ending, createEnding } from './ending.ts'
import { runJobs } from './jobs.ts'
import { type Standing, standUp } from './modules.ts'
import { movedAway } from './moved.ts'
import { processSettings } from './process-settings.ts'
import { folderSecrets } from './secrets.ts'
import { type PlacedStore, brokerOf, prefixOf, schemaOf, storesOf, unsharedStores } from './servers.ts'
import { type Environment, type Problem, readSettings } from './settings.ts'
import { tokens } from './tokens.ts'
import { realWorld } from './world.ts'

/** Which modules a process holds. */
export interface Shape {
  modules: readonly Module[]
  /** Of all modules there are, here and in other processes. Default: those that are here. */
  contracts?: readonly Contract[]
  env: Environment
  /** Registers first what is to stand in place of the real thing (tests). */
  replace?: (container: Container) => void
  /** Answers of doors and rows of stores are checked against their schemas (tests). */
  checked?: boolean
  /** What else keeps this process from starting, found before. */
  problems?: readonly Problem[]
}

/** A process's modules, running. */
export interface Running {
  settings: Static<typeof processSettings>
  container: Container
  standing: readonly Standing[]
  /** Lines that a person should read once, such as the first admin's password. */
  announcements: readonly string[]
  /** Tells where clients reach it, once that is known. */
  reachedAt(url: string): void
  publicUrl(): string
  /** No event is published until the answer is called. */
  pauseRelays(): Promise<() => void>
  ending: Ending
}

const PART_MS = 10_000

/** Starts a shape: checks all of it, opens its stores, builds its modules, relays their events, runs their jobs. */
export const run = async ({ modules, contracts = modules.map(({ contract }) => contract), env, replace, checked = false, problems: found = [] }: Shape): Promise<Running> => {
  const { settings, problems } = readSettings(processSettings, env)
  const placed = new Map<string, readonly PlacedStore[]>()
  const own = new Map(modules.map((module) => {
    const { contract, settings: schema } = module
    const read = readSettings(schema, env, contract.name)
    const on = storesOf(module, env)
    placed.set(contract.name, on.stores)
    problems.push(...on.problems, ...read.problems, ...(read.problems.length === 0 ? module.refuses?.(read.settings) ?? [] : []))
    return [contract.name, read.settings]
  }))
  const broker = brokerOf(modules, env)
  const embedded = modules.filter(({ contract }) => placed.get(contract.name)?.[0]?.server === null).map(({ contract }) => contract.name)
  problems.push(...movedAway(settings.mercadoData, embedded), ...unsharedStores(modules, placed, broker))
  problems.push(...found, ...broker.problems, ...checkModules(modules, { contracts, broker: broker.url !== undefined }))
  const once = new Map(problems.map((problem) => [`${problem.name}: ${problem.message}`, problem]))
  if (once.size > 0) throw new StartError([...once.values()])

  const container = createContainer()
  replace?.(container)
  provideAll(container, settings, checked)
  const holds = modules.map(({ contract }) => contract.name).join(',')
  provideBus(container, { broker, contracts, attempts: settings.deliveryAttempts, name: `mercado ${holds}`, waitMs: settings.serverWaitMs })
  const world = container.get(tokens.world)
  const log = container.get(tokens.log)
  const ending = container.get(tokens.ending)
  ending.add('log', () => log.flush())
  ending.add('metrics', () => container.get(tokens.metrics).stop())

  let url = settings.publicUrl?.replace(/\/+$/, '') ?? (settings.port === 0 ? '' : `http://localhost:${settings.port}`)
  const publicUrl = () => url
  const checking: Checking = { checked, log }
  const standing: Standing[] = []
  const announcements: string[] = []
  const relays: Relay[] = []
  try {
    try {
      for (const module of modules) {
        standing.push(await standUp(module, container, { settings: own.get(module.contract.name) ?? {}, checking, publicUrl, placed: placed.get(module.contract.name) ?? [] }))
      }
    } finally {
      // Behind the stores, for it ends before them; also where one of them did not open. A gateway alone has nobody who would call or
      // tell: it needs no broker.
      if (modules.length > 0) ending.add('bus', () => container.get(tokens.bus).then((bus) => bus.close(PART_MS), () => {}))
    }
    for (const { name, outbox, warnings } of standing.flatMap(({ stores }) => stores)) {
      for (const warning of warnings) log.warn(warning, { store: name })
      if (outbox === null) continue
      const relay = startRelay({ name, outbox, bus: await container.get(tokens.bus), world, log, leaseMs: settings.outboxLeaseMs })
      relays.push(relay)
      ending.add(`relay of ${name}`, () => relay.stop())
    }
    for (const { built } of standing) announcements.push(...(await built.start?.()) ?? [])
    for (const { module, built } of standing) if (built.stop) ending.add(module.contract.name, () => built.stop?.())
    const jobs = runJobs(standing.flatMap(({ module, built }) => (built.jobs ?? []).map((job) => ({ ...job, module: module.contract.name }))), world, log)
    ending.add('jobs', () => jobs.stop())
  } catch (error) {
    await ending.run(PART_MS)
    throw error
  }
  observeStores(container, standing)
  return {
    settings, container, standing, announcements, publicUrl, ending,
    async pauseRelays() {
      const goOn = await Promise.all(relays.map((relay) => relay.pause()))
      return () => { for (const go of goOn) go() }
    },
    reachedAt: (where) => { if (settings.publicUrl === undefined) url = where },
  }
}

/** Provides what a process shares, wherever nothing else was registered. */
export const provideAll = (container: Container, settings: Static<typeof processSettings>, checked: boolean): void => {
  const { mercadoData: folder, logLevel } = settings
  container.provide(tokens.world, realWorld)
  container.provide(tokens.log, (here) => createLog({
    level: logLevel, readable: process.stdout.isTTY, now: here.get(tokens.world).now, write: outlet(process.stdout),
  }))
  container.provide(tokens.ending, (here) => createEnding(here.get(tokens.world), here.get(tokens.log)))
  container.provide(tokens.metrics, (here) => createMetrics(here.get(tokens.log)))
  container.provide(tokens.secrets, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return folderSecrets(folder)
  })
  container.provide(tokens.openSqlite, (here) => (name, about) => openSqlite({
    ...about, path: join(folder, `${name}.db`), world: here.get(tokens.world), checked,
    observe: here.get(tokens.metrics).store(name),
  }))
  container.provide(tokens.openPostgres, (here) => async (name, about, { url, connections }) => openPostgres({
    ...about, url, connections, schema: schemaOf(name), world: here.get(tokens.world), checked, observe: here.get(tokens.metrics).store(name),
  }))
  container.provide(tokens.openMongo, (here) => (name, about, { url }) => openMongo({
    ...about, url, database: schemaOf(name), world: here.get(tokens.world), checked, observe: here.get(tokens.metrics).store(name),
  }))
  container.provide(tokens.openRedis, (here) => (name, { url }) => {
    const observe = here.get(tokens.metrics).store(name)
    return openRedis({ url, prefix: prefixOf(name), world: here.get(tokens.world), observe: (ms) => observe('commit', ms) })
  })
  container.provide(tokens.openCache, (here) => {
    const count = here.get(tokens.metrics).counter('mercado_cache_reads_total', 'Reads of what instances remember together', ['store', 'found'])
    return (name, url) => openCache({
      url, prefix: `${prefixOf(name)}read:`, world: here.get(tokens.world), log: here.get(tokens.log), observe: (found) => count(name, found),
    })
  })
}

/** What is asked of the stores and modules when somebody reads the metrics. */
const observeStores = (container: Container, standing: readonly Standing[]): void => {
  const metrics = container.get(tokens.metrics)
  const backlogs = () => Promise.all(standing.flatMap(({ stores }) => stores).flatMap(({ name, outbox }) =>
    (outbox === null ? [] : [outbox.backlog().then((backlog) => ({ name, ...backlog }))])))
  metrics.observe('mercado_outbox_depth', 'Events stored and not yet published', ['store'], async () =>
    (await backlogs()).map(({ name, count }) => ({ value: count, labels: { store: name } })))
  metrics.observe('mercado_outbox_oldest_seconds', 'Age of the oldest event not yet published', ['store'], async () =>
    (await backlogs()).map(({ name, oldestMs }) => ({ value: oldestMs / 1000, labels: { store: name } })))
  if (standing.length > 0) metrics.observe('mercado_dead_letters', 'Events that wait for an operator', ['module'], async () => {
    const counts = new Map(standing.map(({ module }) => [module.contract.name, 0]))
    for (const { module, count } of await (await container.get(tokens.bus)).deadLetters.count()) counts.set(module, count)
    return [...counts].map(([module, value]) => ({ value, labels: { module } }))
  })
  for (const { module, built } of standing) {
    const shapes = Object.entries(module.measures ?? {}).filter(([, { kind }]) => kind === 'gauge')
    for (const [name, { help, labels = [] }] of shapes) {
      metrics.observe(`mercado_${module.contract.name}_${name}`, help, labels, async () =>
        ((await built.gauges?.()) ?? []).filter((gauge) => gauge.name === name))
    }
  }
}
