import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../deploy/local/programs.ts'
import * as contracts from '../modules/contracts.ts'
import { client } from './client.ts'
import { type Shop, type Started, admin, bin, isAlive, startProcess } from './shop.ts'

const runtimes = { node: [bin('node'), 'commands/start.ts'], deno: [bin('deno'), 'run', '-A', '--no-prompt', 'commands/start.ts'] } as const
export type Runtime = keyof typeof runtimes

/** Processes of one kind: an entrypoint, or what MODULES names. */
export interface Part { holds: string; on: Runtime; instances?: number; /** Another program in its place. */ command?: readonly string[] }
export interface SplitShape { name: string; parts: readonly Part[] }

const modules = Object.keys(contracts)
const each = (on: Runtime, instances = 1): Part[] => ['gateway', ...modules].map((holds) => ({ holds, on, instances: holds === 'gateway' ? 1 : instances }))

/** Every shape of several processes: one line each. */
export const splitShapes: readonly SplitShape[] = [
  { name: 'services on Node', parts: each('node') },
  { name: 'services on Deno', parts: each('deno') },
  { name: 'services on both runtimes, two of them in one process', parts: [
    { holds: 'gateway', on: 'deno' }, { holds: 'cart', on: 'deno' }, { holds: 'order,product', on: 'node' }, { holds: 'auth', on: 'node' },
  ] },
  { name: 'two instances of each service', parts: each('node', 2) },
]

/** One process of a split shop; the same place again after a kill. */
export interface Service {
  readonly holds: string
  readonly url: string
  now(): Started
  /** Starts it again at its port, where it has ended. */
  again(env?: Record<string, string>): Promise<void>
}

export interface SplitShop extends Omit<Shop, 'again'> {
  readonly services: readonly Service[]
  /** Those that hold this module, or the gateway. */
  of(name: string): Service[]
}

export interface SplitOptions { /** Where the servers are, and settings for every process. */ env: Record<string, string>; folder?: string }

/** Starts a shop of several processes on free ports; it can be asked when all of them listen. */
export const startSplit = async ({ parts }: Pick<SplitShape, 'parts'>, { env, folder = mkdtempSync(join(tmpdir(), 'mercado-split-')) }: SplitOptions): Promise<SplitShop> => {
  const gatewayPort = await freePort()
  const services: Service[] = []
  const start = async ({ holds, on, command }: Part, at: number, more: Record<string, string>): Promise<void> => {
    const alone = holds === 'gateway' || modules.includes(holds)
    const settings = {
      ...env, PORT: String(await freePort()), ...more, MERCADO_DATA: join(folder, `${holds.replaceAll(',', '-')}-${at + 1}`), PUBLIC_URL: `http://127.0.0.1:${gatewayPort}`,
      TRUSTED_PROXIES: '127.0.0.1', ...(holds === 'gateway' ? {} : { MODULES: holds }),
    }
    const program = command ?? [...runtimes[on], alone ? holds : 'monolith']
    let started = await startProcess(program, settings)
    services.push({
      holds, url: started.url, now: () => started,
      async again(once = {}) {
        if (isAlive(started)) return
        started = await startProcess(program, { ...settings, ...once })
      },
    })
  }
  const behind = parts.filter(({ holds }) => !holds.split(',').includes('gateway'))
  const front = parts.filter((part) => !behind.includes(part))
  const end = () => Promise.all(services.map(async ({ now }) => { if (isAlive(now())) await now().kill() }))
  try {
    // All of them have started or failed before any is ended: none is left behind.
    const starting = await Promise.allSettled(behind.flatMap((part) => Array.from({ length: part.instances ?? 1 }, (_, at) => start(part, at, {}))))
    for (const one of starting) if (one.status === 'rejected') throw one.reason
    const urls = Object.fromEntries(modules.flatMap((module) => {
      const places = services.filter(({ holds }) => holds.split(',').includes(module)).map(({ url }) => url)
      return places.length === 0 ? [] : [[`${module.toUpperCase()}_URL`, places.join(',')]]
    }))
    for (const part of front) await start(part, 0, { ...urls, PORT: String(gatewayPort) })
  } catch (error) {
    await end()
    throw error
  }
  const of = (name: string) => services.filter(({ holds }) => holds.split(',').includes(name))
  const [gateway] = of('gateway')
  if (gateway === undefined) throw new Error('a split shop has a gateway')
  return {
    ...client(gateway.url), ...gateway.now(), folder, admin, services, of,
    printed: () => services.map(({ holds, now }) => `── ${holds}\n${now().printed()}`).join('\n'),
    async stop() {
      const codes = []
      for (const { now } of [...of('gateway'), ...services.filter(({ holds }) => !holds.includes('gateway'))]) codes.push(isAlive(now()) ? await now().stop() : null)
      return codes.find((code) => code !== 0) ?? 0
    },
    async kill() { await end() },
  }
}

/** Ends a split shop and forgets its folder. */
export const endSplit = async (shop: SplitShop): Promise<void> => {
  await shop.kill()
  rmSync(shop.folder, { recursive: true, force: true })
}
