import { Violation } from '../../../../src/databases/sql.ts'

/** What was asked for, or that a unique index had it already. */
export const unlessTaken = async <T>(asked: Promise<T>): Promise<T | 'taken'> => {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Violation && error.kind === 'unique') return 'taken'
    throw error
  }
}
