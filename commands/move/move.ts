import { lockFile } from '../../src/databases/sqlite/lock.ts'
import type { Module } from '../../src/module/module.ts'
import { createLog } from '../../src/observe/log.ts'
import { storesIn } from '../../src/process/backup.ts'
import { onBroker, takeOver } from '../../src/process/broker.ts'
import { StartError } from '../../src/process/check.ts'
import { type Container, createContainer } from '../../src/process/container.ts'
import { processSettings } from '../../src/process/process-settings.ts'
import { provideAll } from '../../src/process/run.ts'
import { brokerOf, serverOf } from '../../src/process/servers.ts'
import { type Environment, readSettings } from '../../src/process/settings.ts'
import { tokens } from '../../src/process/tokens.ts'
import { digestOf, rowsIn } from './digest.ts'
import { openJournal } from './journal.ts'
import { type Queued, publishQueued, queuedIn } from './queues.ts'
import { openSource } from './source.ts'
import { type Found, type OnItsWay, Refused, examine, moveStore } from './store.ts'
import { type Moved, movedOf, openTarget } from './target.ts'

export interface MoveOptions {
  /** The data folder of the embedded shop. */
  from: string
  /** Names the servers. */
  env: Environment
  modules: readonly Module[]
  /** Only says what it would do. */
  dryRun?: boolean
  say(line: string): void
}

const endMs = 10_000
const count = (number: number, what: string): string => `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`

/** Which stores the settings send to a server, and which stay. */
const sorted = (modules: readonly Module[], env: Environment): { moving: Moved[]; staying: string[] } => {
  const found = modules.map((module) => ({ module, ...serverOf(module, env) }))
  const problems = [...found.flatMap((one) => one.problems), ...brokerOf(modules, env).problems]
  if (problems.length > 0) throw new StartError(problems)
  return {
    moving: found.flatMap(({ module, server }) => (server === null ? [] : movedOf(module, env))),
    staying: found.flatMap(({ module, server }) => (server === null ? [module.contract.name] : [])),
  }
}

/** Nobody starts a shop on the folder meanwhile, and none runs on it. */
const lockAll = (folder: string): { release(): void } => {
  const locks: { release(): void }[] = []
  const release = () => { for (const lock of locks) lock.release() }
  try {
    for (const store of storesIn(folder)) locks.push(lockFile(store))
  } catch (error) {
    release()
    throw error
  }
  return { release }
}

/** Copies an embedded shop into the servers that the settings name. The folder stays as it is, but for `moved.json`. */
export const move = async (options: MoveOptions): Promise<void> => {
  const { from, env, modules, say } = options
  const { moving, staying } = sorted(modules, env)
  if (storesIn(from).length === 0) throw new Error(`${from} holds no shop's data; name its folder with --from`)
  if (moving.length === 0) throw new Error('The settings name no server to move to: set POSTGRES_URL, MONGO_URL, REDIS_URL or some of them, as for npm start')
  const lock = lockAll(from)
  const container = createContainer()
  container.register(tokens.log, (here) => createLog({ level: 'warn', readable: true, now: here.get(tokens.world).now, write: say }))
  provideAll(container, { ...readSettings(processSettings, env).settings, mercadoData: from }, false)
  try {
    for (const name of staying) say(`${name}: stays in ${from}, for the settings name no server for it`)
    await moveAll(options, moving, container)
  } finally {
    await container.get(tokens.ending).run(endMs)
    lock.release()
  }
}

const moveAll = async ({ from, env, modules, dryRun = false, say }: MoveOptions, moving: readonly Moved[], container: Container): Promise<void> => {
  const broker = brokerOf(modules, env).url !== undefined
  const queued = await queuedIn(from)
  if (dryRun) {
    for (const moved of moving) {
      const digest = await digestOf((await openSource(from, moved)).rows())
      say(`${moved.name}: ${count(rowsIn(digest), 'row')} in ${count(Object.keys(digest).length, 'table')} would go to ${moved.to}`)
    }
    sayQueued(say, from, queued, broker ? 'would go' : null)
    return
  }
  const journal = openJournal(from, () => new Date().toISOString())
  const all: (OnItsWay & { found: Found })[] = []
  const refusals: string[] = []
  const { finished } = journal.known
  for (const moved of moving) {
    const before = journal.known.stores[moved.name]
    if (finished !== null && before?.state === 'done' && before.to === moved.to) {
      say(`${moved.name}: was moved at ${finished} already: ${moved.to}`)
      continue
    }
    const source = await openSource(from, moved)
    const way = { moved, source, target: await openTarget(container, moved), digest: await digestOf(source.rows()) }
    try {
      all.push({ ...way, found: await examine(way, journal) })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      refusals.push(`${moved.name}: ${error.message}`)
    }
  }
  if (refusals.length > 0) throw new Error(`Nothing was copied.\n${refusals.map((one) => `  ${one}`).join('\n')}`)
  for (const { found, ...way } of all) {
    const from = performance.now()
    const rows = await moveStore(way, found, journal).catch((error: unknown) => {
      throw new Error(`${way.moved.name}: ${error instanceof Error ? error.message : error}. Call it again: it goes on where it was`, { cause: error })
    })
    const seconds = ((performance.now() - from) / 1000).toFixed(1)
    say(`${way.moved.name}: ${count(rows, 'row')} ${found === 'moved' ? 'are there already, and the same' : `copied and compared in ${seconds} s`}: ${way.moved.to}`)
  }
  if (broker) {
    if (queued.waiting.length > 0) await onBroker(modules, env, (bus) => publishQueued(bus, queued.waiting))
    await takeOver(modules, env, queued.dead)
  }
  sayQueued(say, from, queued, broker ? 'went' : null)
  journal.finish(new Date().toISOString())
}

/** Without a broker the queues stay where they are, and the shop must go on with them. */
const sayQueued = (say: MoveOptions['say'], from: string, { waiting, dead }: Queued, went: string | null): void => {
  const what = `bus: ${count(waiting.length, 'event')} not yet delivered and ${count(dead.length, 'dead letter')}`
  if (went !== null) say(`${what} ${went} to the broker`)
  else say(`${what} stay in ${from}, for the settings name no broker: start the shop with MERCADO_DATA=${from}`)
}
