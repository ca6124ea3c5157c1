import { unavailable } from '../../contract/faults.ts'
import { Violation } from '../sql.ts'

const codeOf = (error: unknown): string => error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
const member = (error: Error, name: string): string => {
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' ? value : ''
}

/** The connection is gone, or none could be made. */
export const isLost = (error: unknown): boolean =>
  /^(CONNECTION_|CONNECT_TIMEOUT|E[A-Z_]{3,}$|57P0[1-3]|08|25P03)/.test(codeOf(error))

/** The server undid the change because of another that ran at the same time; made again it may hold. */
export const isCollision = (error: unknown): boolean => codeOf(error) === '40001' || codeOf(error) === '40P01'

/**
 * Nothing is wrong with the change and it may succeed later: 53 is a server without disk, memory or connections, 58 its
 * disk's refusal, 55P03 and 57014 a wait that took too long, 25006 a server that became a standby.
 */
const isPassing = (error: unknown): boolean => isLost(error) || isCollision(error) || /^(53|58|55P03|57014|25006)/.test(codeOf(error))

const kinds: Readonly<Record<string, Violation['kind']>> = { 23505: 'unique', 23503: 'foreign', 23514: 'check' }

/** `table.column, table.column`, as SQLite says it, where the server names the columns; else the constraint's name. */
const constraintOf = (error: Error): string => {
  const columns = /\(([^()]+)\)=\(/.exec(member(error, 'detail'))?.[1]
  const table = member(error, 'table_name')
  return columns === undefined ? member(error, 'constraint_name') : columns.split(', ').map((column) => `${table}.${column}`).join(', ')
}

/** What a caller gets to see of an error of the driver: a `Violation`, the fault `unavailable`, or the error as it is. */
export const refusal = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error
  const kind = kinds[codeOf(error)]
  if (kind !== undefined) return new Violation(kind, constraintOf(error))
  if (isPassing(error)) return Object.assign(unavailable('The database cannot be reached now'), { cause: error })
  return error
}
