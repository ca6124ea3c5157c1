import type { Onward } from './attempt.ts'
import { Failure } from './failure.ts'
import type { Received } from './receiving.ts'

/** `another`: of another instance; `anew`: of another or, where there is none, of the same over a new connection. `free`: it added nothing to what the module was asked. */
export interface Retry { of: 'another' | 'anew'; free: boolean }

const statuses = new Set([502, 503, 504])

/**
 * Whether a request may be sent once more. What never went out always may; else only what may be repeated, and never what was
 * answered in part. A stream has been read from once it went out. A write that was answered was answered, also with 503: what
 * follows from that is its client's to decide.
 */
export const retryAfter = ({ method, body, repeatable }: Pick<Onward, 'method' | 'body' | 'repeatable'>, outcome: Received | Error): Retry | null => {
  if (!(outcome instanceof Error)) return (method === 'GET' || method === 'HEAD') && statuses.has(outcome.head.status) ? { of: 'another', free: false } : null
  if (!(outcome instanceof Failure)) return null
  if (outcome.kind === 'unreached') return { of: 'another', free: true }
  if (!repeatable || body instanceof ReadableStream) return null
  if (outcome.kind === 'stale') return { of: 'anew', free: true }
  return outcome.kind === 'cut' || outcome.kind === 'late' ? { of: 'another', free: false } : null
}
