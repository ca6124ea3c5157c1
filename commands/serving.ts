import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { type Fetch, type Listener, listen } from '../src/http/listen.ts'
import { outlet } from '../src/observe/outlet.ts'
import { StartError } from '../src/process/check.ts'
import type { App } from '../src/process/serve.ts'

/**
 * Listens with an entrypoint, says where, and ends in order at SIGTERM or Ctrl-C. Entrypoints are files beside the
 * launcher that know nothing of it: built, each is a bundle of its own.
 */
const built = import.meta.filename.endsWith('.js')
const folder = built ? import.meta.dirname : join(import.meta.dirname, '../entrypoints')
const entrypoints = (): string[] => readdirSync(folder).filter((name) => /\.[jt]s$/.test(name) && name !== basename(import.meta.filename)).map((name) => name.slice(0, -3))

const load = async (name: string): Promise<App> => {
  if (!entrypoints().includes(name)) throw new StartError([{ name, message: `is no entrypoint; there is ${entrypoints().join(', ')}` }])
  const { default: app }: { default: App } = await import(pathToFileURL(join(folder, `${name}${built ? '.js' : '.ts'}`)).href)
  return app
}

const DRAIN_MS = 8000
const END_MS = 9500
const FAILED_START_MS = 2000

const print = outlet(process.stdout)

const onlyMetrics = (app: App) => async (request: Request): Promise<Response> => {
  if (new URL(request.url).pathname !== '/metrics') return new Response('There is only /metrics here\n', { status: 404 })
  const { body, type } = await app.metrics()
  return new Response(body, { headers: { 'content-type': type } })
}

const shownHost = (host: string): string => (['0.0.0.0', '::', ''].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host)

/** Listens, or says which settings stand in the way. */
const listenAt = async (settings: string, fetch: Fetch, where: { host: string; port: number }): Promise<Listener> => {
  try {
    return await listen(fetch, where)
  } catch (error) {
    throw new StartError([{ name: settings, message: `${error instanceof Error ? error.message : error}; end what listens there or choose another` }])
  }
}

const open = async (app: App): Promise<void> => {
  const { running } = app
  const { host, port, metricsPort, mercadoData } = running.settings
  const listener = await listenAt('HOST, PORT', (request, peer) => app.fetch(request, peer), { host, port })
  running.ending.add('http', () => listener.close(DRAIN_MS))
  draining = async () => {
    const { drainMs } = running.settings
    if (drainMs === 0) return
    app.drain()
    listener.drain()
    await sleep(drainMs)
  }
  const url = `http://${shownHost(host)}:${listener.port}`
  running.reachedAt(url)
  const metrics = await listenAt('HOST, METRICS_PORT', onlyMetrics(app), { host, port: metricsPort })
  running.ending.add('metrics listener', () => metrics.close(0))
  await app.answerOperators()
  const metricsUrl = `http://${shownHost(host)}:${metrics.port}`
  if (process.stdout.isTTY) {
    print([
      '', `  Mercado is open: ${running.publicUrl()}`, `  REST reference:  ${running.publicUrl()}/docs`, `  Metrics:         ${metricsUrl}/metrics`,
      `  Data folder:     ${mercadoData}`, '', ...running.announcements.map((line) => `  ${line}`), '  Stop it with Ctrl-C.', '', '',
    ].join('\n'))
  } else {
    for (const line of running.announcements) print(`${line}\n`)
    app.log.info('listening', { url, metricsUrl, folder: mercadoData })
  }
}

/** What a signal ends in order; while it starts there is nothing yet that anybody was promised. */
let started: App | null = null
let stopping = false
/** Tells whoever sends requests to turn to others, and gives them the time to learn of it. */
let draining = async (): Promise<void> => {}
const stop = async (): Promise<void> => {
  if (stopping) process.exit(1)
  stopping = true
  if (started !== null) {
    started.log.info('stopping')
    await draining()
    await started.running.ending.run(Math.max(FAILED_START_MS, END_MS - started.running.settings.drainMs))
  }
  process.exit(0)
}

const start = async (name: string): Promise<void> => {
  // From the beginning: a container's first process does not end at a signal that it does not listen for.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
  const app = await load(name)
  started = app
  try {
    await open(app)
  } catch (error) {
    await app.running.ending.run(FAILED_START_MS)
    throw error
  }
}

/** Known by its name: a built entrypoint brings its own class of it. */
const isStartError = (error: unknown): error is Error => error instanceof Error && error.name === 'StartError'

start(process.argv[2] ?? 'monolith').catch((error: unknown) => {
  console.error(isStartError(error) ? error.message : error)
  process.exit(isStartError(error) ? 2 : 1)
})
