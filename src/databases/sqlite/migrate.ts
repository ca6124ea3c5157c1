import type { DatabaseSync } from 'node:sqlite'
import { type Made, stepsToMake } from '../migrations.ts'
import type { Migration } from '../sql.ts'
import { engineMigrations } from './events.ts'

export const migrationsTable = 'migrations'

/** The steps made so far, none in a file that is new. */
export const stepsMade = (db: DatabaseSync): Made[] => {
  const there = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(migrationsTable)
  if (!there) return []
  return db.prepare(`SELECT scope, number, name, checksum FROM ${migrationsTable} ORDER BY scope, number`).all().map((row) => ({
    scope: row['scope'] === 'engine' ? 'engine' : 'module',
    number: Number(row['number']),
    name: String(row['name']),
    checksum: String(row['checksum']),
  }))
}

/**
 * Brings the store to the code's schema: each step one transaction. Foreign keys are off meanwhile, so that a table can be
 * rebuilt (a DROP would empty its children), and are checked before each commit.
 */
export const migrate = (db: DatabaseSync, where: string, migrations: readonly Migration[], now: () => number): void => {
  const steps = stepsToMake(where, stepsMade(db), engineMigrations, migrations)
  if (steps.length === 0) return
  db.exec(`PRAGMA foreign_keys = OFF; CREATE TABLE IF NOT EXISTS ${migrationsTable} (
    scope TEXT NOT NULL CHECK (scope IN ('engine', 'module')),
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (scope, number)
  ) STRICT, WITHOUT ROWID`)
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
      const reason = error instanceof Error ? error.message : String(error)
      throw new Error(`Migration ${step.number} "${step.name}" of ${where} failed: ${reason}`, { cause: error })
    }
  }
  db.exec('PRAGMA foreign_keys = ON')
}
