import type { Answered } from './answer.ts'

const ALLOWED_HEADERS = 'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Session, X-Order-Token'
const EXPOSED_HEADERS = 'ETag, Location, X-Session, X-Request-Id, Retry-After, RateLimit, RateLimit-Policy, Idempotency-Replayed'
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const PREFLIGHT_AGE_S = 7200

export interface Cors {
  /** Whether any origin is allowed: else no request is asked for its origin. */
  readonly on: boolean
  allows(origin: string | null): origin is string
}

/** Exact origins only; `null` and `*` are none. */
export const makeCors = (origins: readonly string[]): Cors => {
  const known = new Set(origins)
  return { on: known.size > 0, allows: (origin): origin is string => origin !== null && known.has(origin) }
}

/** What an allowed origin may see of an answer; errors carry it too. */
export const allowOrigin = (headers: Answered['headers'], origin: string): void => {
  headers['access-control-allow-origin'] = origin
  headers['access-control-allow-credentials'] = 'true'
  headers['access-control-expose-headers'] = EXPOSED_HEADERS
}

/** The answer to a preflight. An origin that is not allowed gets one without permissions, and the browser refuses. */
export const preflight = (allowed: boolean): Answered => ({
  status: 204,
  body: null,
  headers: allowed
    ? { 'access-control-allow-methods': METHODS, 'access-control-allow-headers': ALLOWED_HEADERS, 'access-control-max-age': String(PREFLIGHT_AGE_S) }
    : {},
})
