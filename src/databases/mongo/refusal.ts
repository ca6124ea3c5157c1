import { isFault } from '../../contract/fault.ts'
import { unavailable } from '../../contract/faults.ts'
import { Violation } from '../sql.ts'

const codeOf = (error: Error): number => ('code' in error && typeof error.code === 'number' ? error.code : 0)

/** The connection is gone, or none could be made, or the driver gave up waiting for one. */
const lost = new RegExp('^(Mongo)?(Network|ServerSelection|OperationTimeout|PoolCleared|PoolClosed|WaitQueueTimeout'
  + '|TopologyClosed|NotConnected|ClientClosed|WriteConcern)')
/**
 * Nothing is wrong with the change and it may succeed later: the server is no longer the primary, or ends, or gave up
 * waiting for others, for a lock, or for its disk.
 */
const passing = new Set([6, 7, 24, 39, 46, 50, 64, 89, 91, 100, 112, 134, 189, 202, 262, 317, 9001, 10058, 10107, 11600, 11602, 13435, 13436, 14031])
const DUPLICATE = 11000
const INVALID = 121

/** The fields of the index that the server names; by its message, which is all that every server gives. */
const constraintOf = (message: string, collection: string): string => {
  const index = /index: (?:\S+\.\$)?(\S+)/.exec(message)?.[1] ?? ''
  return fieldsOf(index).map((field) => `${collection}.${field}`).join(', ')
}

/** An index's name says its fields and their directions. */
export const indexName = (fields: Readonly<Record<string, 1 | -1>>): string => Object.entries(fields).map(([field, way]) => `${field}_${way}`).join('_')
const fieldsOf = (name: string): string[] => (name === '_id_' ? ['_id'] : name.split(/_-?1(?:_|$)/).filter((field) => field !== ''))

/** What a caller gets to see of an error of the driver: a `Violation`, the fault `unavailable`, or the error as it is. */
export const refusal = (error: unknown, collection: string): unknown => {
  if (!(error instanceof Error) || isFault(error)) return error
  const code = codeOf(error)
  if (code === DUPLICATE) return new Violation('unique', constraintOf(error.message, collection))
  if (code === INVALID) return new Violation('check', collection)
  if (lost.test(error.name) || passing.has(code)) return Object.assign(unavailable('The database cannot be reached now'), { cause: error })
  return error
}
