import { dirname } from 'node:path'
import { type Source, production } from './source.ts'

const runLines = 5
const mostShared = 0.3

/** Runs of five lines, with what two files may well share left out: imports, blanks, lone brackets. */
const runsOf = (text: string): Set<string> => {
  const lines = text.split('\n').map((line) => line.trim()).filter((line) => /\w/.test(line) && !line.startsWith('import '))
  return new Set(lines.slice(0, Math.max(0, lines.length - runLines + 1)).map((_, at) => lines.slice(at, at + runLines).join('\n')))
}

/** Stores of one module that share too much: what is common belongs into rules/ or src/databases. */
export const twinProblems = (source: Source): string[] => {
  const stores = production(source).filter(([path]) => /^modules\/[^/]+\/stores\//.test(path)).map(([path, text]) => ({ path, runs: runsOf(text) }))
  return stores.flatMap((one, at) => stores.slice(at + 1).flatMap((other) => {
    const module = (path: string) => dirname(path).split('/').slice(0, 2).join('/')
    if (module(one.path) !== module(other.path) || Math.min(one.runs.size, other.runs.size) === 0) return []
    const shared = [...one.runs].filter((run) => other.runs.has(run)).length / Math.min(one.runs.size, other.runs.size)
    return shared > mostShared ? [`${one.path} and ${other.path} share ${Math.round(shared * 100)} % of their lines`] : []
  }))
}
