import type { Contract } from '../contract/contract.ts'
import type { EventType } from '../contract/event.ts'

/** What stands on a broker, by name. `prefix` sets shops on one broker apart. */
export const namesOn = (prefix = 'mercado') => ({
  /** The topic exchange that every event goes to, by its type. */
  events: `${prefix}.events`,
  /** Events that a module has not dealt with yet. */
  queue: (module: string) => `${prefix}.${module}`,
  /** Events that it refused too often. */
  dead: (module: string) => `${prefix}.${module}.dead`,
  /** Calls to a module; gone when nobody answers them. */
  calls: (module: string) => `${prefix}.calls.${module}`,
  /** An exchange and the queue behind it, where events of all modules wait this long before they come again. */
  retry: (ms: number) => `${prefix}.retry.${ms}`,
})
export type Names = ReturnType<typeof namesOn>

/** How long an event waits after each failure; after the last of these, as long again. The same growth as in one process. */
export const retryStepsMs: readonly number[] = [1000, 2000, 4000, 8000, 16_000, 30_000]

export interface Hearing { module: string; types: readonly EventType[] }

/** Which module hears what, from all contracts. */
export const hearings = (contracts: readonly Contract[]): Hearing[] => contracts
  .map(({ name, hears }) => ({ module: name, types: [...new Set(Object.values(hears).map(({ type }) => type))] }))
  .filter(({ types }) => types.length > 0)

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
const code = (text: string) => `\`${text}\``

/** `docs/topology.md`: what the services declare on RabbitMQ. */
export const topologyPage = (contracts: readonly Contract[]): string => {
  const names = namesOn()
  const hearing = hearings(contracts)
  const called = contracts.filter(({ inner }) => Object.keys(inner).length > 0)
  const told = contracts.flatMap(({ name, events }) => Object.values(events).map(({ type }) => ({ name, type })))
  const queues = [
    ...hearing.flatMap(({ module, types }) => [
      [code(names.queue(module)), 'quorum', types.map(code).join(', '), `events that ${module} has not dealt with yet`],
      [code(names.dead(module)), 'quorum', '', `events that ${module} refused too often, until an operator replays or drops them`],
    ]),
    ...retryStepsMs.map((ms) => [code(names.retry(ms)), 'quorum', `everything at the exchange ${code(names.retry(ms))}`, `waits ${ms / 1000} s, then goes back to its module's queue`]),
    ...called.map(({ name }) => [code(names.calls(name)), 'classic, gone with its last consumer', '', `calls to ${name}; the answers go straight back`]),
  ]
  const lines = [
    `  events{{${names.events}}}`,
    ...[...new Set(told.map(({ name }) => name))].map((name) => `  ${name}([${name}]) --> events`),
    ...hearing.flatMap(({ module, types }) => [
      `  events -- ${types.join('<br/>')} --> q_${module}[(${names.queue(module)})]`, `  q_${module} --> h_${module}([${module}])`,
      `  h_${module} -. failed .-> retry[(${names.retry(1000)} …)]`, `  retry -. again .-> q_${module}`, `  h_${module} -. too often .-> d_${module}[(${names.dead(module)})]`,
    ]),
  ]
  return `# What stands on RabbitMQ

Made from the contracts by \`npm run docs\`. Every service declares all of it when it connects, so nothing is lost that is told before
a hearer's first start. Why it is so: [the bus over RabbitMQ](decisions/bus-over-rabbitmq.md). The messages are described by
\`/asyncapi.json\` of a running shop.

\`\`\`mermaid
graph LR
${lines.join('\n')}
\`\`\`

## Exchanges

${table(['Exchange', 'Type', 'For'], [
    [code(names.events), 'topic, durable', 'every event, by its type'],
    ...retryStepsMs.map((ms) => [code(names.retry(ms)), 'fanout, durable', `events that come again in ${ms / 1000} s`]),
  ])}

## Queues

All are durable.

${table(['Queue', 'Kind', 'Bound to', 'Holds'], queues)}
`
}
