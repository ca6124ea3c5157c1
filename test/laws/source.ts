import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'

/** Source files by path from the repository's root, with forward slashes. */
export type Source = ReadonlyMap<string, string>

const root = join(import.meta.dirname, '../..')
const folders = ['src', 'modules', 'entrypoints', 'commands', 'deploy', 'test', 'loadtest']

/** The repository's own TypeScript, found by reading its folders. */
export const readSource = (): Source => {
  const source = new Map<string, string>()
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name.endsWith('.d.ts')) continue
      const path = join(entry.parentPath, entry.name)
      source.set(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8'))
    }
  }
  return source
}

/** The text without its comments, strings and templates kept. */
export const withoutComments = (text: string): string =>
  text.replace(/('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*/g, (all, kept) => kept ?? ' ')

/** What a file imports: paths from the root for its own, bare names for libraries. */
export const importsOf = (path: string, text: string): string[] => {
  const found = [...withoutComments(text).matchAll(/(?:from\s+|import\s+|import\()\s*['"]([^'"\n]+)['"]/g)].map((match) => match[1] ?? '')
  return found.map((name) => (name.startsWith('.') ? posix.join(dirname(path), name) : name))
}

export const isTest = (path: string): boolean =>
  path.startsWith('test/') || path.startsWith('loadtest/') || path.includes('.test.') || path.includes('/suites/') || path.includes('/testing/')

/** Production files only. */
export const production = (source: Source): [string, string][] => [...source].filter(([path]) => !isTest(path))
