import { type Fetch, type Listener, listen } from '../src/http/listen.ts'
import { outlet } from '../src/observe/outlet.ts'
import { StartError } from '../src/process/check.ts'
import type { App } from '../src/process/serve.ts'
import { tokens } from '../src/process/tokens.ts'

/** Listens with an entrypoint, says where, and ends in order at SIGTERM or Ctrl-C. */
const entrypoints: Readonly<Record<string, () => Promise<{ default: App }>>> = {
  monolith: () => import('../entrypoints/monolith.ts'),
}
const DRAIN_MS = 8000
const END_MS = 9500
const FAILED_START_MS = 2000

const print = outlet(process.stdout)

const onlyMetrics = (app: App) => async (request: Request): Promise<Response> => {
  if (new URL(request.url).pathname !== '/metrics') return new Response('There is only /metrics here\n', { status: 404 })
  const { body, type } = await app.running.container.get(tokens.metrics).text()
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
    running.container.get(tokens.log).info('listening', { url, metricsUrl, folder: mercadoData })
  }
}

/** What a signal ends in order; while it starts there is nothing yet that anybody was promised. */
let started: App['running'] | null = null
let stopping = false
const stop = async (): Promise<void> => {
  if (stopping) process.exit(1)
  stopping = true
  if (started !== null) {
    started.container.get(tokens.log).info('stopping')
    await started.ending.run(END_MS)
  }
  process.exit(0)
}

const start = async (name: string): Promise<void> => {
  // From the beginning: a container's first process does not end at a signal that it does not listen for.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
  const load = entrypoints[name]
  if (load === undefined) throw new StartError([{ name, message: `is no entrypoint; there is ${Object.keys(entrypoints).join(', ')}` }])
  const { default: app } = await load()
  started = app.running
  try {
    await open(app)
  } catch (error) {
    await started.ending.run(FAILED_START_MS)
    throw error
  }
}

start(process.argv[2] ?? 'monolith').catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error)
  process.exit(error instanceof StartError ? 2 : 1)
})
