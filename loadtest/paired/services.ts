import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { everyServer } from '../../deploy/local/every-server.ts'
import { downTogether, folderOf, upTogether } from '../../deploy/local/together.ts'
import * as contracts from '../../modules/contracts.ts'
import { type Server, anonymousMb, cpuSeconds, settings, start, started, startShop } from './servers.ts'

/** A shop with the servers that it stands on, all on this machine. */
export interface OnServers extends Server {
  /** Each process of the shop's own. */
  readonly parts: readonly Server[]
  /** What the databases and the broker have used, by name. */
  serversCpuSeconds(): Readonly<Record<string, number>>
  serversMb(): Readonly<Record<string, number>>
  /** Where they are, by setting. */
  readonly urls: Readonly<Record<string, string>>
}

const processes = (): { pid: number; parent: number }[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
  try {
    return [{ pid: Number(name), parent: Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]) }]
  } catch {
    return []
  }
})
/** A process and all that it started. */
const familyOf = (pid: number): number[] => {
  const all = processes()
  const family = [pid]
  for (let at = 0; at < family.length; at++) family.push(...all.filter(({ parent }) => parent === family[at]).map((one) => one.pid))
  return family
}
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const ofFamily = (pid: number, read: (pid: number) => number): number => sum(familyOf(pid).map((one) => {
  try {
    return read(one)
  } catch {
    return 0
  }
}))

/** The databases, which one process may stand on too: it needs no broker. */
const engines = everyServer.filter(({ variable }) => variable !== 'RABBITMQ_URL')

/** Servers for whatever is to stand on them; `stop` ends them. */
const startServers = async (folder: string, wanted: typeof everyServer): Promise<Pick<OnServers, 'urls' | 'serversCpuSeconds' | 'serversMb'> & { stop(): Promise<void> }> => {
  const outcomes = await upTogether(wanted, folder)
  const wrong = outcomes.flatMap((one) => (one.url === null ? [one.wrong] : []))
  if (wrong.length > 0) {
    await downTogether(wanted, folder)
    throw new Error(wrong.join('\n'))
  }
  const of = (read: (pid: number) => number) => () => Object.fromEntries(wanted.map((server) => [server.name, ofFamily(server.pid(folderOf(folder, server)), read)]))
  return {
    urls: Object.fromEntries(outcomes.map(({ server, url }) => [server.variable, url ?? ''])),
    serversCpuSeconds: of(cpuSeconds), serversMb: of(anonymousMb),
    async stop() { await downTogether(wanted, folder) },
  }
}

/** Every service once, and the gateway, as `npm start` starts Node. */
export const startServices = async (folder: string): Promise<OnServers> => {
  const servers = await startServers(folder, everyServer)
  const command = started.slice(0, -1)
  const parts: Server[] = []
  const part = async (name: string, env: Record<string, string>, ready = '/health/ready'): Promise<Server> => {
    const one = await start({
      name, command: [...command, name], log: join(folder, `${name}.log`), ready,
      env: { ...settings, ...servers.urls, MERCADO_DATA: join(folder, name), TRUSTED_PROXIES: '127.0.0.1', ...env },
    })
    parts.push(one)
    return one
  }
  const stop = async (): Promise<void> => {
    for (const one of parts) await one.stop()
    await servers.stop()
  }
  try {
    const services = await Promise.all(Object.keys(contracts).map((name) => part(name, {})))
    const urls = Object.fromEntries(services.map(({ name, port }) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${port}`]))
    const { port, metricsPort, pid, startedMs } = await part('gateway', urls, '/products?limit=1')
    return {
      ...servers, parts, name: 'services', port, metricsPort, pid, startedMs, stop,
      cpuSeconds: () => sum(parts.map((one) => one.cpuSeconds())),
      anonymousMb: () => sum(parts.map((one) => one.anonymousMb())),
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** One process with every module, its stores on servers; `env` are settings of its own. */
export const startOnServers = async (folder: string, env: Readonly<Record<string, string>> = {}): Promise<OnServers> => {
  const servers = await startServers(folder, engines)
  try {
    const shop = await startShop(folder, { env: { ...servers.urls, ...env } })
    return {
      ...shop, ...servers, parts: [shop],
      async stop() {
        await shop.stop()
        await servers.stop()
      },
    }
  } catch (error) {
    await servers.stop()
    throw error
  }
}
