import { unavailable } from '../../contract/faults.ts'

/** Answers of a server that would do it at another time: it loads, has no memory or disk left, or became a replica. */
const passing = /(^|-)(LOADING|OOM|READONLY|MISCONF|MASTERDOWN|NOREPLICAS|BUSY|TRYAGAIN|CLUSTERDOWN|UNBLOCKED)\b/
/** The driver has no codes for these. */
const lost = /^(Command timed out|Connection is closed|Command aborted|Socket timeout|Reached the max retries|connect ETIMEDOUT|Stream isn't writeable)/

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')

export const isScriptUnknown = (error: unknown): boolean => error instanceof Error && error.message.startsWith('NOSCRIPT')
/** The server does not let us in, or not do this: no waiting helps. */
export const isForbidden = (error: unknown): boolean => error instanceof Error && /^(WRONGPASS|NOAUTH|NOPERM|ERR invalid password|ERR AUTH)/.test(error.message)

/** What a caller gets to see of an error of the driver: the fault `unavailable`, or the error as it is. */
export const refusal = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error
  // What was sent stands in it: a password, or what a visitor wrote.
  Reflect.deleteProperty(error, 'command')
  return passing.test(error.message) || lost.test(error.message) || /^E[A-Z_]{3,}$/.test(codeOf(error))
    ? Object.assign(unavailable('The database cannot be reached now'), { cause: error }) : error
}
