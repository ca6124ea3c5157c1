import type { DatabaseSync } from 'node:sqlite'
import { type Made, madeOf, migrationsTable, stepColumns, stepFailed, stepsToMake } from '../migrations.ts'
import type { Migration } from '../sql.ts'
import { engineMigrations } from './events.ts'

/** The steps made so far, none in a file that is new. */
export const stepsMade = (db: DatabaseSync): Made[] => {
  const there = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(migrationsTable)
  if (!there) return []
  return db.prepare(`SELECT scope, number, name, checksum FROM ${migrationsTable} ORDER BY scope, number`).all().map(madeOf)
}

/**
 * Brings the store to the code's schema: each step one transaction. Foreign keys are off meanwhile, so that a table can be
 * rebuilt (a DROP would empty its children), and are checked before each commit.
 */
export const migrate = (db: DatabaseSync, where: string, migrations: readonly Migration[], now: () => number): void => {
  const steps = stepsToMake(where, stepsMade(db), engineMigrations, migrations)
  if (steps.length === 0) return
  db.exec(`PRAGMA foreign_keys = OFF; CREATE TABLE IF NOT EXISTS ${migrationsTable} ${stepColumns} STRICT, WITHOUT ROWID`)
  const record = db.prepare(`INSERT INTO ${migrationsTable} (scope, number, name, checksum, made_at) VALUES (?, ?, ?, ?, ?)`)
  for (const step of steps) {
    db.exec('BEGIN IMMEDIATE')
    try {
      for (const statement of step.statements) db.exec(statement)
      const broken = db.prepare('PRAGMA foreign_key_check').get()
      if (broken) throw new Error(`it leaves a row of ${String(broken['table'])} without its ${String(broken['parent'])}`)
      record.run(step.scope, step.number, step.name, step.checksum, new Date(now()).toISOString())
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw stepFailed(step, where, error)
    }
  }
  db.exec('PRAGMA foreign_keys = ON')
}
