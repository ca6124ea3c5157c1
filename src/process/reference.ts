import { topologyPage } from '../bus/topology.ts'
import type { Fault } from '../contract/fault.ts'
import * as standard from '../contract/faults.ts'
import type { Module } from '../module/module.ts'
import { everySetting, settingsTable } from './every-setting.ts'

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')

/** Who calls whom, and who hears what. */
const picture = (modules: readonly Module[]): string => {
  const teller = new Map(modules.flatMap(({ contract }) => Object.values(contract.events).map((event) => [event.type, contract.name] as const)))
  const lines = modules.flatMap(({ contract, uses }) => [
    `  ${contract.name}`,
    ...Object.keys(uses).map((used) => `  ${contract.name} --> ${used}`),
    ...Object.values(contract.hears).map(({ type }) => `  ${teller.get(type) ?? 'nobody'} -. ${type} .-> ${contract.name}`),
  ])
  return ['```mermaid', 'graph LR', ...lines, '```'].join('\n')
}

const operations = (modules: readonly Module[]): string => table(['Operation', 'Route', 'Access', 'Summary'],
  modules.flatMap(({ contract }) => Object.entries(contract.operations).map(([name, { route, access, summary }]) =>
    [`${contract.name}.${name}`, `\`${route}\``, access, summary])))

const inner = (modules: readonly Module[]): string => table(['Door', 'Calls', 'Used by'],
  modules.filter(({ contract }) => Object.keys(contract.inner).length > 0).map(({ contract }) =>
    [contract.name, Object.keys(contract.inner).join(', '), modules.filter(({ uses }) => contract.name in uses).map((one) => one.contract.name).join(', ')]))

const events = (modules: readonly Module[]): string => table(['Event', 'Told by', 'Heard by', 'Carries'],
  [...new Map(modules.flatMap(({ contract }) => Object.values(contract.events).map((event) => [event.type, event] as const)))].sort().map(([type, { data }]) => [
    `\`${type}\``,
    modules.filter(({ contract }) => Object.values(contract.events).some((event) => event.type === type)).map(({ contract }) => contract.name).join(', '),
    modules.filter(({ contract }) => Object.values(contract.hears).some((event) => event.type === type)).map(({ contract }) => contract.name).join(', ') || '–',
    Object.keys(data['properties'] ?? {}).join(', '),
  ]))

const faults = (modules: readonly Module[]): string => {
  const own = modules.flatMap(({ contract }) => Object.values(contract.operations).flatMap(({ faults = [] }) => faults))
  const all = new Map<string, Fault>([...Object.values(standard), ...own].map((fault) => [fault.code, fault]))
  return table(['Code', 'Status', 'May succeed unchanged', 'Says'], [...all.values()].sort((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1))
    .map(({ code, status, retry, title }) => [`\`${code}\``, String(status), retry ? 'yes' : 'no', title]))
}

const measures = (modules: readonly Module[]): string => table(['Metric', 'Kind', 'Labels', 'Help'],
  modules.flatMap(({ contract, measures = {} }) => Object.entries(measures).map(([name, { kind, labels = [], help }]) =>
    [`\`mercado_${contract.name}_${name}${kind === 'counter' ? '_total' : ''}\``, kind, labels.join(', '), help])))

/** The documents that are made from the code, by their path in docs/. */
export const referenceDocs = (modules: readonly Module[]): Readonly<Record<string, string>> => ({
  'configuration.md': `# Settings\n\nEnvironment variables, read once at the start. A wrong one ends the start with every problem listed and exit code 2.
A module's own value goes before the shared one: \`AUTH_RATE_LIMIT\` before \`RATE_LIMIT\`. \`npm run config\` shows what is set.
This page is made by \`npm run docs\`.\n\n${settingsTable(everySetting(modules))}\n`,
  'topology.md': topologyPage(modules.map(({ contract }) => contract)),
  'reference.md': `# Reference\n\nMade from the contracts by \`npm run docs\`; a test compares it with the code. The REST API in full is at \`/docs\` of a running shop.

## Modules\n\nA solid arrow is a call over a door, a dotted one an event.\n\n${picture(modules)}

## Operations\n\n${operations(modules)}\n\n## Calls between modules\n\n${inner(modules)}\n\n## Events\n\n${events(modules)}

## Errors\n\n${faults(modules)}\n\n## Metrics of modules\n\nBeside these, every process counts requests and their durations by module and operation
(\`mercado_http_requests_total\`, \`mercado_http_request_seconds\`), store operations (\`mercado_store_seconds\`), the event loop's
lag, outbox depth and age, dead letters, and what prom-client says of a process.\n\n${measures(modules)}\n`,
})
