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

/** Whether these modules fit together in one process: names, routes, doors, events. */
export const checkModules = (modules: readonly Module[]): Problem[] => {
  const problems: Problem[] = []
  const names = new Set<string>()
  const routes = new Map<string, string>()
  const emitted = new Set(modules.flatMap(({ contract }) => Object.values(contract.events).map((event) => event.type)))
  for (const { contract, uses } of modules) {
    if (names.has(contract.name)) problems.push({ name: contract.name, message: 'is there twice; name each module once' })
    names.add(contract.name)
    for (const [operation, { route }] of Object.entries(contract.operations)) {
      const shape = route.replace(/\{[^}]+\}/g, '{}')
      const other = routes.get(shape)
      if (other !== undefined) problems.push({ name: `${contract.name}.${operation}`, message: `has the route of ${other}, ${route}; give it another` })
      routes.set(shape, `${contract.name}.${operation}`)
      if (operation in contract.inner) problems.push({ name: `${contract.name}.${operation}`, message: 'is an operation and an inner call; rename one' })
    }
    for (const used of Object.keys(uses)) {
      if (!modules.some((one) => one.contract.name === used)) {
        problems.push({ name: contract.name, message: `calls ${used}, which is not in this process; add the module` })
      }
    }
    for (const [handler, event] of Object.entries(contract.hears)) {
      if (!emitted.has(event.type)) problems.push({ name: `${contract.name}.${handler}`, message: `hears ${event.type}, which no module here tells` })
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
