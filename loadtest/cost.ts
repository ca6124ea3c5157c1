/**
 * What a shape costs: the same load on one process, on one whose stores are on servers, and on services, and what each needs
 * for it. Prints a table in Markdown.
 *
 *   npm run cost -- [--seconds 5] [--connections 16]
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { load, quantile } from './paired/connections.ts'
import type { Server } from './paired/servers.ts'
import { type Measured, type ShapeName, type Shapes, measured, shapeNames, startShapes } from './paired/shapes.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' }, connections: { type: 'string', default: '16' } } })
const [ms, most] = [Number(values.seconds) * 1000, Number(values.connections)]
if (!(ms > 0) || !(most > 0)) throw new Error('--seconds and --connections take numbers above zero')

/** Counters of all processes of a shape together, by name. */
const counted = async (processes: readonly Server[]): Promise<Map<string, number>> => {
  const found = new Map<string, number>()
  for (const { metricsPort } of processes) {
    for (const line of (await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()).split('\n')) {
      const [, name = '', value] = /^(mercado_\w+_total)(?:\{[^}]*\})? (\S+)$/.exec(line) ?? []
      if (value !== undefined) found.set(name, (found.get(name) ?? 0) + Number(value))
    }
  }
  return found
}

interface Row { what: string; cells: Readonly<Record<ShapeName, string>> }
const rows: Row[] = []
const row = (what: string, of: (which: ShapeName) => string): void => { rows.push({ what, cells: { monolith: of('monolith'), onServers: of('onServers'), services: of('services') } }) }
const perThousand = (seconds: number, answered: number): string => (seconds / answered * 1000).toFixed(2)

interface Run { answered: number; perSecond: number; p50: number; p99: number; cpuSeconds: number; serversCpu: Readonly<Record<string, number>>; counted: ReadonlyMap<string, number> }

const run = async (shapes: Shapes, which: ShapeName, one: Measured, connections: number): Promise<Run> => {
  const server: Server = shapes[which]
  const requests = shapes.requests(which, one)
  await requests.fill?.()
  await load({ port: server.port, connections, ms: 1000, next: requests.next })
  await requests.fill?.()
  const servers = () => (which === 'monolith' ? {} : shapes[which].serversCpuSeconds())
  const before: { cpu: number; servers: Readonly<Record<string, number>>; counted: ReadonlyMap<string, number> } =
    { cpu: server.cpuSeconds(), servers: servers(), counted: await counted(shapes.parts(which)) }
  const { answered, ms: took, latencies } = await load({ port: server.port, connections, ms, next: requests.next })
  const after = { servers: servers(), counted: await counted(shapes.parts(which)) }
  return {
    answered, perSecond: answered / took * 1000, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), cpuSeconds: server.cpuSeconds() - before.cpu,
    serversCpu: Object.fromEntries(Object.entries(after.servers).map(([name, seconds]) => [name, seconds - (before.servers[name] ?? 0)])),
    counted: new Map([...after.counted].map(([name, value]) => [name, value - (before.counted.get(name) ?? 0)])),
  }
}

const shapes = await startShapes()
try {
  const titles: Readonly<Record<Measured, string>> = { detail: 'product detail', add: 'add to cart', checkout: 'checkout' }
  for (const one of measured) {
    for (const connections of [1, most]) {
      const ran = (which: ShapeName) => run(shapes, which, one, connections)
      const runs = { monolith: await ran('monolith'), onServers: await ran('onServers'), services: await ran('services') }
      const at = `${titles[one]}, ${connections} connection${connections === 1 ? '' : 's'}`
      row(`${at}: p50 / p99, ms`, (which) => `${runs[which].p50.toFixed(2)} / ${runs[which].p99.toFixed(1)}`)
      row(`${at}: a second`, (which) => String(Math.round(runs[which].perSecond)))
      row(`${at}: CPU seconds a thousand, the shop's own`, (which) => perThousand(runs[which].cpuSeconds, runs[which].answered))
      row(`${at}: CPU seconds a thousand, servers`, (which) => (which === 'monolith' ? '–'
        : Object.entries(runs[which].serversCpu).map(([name, seconds]) => `${name} ${perThousand(seconds, runs[which].answered)}`).join(', ')))
      if (one !== 'checkout' || connections !== 1) continue
      const each = (which: ShapeName, name: string) => ((runs[which].counted.get(name) ?? 0) / runs[which].answered).toFixed(1)
      row('calls between modules an order', (which) => each(which, 'mercado_bus_calls_total'))
      row('events an order', (which) => each(which, 'mercado_bus_events_total'))
      row('HTTP requests an order, all processes', (which) => each(which, 'mercado_http_requests_total'))
    }
  }
  row('memory, anonymous, MB: the shop\'s own', (which) => shapes[which].anonymousMb().toFixed(0))
  row('memory, anonymous, MB: servers', (which) => (which === 'monolith' ? '–' : Object.entries(shapes[which].serversMb()).map(([name, mb]) => `${name} ${mb.toFixed(0)}`).join(', ')))
} finally {
  await shapes.stop()
}
console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, Node ${process.versions.node}, ${new Date().toISOString()}\n`)
console.log('| | one process, embedded | one process on servers | services on servers |\n|---|---|---|---|')
for (const { what, cells } of rows) console.log(`| ${[what, ...shapeNames.map((name) => cells[name])].join(' | ')} |`)
