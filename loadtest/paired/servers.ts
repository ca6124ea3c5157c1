import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../deploy/local/programs.ts'
import about from '../../package.json' with { type: 'json' }

/** A server in a process of its own. */
export interface Server {
  readonly name: string
  readonly port: number
  /** Where Prometheus reads it, where it can be read. */
  readonly metricsPort: number
  readonly pid: number
  /** From its start to its first answer. */
  readonly startedMs: number
  /** Seconds of processor time it has used. */
  cpuSeconds(): number
  /** Memory that is its own alone: what is mapped from files does not count. */
  anonymousMb(): number
  stop(): Promise<void>
}

const root = join(import.meta.dirname, '../..')
/** What `npm start` runs, with Node's flags. */
export const started: readonly string[] = about.scripts.start.split(' ').slice(1)
const running = new Set<ChildProcess>()
process.on('exit', () => { for (const child of running) child.kill('SIGKILL') })

const TICKS_A_SECOND = 100
export const cpuSeconds = (pid: number): number => {
  const [, fields = ''] = /\) (.*)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
  const values = fields.split(' ')
  return (Number(values[11]) + Number(values[12])) / TICKS_A_SECOND
}
export const anonymousMb = (pid: number): number => Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

export interface Starting { name: string; command: readonly string[]; env?: Record<string, string>; log: string; flags?: readonly string[]; /** A path that it answers with 200 once it is ready. */ ready: string }

const MOST_MS = 30_000
const answers = async (port: number, path: string): Promise<boolean> => {
  try {
    return (await fetch(`http://127.0.0.1:${port}${path}`)).ok
  } catch {
    return false
  }
}

/** Starts a server on a free port, its output in a file, and waits until it answers. */
export const start = async ({ name, command, env = {}, log, flags = [], ready }: Starting): Promise<Server> => {
  const port = await freePort()
  const metricsPort = await freePort()
  const file = openSync(log, 'a')
  const from = performance.now()
  const child = spawn(process.execPath, [...flags, ...command], {
    cwd: root, stdio: ['ignore', file, file],
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NODE_NO_WARNINGS: '1', PORT: String(port), METRICS_PORT: String(metricsPort), HOST: '127.0.0.1', ...env },
  })
  closeSync(file)
  running.add(child)
  const ended = new Promise<void>((resolve) => child.once('exit', () => { running.delete(child); resolve() }))
  while (!await answers(port, ready)) {
    if (child.exitCode !== null || performance.now() - from > MOST_MS) throw new Error(`${name} did not start; see ${log}`)
    await sleep(2)
  }
  const startedMs = performance.now() - from
  const pid = child.pid ?? 0
  return {
    name, port, metricsPort, pid, startedMs, cpuSeconds: () => cpuSeconds(pid), anonymousMb: () => anonymousMb(pid),
    stop: async () => { child.kill('SIGTERM'); await ended },
  }
}

/** All limits count; these refuse nobody. */
export const settings = {
  SAMPLE_CATALOGUE: 'off', ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'a long admin password',
  RATE_LIMIT_REQUESTS: '1000000000',
}

/** The shop as it is sold: `npm start`, its log written to a file. */
export const startShop = (folder: string, { flags = [], env = {} }: { flags?: readonly string[]; env?: Record<string, string> } = {}): Promise<Server> => start({
  name: 'ours', command: started, log: join(folder, 'shop.log'), flags, ready: '/products?limit=1',
  env: { MERCADO_DATA: folder, ...settings, ...env },
})

export const startReference = (folder: string, flags: readonly string[] = []): Promise<Server> => start({
  name: 'reference', flags, command: ['loadtest/paired/reference/server.ts', folder], log: join(folder, 'reference.log'), ready: '/products?limit=1',
})

/** The bare work over servers, whose settings `env` names; `seeds` is the catalogue as JSON. */
export const startReferenceOnServers = (folder: string, seeds: string, env: Record<string, string>): Promise<Server> => start({
  name: 'reference', command: ['loadtest/paired/reference/on-servers/server.ts', seeds], log: join(folder, 'reference.log'), ready: '/products?limit=1', env,
})

/** Answers everything with one text: what the load itself can reach. */
export const startCeiling = (folder: string): Promise<Server> => start({
  name: 'ceiling', command: ['loadtest/paired/ceiling.ts'], log: join(folder, 'ceiling.log'), ready: '/',
})
