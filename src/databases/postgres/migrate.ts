import type postgres from 'postgres'
import { type Made, madeOf, migrationsTable, stepColumns, stepFailed, stepsToMake } from '../migrations.ts'
import type { Migration } from '../sql.ts'
import { engineMigrations } from './events.ts'

type Asked = Pick<postgres.Sql, 'unsafe'>

/** The steps made so far, none in a schema that is new. */
export const stepsMade = async (db: Asked): Promise<Made[]> => {
  const [there] = await db.unsafe(`SELECT to_regclass('${migrationsTable}') IS NOT NULL AS there`)
  if (there?.['there'] !== 1) return []
  return (await db.unsafe(`SELECT scope, number, name, checksum FROM ${migrationsTable} ORDER BY scope, number`)).map(madeOf)
}

/** The version of a store's schema: how many of its module's migrations were made. */
export const schemaVersion = async (db: Asked): Promise<number> => (await stepsMade(db)).filter((step) => step.scope === 'module').length

/** How long one instance waits for another that migrates. */
const WAIT_MS = 120_000

/**
 * Brings the schema to the code's, inside the caller's transaction: all steps or none. Of several instances that start at
 * once one makes them, and the others wait for it.
 */
export const migrate = async (db: Asked, schema: string, where: string, migrations: readonly Migration[], now: () => number): Promise<void> => {
  await db.unsafe(`SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = ${WAIT_MS}`)
  await db.unsafe('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`mercado:${schema}`])
  const [there] = await db.unsafe('SELECT to_regnamespace($1) IS NOT NULL AS there', [`"${schema}"`])
  if (there?.['there'] !== 1) await db.unsafe(`CREATE SCHEMA "${schema}"`)
  const steps = stepsToMake(where, await stepsMade(db), engineMigrations, migrations)
  if (steps.length === 0) return
  await db.unsafe(`CREATE TABLE IF NOT EXISTS ${migrationsTable} ${stepColumns}`)
  for (const step of steps) {
    try {
      for (const statement of step.statements) await db.unsafe(statement)
      await db.unsafe(`INSERT INTO ${migrationsTable} (scope, number, name, checksum, made_at) VALUES ($1, $2, $3, $4, $5)`,
        [step.scope, step.number, step.name, step.checksum, new Date(now()).toISOString()])
    } catch (error) {
      throw stepFailed(step, where, error)
    }
  }
}
