import { createHash } from 'node:crypto'
import type { Migration } from './sql.ts'

/** What a store remembers of a step it made. The engine's own steps are numbered apart from the module's. */
export interface Made { readonly scope: 'engine' | 'module'; readonly number: number; readonly name: string; readonly checksum: string }
export interface Step extends Made { readonly statements: readonly string[] }

/** Where every engine remembers them. */
export const migrationsTable = 'migrations'
export const stepColumns = `(
    scope TEXT NOT NULL CHECK (scope IN ('engine', 'module')),
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (scope, number)
  )`
/** A row of that table. */
export const madeOf = (row: Readonly<Record<string, unknown>>): Made => ({
  scope: row['scope'] === 'engine' ? 'engine' : 'module',
  number: Number(row['number']),
  name: String(row['name']),
  checksum: String(row['checksum']),
})
/** Says which step of which store failed, and why. */
export const stepFailed = (step: Made, where: string, error: unknown): Error =>
  new Error(`Migration ${step.number} "${step.name}" of ${where} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error })

const checksum = (migration: Migration): string =>
  createHash('sha256').update(JSON.stringify([migration.name, migration.statements])).digest('hex')

const steps = (scope: Made['scope'], migrations: readonly Migration[]): Step[] =>
  migrations.map((migration, index) => ({ scope, number: index + 1, checksum: checksum(migration), ...migration }))

/**
 * The steps still to make, in order: the engine's first. Throws where the store was changed by newer code, or where a
 * released migration was edited; `where` names the store in that sentence.
 */
export const stepsToMake = (where: string, made: readonly Made[], engine: readonly Migration[], module: readonly Migration[]): Step[] => {
  const known = [...steps('engine', engine), ...steps('module', module)]
  const at = (step: Made) => `${step.scope}:${step.number}`
  const wanted = new Map(known.map((step) => [at(step), step]))
  const done = new Set<string>()
  for (const step of made) {
    const now = wanted.get(at(step))
    if (!now) {
      throw new Error(`${where} is newer than this version of Mercado: it has the ${step.scope}'s migration ${step.number} "${step.name}", which is unknown here. Start the version that wrote it, or a newer one.`)
    }
    if (now.checksum !== step.checksum) {
      throw new Error(`${where} was migrated by another text of the ${step.scope}'s migration ${step.number} "${step.name}". A released migration never changes: restore its text and add a new migration after it.`)
    }
    done.add(at(step))
  }
  return known.filter((step) => !done.has(at(step)))
}
