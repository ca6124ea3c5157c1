import type { Source } from './source.ts'

/** Modules whose stores or behaviour are not held to a suite, one sentence each. */
export const suiteProblems = (source: Source): string[] => {
  const problems: string[] = []
  const paths = [...source.keys()]
  for (const path of paths) {
    const module = path.match(/^modules\/([^/]+)\/module\.ts$/)?.[1]
    if (module === undefined) continue
    const at = `modules/${module}/`
    for (const kind of ['stores', 'behaviour']) {
      if (!paths.some((one) => one.startsWith(`${at}suites/${kind}/`))) problems.push(`${module} has no suite in suites/${kind}`)
    }
    for (const engine of source.get(path)?.match(/\bstores:\s*\{([\s\S]*?)\}\s*\}/)?.[1]?.matchAll(/\b(sqlite|postgres|mongo|redis):/g) ?? []) {
      const runs = [...source].some(([one, text]) => one.startsWith(`${at}stores/`) && one.endsWith('.test.ts')
        && text.includes('suites/stores') && text.includes('readdir') && text.toLowerCase().includes(`open${engine[1] ?? ''}`))
      if (!runs) problems.push(`${module}: no test in stores/ runs the suites, found by reading the folder, over ${engine[1]}`)
    }
  }
  return problems
}

/** Settings that no test sets. */
export const untriedSettings = (names: readonly { name: string; property: string }[], source: Source): string[] => {
  const tests = [...source].filter(([path]) => path.startsWith('test/') || path.includes('.test.') || path.includes('/suites/')).map(([, text]) => text).join('\n')
  return names.filter(({ name, property }) => !new RegExp(`\\b(${name}|${property})\\b`).test(tests)).map(({ name }) => `no test sets ${name}`)
}
