import { type Source, importsOf, isTest, production, withoutComments } from './source.ts'

/** The databases' ports: all that is known of them outside. */
const ports = ['sql', 'documents', 'keys', 'cache'].map((name) => `databases/${name}.ts`)
/** What each part of src/ may import of src/; itself always. Nothing imports upwards. */
const layers: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  module: ['contract', ...ports],
  databases: ['contract', 'module'],
  bus: ['contract', 'module', 'databases/sql.ts'],
  http: ['contract', 'module', 'bus/topology.ts'],
  gateway: ['contract', 'module', 'http'],
  observe: ['contract', 'module'],
  process: ['contract', 'module', 'databases', 'bus', 'http', 'gateway', 'observe'],
}
const drivers = new Set(['node:sqlite', 'postgres', 'mongodb', 'ioredis'])
/** Libraries with one door each into the house. */
const onlyIn: Readonly<Record<string, string>> = {
  tsyringe: 'src/process/container.ts', 'reflect-metadata': 'src/process/container.ts', 'prom-client': 'src/observe/metrics.ts', amqplib: 'src/bus/rabbitmq/',
}
const worldly: readonly [RegExp, string][] = [
  [/\bDate\.now\(/, 'Date.now()'], [/\bnew Date\(\)/, 'new Date()'], [/\bMath\.random\(/, 'Math.random()'],
  [/\brandomUUID\(/, 'randomUUID()'], [/\brandomBytes\(/, 'randomBytes()'], [/\bset(Timeout|Interval)\(/, 'a timer'],
]
/** What modules ask the world for besides; layers under them may measure a duration and give way to others. */
const worldlyInModules: readonly [RegExp, string][] = [
  [/\bperformance\.now\(/, 'performance.now()'], [/\bsetImmediate\(/, 'setImmediate()'], [/\bAbortSignal\.timeout\(/, 'a timer'],
]
/** What ships imports nothing that does not. */
const ships = (path: string): boolean => /^(src|modules|entrypoints)\//.test(path)
const isLibrary = (name: string): boolean => /^(?!node:)@?[a-z]/.test(name) && !/^(src|modules|entrypoints|commands|deploy|test|loadtest)\//.test(name) && !name.endsWith('.json')
const libraryOf = (name: string): string => name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/')

const own = (path: string): string => path.split('/').slice(0, 2).join('/')
const sourceOf = (module: string, source: Source): [string, string][] =>
  production(source).filter(([path]) => path.startsWith(`modules/${module}/`))

/** Names in `uses: { … }` or `hears: { … }` of a module's definition or contract. */
const namesIn = (property: string, text: string): string[] => {
  const found = withoutComments(text).match(new RegExp(`\\b${property}:\\s*\\{([^}]*)\\}`))
  return (found?.[1] ?? '').split(',').map((name) => name.split(':')[0]?.trim() ?? '').filter((name) => name !== '')
}

const mayContract = (path: string, wanted: string, source: Source): boolean => {
  if (wanted.startsWith('src/contract/') || wanted.startsWith(`${own(path)}/contract/`)) return true
  if (!/^modules\/[^/]+\/contract\//.test(wanted)) return false
  // Another contract's events and shapes, as long as that file leads to no further module.
  return importsOf(wanted, source.get(wanted) ?? '').every((next) => !next.startsWith('modules/') || own(next) === own(wanted))
}

const mayModule = (path: string, wanted: string, contracts: ReadonlySet<string>): boolean => {
  if (wanted.startsWith('src/contract/') || wanted.startsWith('src/module/') || ports.some((port) => wanted === `src/${port}`)) return true
  if (wanted.startsWith(`${own(path)}/`)) return true
  const [, module = '', part] = wanted.split('/')
  return wanted.startsWith('modules/') && part === 'contract' && contracts.has(module)
}

/** Every import that the house does not allow, one sentence each; `dependencies` are installed where the shop runs. */
export const importProblems = (source: Source, dependencies: ReadonlySet<string>): string[] => {
  const problems: string[] = []
  for (const [path, text] of production(source)) {
    const [top = '', part = ''] = path.split('/')
    const module = top === 'modules' && path.split('/').length > 2 ? part : null
    const definition = module === null ? '' : source.get(`modules/${module}/module.ts`) ?? ''
    const heard = module === null ? [] : importsOf(`modules/${module}/contract/index.ts`, source.get(`modules/${module}/contract/index.ts`) ?? '')
      .filter((name) => name.startsWith('modules/')).map((name) => name.split('/')[1] ?? '')
    const contracts = new Set([...namesIn('uses', definition), ...heard])
    for (const wanted of importsOf(path, text)) {
      if (drivers.has(wanted) && !path.startsWith('src/databases/')) problems.push(`${path} imports the driver ${wanted}; only src/databases does`)
      const door = onlyIn[wanted]
      if (door !== undefined && !path.startsWith(door)) problems.push(`${path} imports ${wanted}; only ${door} does`)
      if (isLibrary(wanted) && !dependencies.has(libraryOf(wanted))) problems.push(`${path} imports ${wanted}, which is no dependency in package.json`)
      if (ships(path) && (wanted.startsWith('commands/') || isTest(wanted))) problems.push(`${path} imports ${wanted}, which does not ship`)
      if (!wanted.startsWith('src/') && !wanted.startsWith('modules/')) continue
      if (top === 'src') {
        const [, layer = '', ...rest] = wanted.split('/')
        const allowed = [part, ...(layers[part] ?? [])]
        if (wanted.startsWith('modules/')) problems.push(`${path} imports ${wanted}; src knows no module`)
        else if (!allowed.includes(layer) && !allowed.includes([layer, ...rest].join('/'))) problems.push(`${path} imports ${wanted}, which is above it`)
      }
      if (module !== null && path.startsWith(`modules/${module}/contract/`)) {
        if (!mayContract(path, wanted, source)) problems.push(`${path} imports ${wanted}; a contract imports src/contract and other contracts' leaves`)
      } else if (module !== null && !mayModule(path, wanted, contracts)) {
        problems.push(`${path} imports ${wanted}, which a module may not`)
      }
    }
    const code = withoutComments(text)
    if (/\b(process|Deno)\.env\b/.test(code) && !path.startsWith('src/process/')) problems.push(`${path} reads the environment; only src/process does`)
    if (path.startsWith('src/process/') || path.startsWith('commands/') || path.startsWith('deploy/') || path.startsWith('src/observe/')) continue
    for (const [pattern, what] of module === null ? worldly : [...worldly, ...worldlyInModules]) if (pattern.test(code)) problems.push(`${path} uses ${what}; ask the world`)
  }
  return [...problems, ...unusedNames(source)]
}

const unusedNames = (source: Source): string[] => {
  const problems: string[] = []
  for (const [path, text] of source) {
    const module = path.match(/^modules\/([^/]+)\/module\.ts$/)?.[1]
    if (module === undefined) continue
    for (const used of namesIn('uses', text)) {
      const called = sourceOf(module, source).some(([, code]) => new RegExp(`\\bdoors\\??\\.${used}\\b|\\bDoor<typeof ${used}>`).test(withoutComments(code)))
      if (!called) problems.push(`${path} uses ${used} and never calls it`)
    }
  }
  return problems
}
