export type Body = string | Uint8Array | ReadableStream<Uint8Array> | null
/** An answer before it has left: header names in lower case, one value each. `cookies`: where there is more than one Set-Cookie. */
export interface Answered { status: number; body: Body; headers: Record<string, string>; cookies?: readonly string[] }

const headerText = /^[\t\x20-\x7e\x80-\xff]*$/
/** Takes over headers that others made; what no header may hold is a mistake of theirs. */
export const addHeaders = (headers: Answered['headers'], more: Readonly<Record<string, string>> | undefined): void => {
  if (more === undefined) return
  for (const name in more) {
    const value = more[name] ?? ''
    if (!headerText.test(value)) throw new Error(`the header ${name} holds what no header may`)
    headers[name.toLowerCase()] = value
  }
}

const CSP_API = "default-src 'none'; frame-ancestors 'none'"
/** For pages of operations: their own styles and forms, no script, nothing from elsewhere. */
export const CSP_PAGE = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** What every answer carries, where it has not said otherwise. */
export const secure = (headers: Answered['headers'], requestId: string, https: boolean): void => {
  headers['x-request-id'] = requestId
  headers['x-content-type-options'] = 'nosniff'
  headers['x-frame-options'] = 'DENY'
  headers['referrer-policy'] = 'no-referrer'
  headers['content-security-policy'] ??= CSP_API
  headers['cache-control'] ??= 'no-store'
  if (https) headers['strict-transport-security'] = 'max-age=31536000; includeSubDomains'
}

/** Whether If-None-Match names this ETag (RFC 9110 §13.1.2: weak comparison). */
export const isKnown = (etag: string, ifNoneMatch: string): boolean => {
  if (ifNoneMatch.trim() === '*') return true
  const opaque = etag.replace(/^W\//, '')
  return ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === opaque)
}
