import { unavailable } from '../../contract/faults.ts'
import { Violation } from '../sql.ts'

const constraint = /^(UNIQUE|FOREIGN KEY|CHECK) constraint failed(?:: (.*))?$/s
const kinds = { 'UNIQUE': 'unique', 'FOREIGN KEY': 'foreign', 'CHECK': 'check' } as const
/** SQLITE_BUSY, NOMEM, READONLY, IOERR, FULL, CANTOPEN: nothing is wrong with the change, and it may succeed later. */
const passing = new Set([5, 7, 8, 10, 13, 14])

const primaryCode = (error: Error): number | undefined =>
  'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined

/** What a caller gets to see of an error of the engine: a `Violation`, the fault `unavailable`, or the error as it is. */
export const refusal = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error
  const [, kind, columns = ''] = constraint.exec(error.message) ?? []
  if (kind === 'UNIQUE' || kind === 'FOREIGN KEY' || kind === 'CHECK') return new Violation(kinds[kind], columns)
  if (passing.has(primaryCode(error) ?? 0)) return Object.assign(unavailable('The database cannot store this now'), { cause: error })
  return error
}
