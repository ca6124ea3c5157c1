import { DatabaseSync } from 'node:sqlite'
import { privateFile } from './private-file.ts'

/**
 * Keeps `<path>.lock` for this process alone, or throws at once. The kernel holds the lock, so it dies with its process,
 * however that ends. The file itself stays: deleting it would let two processes lock two files of one name.
 */
export const lockFile = (path: string): { release(): void } => {
  privateFile(`${path}.lock`)
  const lock = new DatabaseSync(`${path}.lock`)
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (error instanceof Error && error.message.includes('database is locked')) {
      throw new Error(`${path} is in use by another process, and only one at a time may write it. Stop that process, or give this one another MERCADO_DATA.`, { cause: error })
    }
    throw error
  }
  return { release: () => lock.close() }
}
