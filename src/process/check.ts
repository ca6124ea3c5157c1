import type { Contract } from '../contract/contract.ts'
import type { Module } from '../module/module.ts'
import type { Problem } from './settings.ts'

/** What keeps a process from starting: every problem at once, each with what to do about it. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(`This shop cannot start:\n${problems.map(({ name, message }) => `  ${name}: ${message}`).join('\n')}`)
    this.problems = problems
  }
}

const cycleFrom = (start: string, uses: ReadonlyMap<string, readonly string[]>): string[] | null => {
  const walk = (name: string, path: readonly string[]): string[] | null => {
    for (const next of uses.get(name) ?? []) {
      if (next === start) return [...path, name, next]
      if (path.includes(next) || next === name) continue
      const found = walk(next, [...path, name])
      if (found !== null) return found
    }
    return null
  }
  return walk(start, [])
}

/** What is beside this process: other modules' contracts, and whether there is a broker to reach them over. */
export interface Surrounded { contracts: readonly Contract[]; broker: boolean }

/** Whether these modules fit together in one process, and with those beside it: names, routes, doors, events. */
export const checkModules = (modules: readonly Module[], { contracts, broker }: Surrounded = { contracts: [], broker: false }): Problem[] => {
  const problems: Problem[] = []
  const here = new Map(modules.map(({ contract }) => [contract.name, contract]))
  const elsewhere = contracts.filter(({ name }) => !here.has(name))
  const known = [...here.values(), ...elsewhere]
  const join = 'name the broker that both stand on with RABBITMQ_URL, or put it into this process with MODULES'
  const routes = new Map<string, string>()
  const names = new Set<string>()
  for (const { contract, uses } of modules) {
    const { name } = contract
    if (names.has(name)) problems.push({ name, message: 'is there twice; name each module once' })
    names.add(name)
    for (const [operation, { route }] of Object.entries(contract.operations)) {
      const shape = route.replace(/\{[^}]+\}/g, '{}')
      const other = routes.get(shape)
      if (other !== undefined) problems.push({ name: `${name}.${operation}`, message: `has the route of ${other}, ${route}; give it another` })
      routes.set(shape, `${name}.${operation}`)
      if (operation in contract.inner) problems.push({ name: `${name}.${operation}`, message: 'is an operation and an inner call; rename one' })
    }
    const said = contract.calls ?? []
    for (const one of new Set([...said, ...Object.keys(uses)])) {
      if (!said.includes(one)) problems.push({ name, message: `uses ${one}, which its contract does not say it calls; add it to the contract's calls` })
      else if (!(one in uses)) problems.push({ name, message: `says that it calls ${one}, and does not use it; take it out of the contract's calls` })
    }
    for (const used of Object.keys(uses)) {
      if (here.has(used)) continue
      const apart = elsewhere.some((one) => one.name === used)
      if (!apart) problems.push({ name, message: `calls ${used}, which there is not; add the module` })
      else if (!broker) problems.push({ name, message: `calls ${used}, which is not in this process: ${join}` })
    }
    for (const [handler, { type }] of Object.entries(contract.hears)) {
      const teller = known.find(({ events }) => Object.values(events).some((event) => event.type === type))
      if (teller === undefined) problems.push({ name: `${name}.${handler}`, message: `hears ${type}, which no module tells` })
      else if (!here.has(teller.name) && !broker) problems.push({ name: `${name}.${handler}`, message: `hears ${type} of ${teller.name}, which is not in this process: ${join}` })
    }
    for (const { type } of Object.values(contract.events)) {
      for (const hearer of broker ? [] : elsewhere) {
        if (Object.values(hearer.hears).some((event) => event.type === type)) problems.push({ name, message: `tells ${type} to ${hearer.name}, which is not in this process: ${join}` })
      }
    }
  }
  const calls = new Map(modules.map(({ contract, uses }) => [contract.name, Object.keys(uses)]))
  for (const name of names) {
    const cycle = cycleFrom(name, calls)
    if (cycle !== null && cycle[0] === [...cycle].sort()[0]) {
      problems.push({ name, message: `calls itself in a circle, ${cycle.join(' → ')}; turn one call into an event` })
    }
  }
  return problems
}
