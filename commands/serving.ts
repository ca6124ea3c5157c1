import { listen } from '../src/http/listen.ts'
import { StartError } from '../src/process/check.ts'
import type { App } from '../src/process/serve.ts'
import { tokens } from '../src/process/tokens.ts'

/** Listens with an entrypoint, says where, and ends in order at SIGTERM or Ctrl-C. */
const entrypoints: Readonly<Record<string, () => Promise<{ default: App }>>> = {
  monolith: () => import('../entrypoints/monolith.ts'),
}
const DRAIN_MS = 8000
const PART_MS = 2000

const onlyMetrics = (app: App) => async (request: Request): Promise<Response> => {
  if (new URL(request.url).pathname !== '/metrics') return new Response('There is only /metrics here\n', { status: 404 })
  const { body, type } = await app.running.container.get(tokens.metrics).text()
  return new Response(body, { headers: { 'content-type': type } })
}

const shownHost = (host: string): string => (['0.0.0.0', '::', ''].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host)

const start = async (name: string): Promise<void> => {
  const load = entrypoints[name]
  if (load === undefined) throw new StartError([{ name, message: `is no entrypoint; there is ${Object.keys(entrypoints).join(', ')}` }])
  const { default: app } = await load()
  const { running } = app
  const { host, port, metricsPort, mercadoData } = running.settings
  const log = running.container.get(tokens.log)
  try {
    const listener = await listen((request, peer) => app.fetch(request, peer), { host, port })
    running.ending.add('http', () => listener.close(DRAIN_MS))
    const url = `http://${shownHost(host)}:${listener.port}`
    running.reachedAt(url)
    const metrics = await listen(onlyMetrics(app), { host, port: metricsPort })
    running.ending.add('metrics listener', () => metrics.close(0))
    await app.answerOperators()
    const metricsUrl = `http://${shownHost(host)}:${metrics.port}`
    if (process.stdout.isTTY) {
      console.log([
        '', `  Mercado is open: ${running.publicUrl()}`, `  REST reference:  ${running.publicUrl()}/docs`, `  Metrics:         ${metricsUrl}/metrics`,
        `  Data folder:     ${mercadoData}`, '', ...running.announcements.map((line) => `  ${line}`), '  Stop it with Ctrl-C.', '',
      ].join('\n'))
    } else {
      for (const line of running.announcements) console.log(line)
      log.info('listening', { url, metricsUrl, folder: mercadoData })
    }
  } catch (error) {
    await running.ending.run(PART_MS)
    const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (inUse) throw new StartError([{ name: 'PORT, METRICS_PORT', message: `${error.message}; end what listens there or choose another` }])
    throw error
  }
  let stopping = false
  const stop = async () => {
    if (stopping) process.exit(1)
    stopping = true
    log.info('stopping')
    await running.ending.run(DRAIN_MS + 1000)
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
}

start(process.argv[2] ?? 'monolith').catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error)
  process.exit(error instanceof StartError ? 2 : 1)
})
