import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as contracts from '../modules/contracts.ts'
import { everyModule } from '../modules/modules.ts'
import { lockFile } from '../src/databases/sqlite/lock.ts'
import { outlet } from '../src/observe/outlet.ts'
import { storesIn } from '../src/process/backup.ts'
import { StartError } from '../src/process/check.ts'
import { environment } from '../src/process/environment.ts'
import { movingOf } from '../src/process/moved.ts'
import { type Print, jsonPrint, readablePrint } from './split/lines.ts'
import { type Instance, type Plan, planSplit } from './split/plan.ts'
import { portsTaken } from './split/ports.ts'
import { startServers } from './split/servers.ts'
import { type SuperviseOptions, type Supervised, supervise } from './split/supervise.ts'

/** `npm run start:split`: the servers, every service and the gateway on this machine, and their end in order. */
const bin = (name: string) => join(import.meta.dirname, '../node_modules/.bin', name)
const service = join(import.meta.dirname, 'split/service.ts')
const commands = {
  node: [bin('node'), '--max-semi-space-size=8', '--heap-growing-percent=50', service],
  deno: [bin('deno'), 'run', '-A', '--no-prompt', service],
}
/** npm passes a Ctrl-C on to who has had it from the terminal: within this time two are one. */
const echoMs = 500

const write = outlet(process.stdout)
const onTerminal = process.stdout.isTTY
const ended: (() => Promise<unknown> | void)[] = []
const running: Supervised[] = []
let stopping = false

/** What began last ends first; what begins meanwhile too. */
const endAll = async (starting: Promise<unknown>): Promise<void> => {
  stopping = true
  const endThese = async () => { for (let end = ended.pop(); end !== undefined; end = ended.pop()) await end() }
  await endThese()
  await starting.catch(() => {})
  await endThese()
}

const start = async (): Promise<void> => {
  const env = environment()
  const plan = await planSplit(Object.values(contracts), env)
  const { settings, gateway, rounds } = plan
  const all = [gateway, ...rounds.flat()]
  mkdirSync(settings.mercadoData, { recursive: true, mode: 0o700 })
  const lock = lockFile(join(settings.mercadoData, 'services'))
  ended.push(() => lock.release())
  const taken = await portsTaken(all)
  if (taken.length > 0) throw new StartError(taken)

  const announced: string[] = []
  const shown: Print = onTerminal ? readablePrint(['shop', ...all.map(({ name }) => name)], write, environment()['NO_COLOR'] === undefined) : jsonPrint(write, Date.now)
  const print: Print = (name, lines, wrong) => {
    announced.push(...lines.filter((line) => line.startsWith('Admin: ')))
    shown(name, lines, wrong)
  }
  const say: SuperviseOptions['say'] = (level, message, about = {}) => print('shop', [JSON.stringify({ time: new Date().toISOString(), level, message, ...about })])

  if (storesIn(settings.mercadoData).some((path) => basename(path) !== 'bus.db') && (movingOf(settings.mercadoData)?.finished ?? null) === null) {
    say('warn', 'the folder holds an embedded shop, whose data these services do not have; npm run move takes it along', { folder: settings.mercadoData })
  }
  const { urls, stop } = await startServers(everyModule, env, settings.mercadoData)
  ended.push(async () => { for (const wrong of await stop()) say('error', wrong) })
  if (Object.keys(urls).length > 0) say('info', 'servers run', { settings: Object.keys(urls), folder: join(settings.mercadoData, 'servers') })

  const open = async (instances: readonly Instance[]): Promise<void> => {
    if (stopping) return
    const these = instances.map((instance) => supervise(instance, { command: commands[settings.runtime], urls, print, say }))
    running.push(...these)
    ended.push(() => Promise.all(these.map((one) => one.stop())))
    await Promise.all(these.map(({ ready }) => ready))
  }
  for (const round of rounds) await open(round)
  await open([gateway])
  if (stopping) return
  if (onTerminal) write(told(plan, announced))
  else say('info', 'the shop is open', { url: plan.publicUrl, port: gateway.port, services: Object.fromEntries(rounds.flat().map(({ name, port }) => [name, port])) })
}

const told = ({ publicUrl, rounds, settings }: Plan, announced: readonly string[]): string => [
  '', `  Mercado is open: ${publicUrl}`, `  REST reference:  ${publicUrl}/docs`,
  `  Services:        ${rounds.flat().map(({ name, port }) => `${name} ${port}`).join(', ')}, on ${settings.runtime}`,
  `  Data folder:     ${settings.mercadoData}`, '', ...announced.map((line) => `  ${line}`), '  Stop it with Ctrl-C.', '', '',
].join('\n')

const main = async (): Promise<void> => {
  let starting: Promise<unknown> = Promise.resolve()
  let signalledAt: number | null = null
  const stop = async () => {
    if (signalledAt !== null) {
      if (performance.now() - signalledAt < echoMs) return
      for (const one of running) one.kill()
      console.error('Ended at once. Servers that it started keep running: deploy/local/servers down stops them.')
      process.exit(1)
    }
    signalledAt = performance.now()
    await endAll(starting)
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
  starting = start()
  await starting.catch(async (error: unknown) => {
    if (stopping) return
    await endAll(Promise.resolve())
    console.error(error instanceof Error ? error.message : error)
    process.exit(error instanceof StartError ? 2 : 1)
  })
}

await main()
