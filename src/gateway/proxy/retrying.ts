import type { Onward } from './attempt.ts'
import { Failure } from './failure.ts'
import type { Received } from './receiving.ts'

/** `another`: of another instance; `anew`: of another or, where there is none, of the same over a new connection. `free`: it added nothing to what the module was asked. */
export interface Retry { of: 'another' | 'anew'; free: boolean }

const statuses = new Set([502, 503, 504])

/**
 * Whether a request may be sent once more. What never went out always may; else only what may be repeated, and never what was
 * answered in part. A stream has been read from once it went out.
 */
export const retryAfter = ({ body, repeatable }: Pick<Onward, 'body' | 'repeatable'>, outcome: Received | Error): Retry | null => {
  if (!(outcome instanceof Error)) return repeatable && !(body instanceof ReadableStream) && statuses.has(outcome.head.status) ? { of: 'another', free: false } : null
  if (!(outcome instanceof Failure)) return null
  if (outcome.kind === 'unreached') return { of: 'another', free: true }
  if (!repeatable || body instanceof ReadableStream) return null
  if (outcome.kind === 'stale') return { of: 'anew', free: true }
  return outcome.kind === 'cut' || outcome.kind === 'late' ? { of: 'another', free: false } : null
}
