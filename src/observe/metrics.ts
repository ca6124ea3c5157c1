import { Counter, Gauge, Histogram, type HistogramConfiguration, Registry, collectDefaultMetrics } from 'prom-client'
import type { Log, Measure } from '../module/log.ts'
import type { MeasureShape } from '../module/module.ts'

export interface Metrics {
  request(module: string, operation: string, status: number, ms: number): void
  /** Where one store's operations are counted. */
  store(module: string): (kind: string, ms: number) => void
  /** What a module counts under its declared names. */
  measure(module: string, shapes: Readonly<Record<string, MeasureShape>>): Measure
  /** A counter of the process's own, by the values of its labels in their order. */
  counter(name: string, help: string, labels: readonly string[]): (...values: string[]) => void
  /** A gauge asked for its values when metrics are read. */
  observe(name: string, help: string, labels: readonly string[], read: () => Promise<readonly Sample[]>): void
  /** The text that Prometheus reads, and its content type. */
  text(): Promise<{ body: string; type: string }>
  stop(): void
}
export interface Sample { value: number; labels?: Readonly<Record<string, string>> }

const seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15]
const LOOP_EVERY_MS = 500
/** Node measures its loop with a timer of its own. At prom-client's 10 ms that is half of what an idle process does. */
const LOOP_PRECISION_MS = 100
/** One that cannot be read holds up no other: whoever reads them gives up after ten seconds. */
const GAUGE_MS = 2000

const inTime = <T>(ms: number, asked: Promise<T>): Promise<T> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`It was not read within ${ms} ms`)), ms)
  return Promise.race([asked, late.promise]).finally(() => clearTimeout(timer))
}

/** The process's metrics in a registry of their own. Handles bound to labels are kept: a fifth cheaper at each use. */
export const createMetrics = (log: Log, gaugeMs = GAUGE_MS): Metrics => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'mercado_', eventLoopMonitoringPrecision: LOOP_PRECISION_MS })
  const requests = new Counter({ name: 'mercado_http_requests_total', help: 'Answered requests', labelNames: ['module', 'operation', 'status'], registers: [registry] })
  const durations = new Durations({ name: 'mercado_http_request_seconds', help: 'From a request to its answer', labelNames: ['module', 'operation'], buckets: seconds, registers: [registry] })
  const stores = new Durations({ name: 'mercado_store_seconds', help: 'One operation of a store', labelNames: ['module', 'kind'], buckets: seconds, registers: [registry] })
  // Deno has no event-loop histogram (it reads 0): the drift of a timer is the same thing measured from outside.
  const lag = new Histogram({ name: 'mercado_event_loop_lag_seconds', help: `How late a timer of ${LOOP_EVERY_MS} ms ran`, buckets: seconds, registers: [registry] })
  let due = performance.now() + LOOP_EVERY_MS
  const loop = setInterval(() => {
    const now = performance.now()
    lag.observe(Math.max(0, now - due) / 1000)
    due = now + LOOP_EVERY_MS
  }, LOOP_EVERY_MS)
  loop.unref()

  const operations = new Map<string, { took: (seconds: number) => void; counts: Map<number, Counter.Internal> }>()

  return {
    request(module, operation, status, ms) {
      const name = `${module} ${operation}`
      let met = operations.get(name)
      if (met === undefined) operations.set(name, (met = { took: durations.series({ module, operation }), counts: new Map() }))
      met.took(ms / 1000)
      let count = met.counts.get(status)
      if (count === undefined) met.counts.set(status, (count = requests.labels(module, operation, String(status))))
      count.inc()
    },
    store(module) {
      const kinds = new Map<string, (seconds: number) => void>()
      return (kind, ms) => {
        let took = kinds.get(kind)
        if (took === undefined) kinds.set(kind, (took = stores.series({ module, kind })))
        took(ms / 1000)
      }
    },
    measure(module, shapes) {
      const counters = new Map<string, Counter>()
      for (const [name, { kind, help, labels = [] }] of Object.entries(shapes)) {
        if (kind === 'counter') counters.set(name, new Counter({ name: `mercado_${module}_${name}_total`, help, labelNames: [...labels], registers: [registry] }))
      }
      return {
        add(name, by = 1, labels = {}) {
          const counter = counters.get(name)
          if (counter === undefined) throw new Error(`${module} counts ${name} without having declared it in measures`)
          counter.inc(labels, by)
        },
      }
    },
    counter(name, help, labels) {
      const counter = new Counter({ name, help, labelNames: [...labels], registers: [registry] })
      const bound = new Map<string, Counter.Internal>()
      return (...values) => {
        const key = values.join(' ')
        let one = bound.get(key)
        if (one === undefined) bound.set(key, (one = counter.labels(...values)))
        one.inc()
      }
    },
    observe(name, help, labels, read) {
      const gauge: Gauge = new Gauge({
        name, help, labelNames: [...labels], registers: [registry],
        async collect() {
          try {
            const samples = await inTime(gaugeMs, read())
            gauge.reset()
            for (const { value, labels: at = {} } of samples) gauge.set(at, value)
          } catch (error) {
            // What it was is not what it is.
            gauge.reset()
            log.warn('a gauge cannot be read', { name, error })
          }
        },
      })
    },
    text: async () => ({ body: await registry.metrics(), type: registry.contentType }),
    stop: () => clearInterval(loop),
  }
}

interface Series { readonly labels: Readonly<Record<string, string>>; readonly counts: number[]; sum: number; count: number }

/**
 * A histogram whose observations are a few additions: prom-client's own checks and hashes its labels at each one, which for
 * one request cost as much as routing it. It tells the same when it is read.
 */
class Durations extends Histogram<string> {
  readonly #about: HistogramConfiguration<string> & { buckets: number[] }
  readonly #series: Series[] = []

  constructor(about: HistogramConfiguration<string> & { buckets: number[] }) {
    super(about)
    this.#about = about
  }

  /** Takes the observations, in seconds, under these labels. */
  series(labels: Readonly<Record<string, string>>): (seconds: number) => void {
    const bounds = this.#about.buckets
    const series: Series = { labels, counts: bounds.map(() => 0), sum: 0, count: 0 }
    this.#series.push(series)
    return (seconds) => {
      series.sum += seconds
      series.count += 1
      for (let at = 0; at < bounds.length; at++) {
        if (seconds > (bounds[at] ?? 0)) continue
        series.counts[at] = (series.counts[at] ?? 0) + 1
        return
      }
    }
  }

  /** What the registry reads; prom-client's `get` stands on it too. */
  async getForPromString() {
    const { name, help, buckets: bounds } = this.#about
    const values = this.#series.flatMap(({ labels, counts, sum, count }) => {
      let below = 0
      const line = (metric: string, value: number, le: Record<string, number | string> = {}) => ({ metricName: `${name}_${metric}`, labels: { ...labels, ...le }, sharedLabels: {}, value })
      const buckets = counts.map((here, at) => line('bucket', (below += here), { le: bounds[at] ?? 0 }))
      return [...buckets, line('bucket', count, { le: '+Inf' }), line('sum', sum), line('count', count)]
    })
    return { name, help, type: 'histogram', aggregator: 'sum', values }
  }
}
