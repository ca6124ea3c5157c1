import { type Source, production } from './source.ts'

/** The engine's own tables are in every store. */
const engine = new Set(['outbox', 'inbox', 'sqlite_schema'])
const words = /\b(?:from|join|into|update|delete from)\s+(?:only\s+)?([a-z_][a-z_0-9]*)\b(?!\s*\()/gi

const templates = (text: string): string[] => [...text.matchAll(/\bsql`([^`]*)`/g)].map((match) => (match[1] ?? '').replace(/\$\{[^}]*\}/g, '?'))

/** Queries that name a table which their own module's migrations did not make. */
export const queryProblems = (source: Source): string[] => {
  const tables = new Map<string, Set<string>>()
  const inModules = production(source).filter(([path]) => /^modules\/[^/]+\//.test(path))
  for (const [path, text] of inModules) {
    const module = path.split('/')[1] ?? ''
    const own = tables.get(module) ?? new Set<string>()
    for (const match of text.matchAll(/create\s+(?:virtual\s+)?(?:table|view)\s+(?:if not exists\s+)?([a-z_0-9]+)/gi)) own.add((match[1] ?? '').toLowerCase())
    // FTS5 keeps an index's pages in a table that it makes beside it.
    for (const match of text.matchAll(/create virtual table ([a-z_0-9]+) using fts5/gi)) own.add(`${(match[1] ?? '').toLowerCase()}_idx`)
    tables.set(module, own)
  }
  const problems: string[] = []
  for (const [path, text] of inModules) {
    const own = tables.get(path.split('/')[1] ?? '') ?? new Set()
    for (const query of templates(text)) {
      const named = new Set([...query.matchAll(/(?:\bwith|,)\s+(?:recursive\s+)?([a-z_0-9]+)(?:\s*\([^)]*\))?\s+as\s+(?:materialized\s+)?\(/gi)].map((match) => (match[1] ?? '').toLowerCase()))
      for (const match of query.matchAll(words)) {
        const table = (match[1] ?? '').toLowerCase()
        if (['set', 'select', 'where', 'values', 'skip', 'nowait', 'of'].includes(table)) continue
        if (!own.has(table) && !engine.has(table) && !named.has(table)) problems.push(`${path} names the table ${table}, which its module did not make`)
      }
    }
  }
  return problems
}
