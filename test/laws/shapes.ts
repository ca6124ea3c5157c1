import { type Source, production, withoutComments } from './source.ts'

/** Words that only those say who know in which process they run, or over what. */
const shapes: readonly [RegExp, string][] = [
  [/\b(monolith|split|single[- ]process|microservice)s?\b/i, 'a shape'],
  [/rabbit|amqp/i, 'the broker'],
  [/\bupstreams?\b/i, 'the gateway\'s upstreams'],
  [/\b(POSTGRES|MONGO|REDIS)_URL\b|\b(postgres|mongo|redis)Url\b/, 'where a store is'],
]

/** Modules whose code mentions its shape. Only a store's own file for an engine names that engine. */
export const shapeProblems = (source: Source): string[] => production(source)
  .filter(([path]) => /^modules\/[^/]+\//.test(path))
  .flatMap(([path, text]) => shapes.filter(([pattern]) => pattern.test(withoutComments(text).replaceAll('.split(', '.'))).map(([, what]) => `${path} mentions ${what}`))

export interface Bundle { entryPoint?: string; inputs: Readonly<Record<string, unknown>> }

/** Services whose bundle holds another module's code: its contract is all that they may. */
export const bundleProblems = (bundles: readonly Bundle[], modules: readonly string[]): string[] => bundles.flatMap(({ entryPoint = '', inputs }) => {
  const own = entryPoint.match(/^entrypoints\/(\w+)\.ts$/)?.[1]
  if (own === undefined || (own !== 'gateway' && !modules.includes(own))) return []
  return Object.keys(inputs)
    .filter((path) => path.startsWith('modules/') && path !== 'modules/contracts.ts' && !path.startsWith(`modules/${own}/`) && !/^modules\/[^/]+\/contract\//.test(path))
    .map((path) => `${own}'s bundle holds ${path}`)
})
