import type { Contract } from '../contract/contract.ts'
import type { Elsewhere } from '../gateway/gateway.ts'
import { type Seen, createUpstreams } from '../gateway/proxy/upstreams.ts'
import { type UpstreamSettings, urlSettings, urlsOf } from '../gateway/settings.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Running, Shape } from './run.ts'
import { type Environment, type Problem, readSettings } from './settings.ts'
import { tokens } from './tokens.ts'

/** The modules that a gateway sends on to other processes, once these have been read. */
export interface ReadUpstreams {
  problems: readonly Problem[]
  /** Connects to them, until the process ends. */
  open(running: Running): Elsewhere[]
}

/** Where the modules are that a gateway does not hold itself. */
export const readUpstreams = ({ modules, contracts = [] }: Pick<Shape, 'modules' | 'contracts'>, env: Environment, settings: UpstreamSettings): ReadUpstreams => {
  const elsewhere: Contract[] = contracts.filter(({ name }) => !modules.some(({ contract }) => contract.name === name))
  const { settings: urls, problems } = readSettings(urlSettings(elsewhere), env)
  return {
    problems,
    open({ container, ending }) {
      if (elsewhere.length === 0) return []
      const observe = counting(container.get(tokens.metrics))
      return elsewhere.map((contract) => {
        const upstreams = createUpstreams({
          module: contract.name, urls: urlsOf(contract, urls), settings, observe,
          world: container.get(tokens.world), log: container.get(tokens.log),
        })
        ending.add(`connections to ${contract.name}`, () => upstreams.stop())
        return { contract, upstreams }
      })
    },
  }
}

/** What the gateway sees of its upstreams, as metrics. */
const counting = (metrics: Pick<Metrics, 'counter'>): ((seen: Seen) => void) => {
  const asked = metrics.counter('mercado_upstream_requests_total', 'Requests sent to an instance of a service, by how they ended', ['module', 'instance', 'outcome'])
  const retried = metrics.counter('mercado_upstream_retries_total', 'Requests that were sent once more', ['module'])
  const refused = metrics.counter('mercado_upstream_refused_total', 'Requests to a service that were answered 503 without asking it', ['module'])
  const left = metrics.counter('mercado_upstream_left_out_total', 'How often an instance was left out', ['module', 'instance'])
  const returned = metrics.counter('mercado_upstream_returned_total', 'How often an instance was ready again', ['module', 'instance'])
  const breaker = metrics.counter('mercado_upstream_breaker_total', 'How often the breaker of a service came to be so', ['module', 'to'])
  return (seen) => {
    switch (seen.is) {
      case 'asked': return asked(seen.module, seen.instance, seen.outcome)
      case 'retried': return retried(seen.module)
      case 'refused': return refused(seen.module)
      case 'left': return left(seen.module, seen.instance)
      case 'returned': return returned(seen.module, seen.instance)
      case 'breaker': return breaker(seen.module, seen.to)
    }
  }
}
