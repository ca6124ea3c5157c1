import type { Detail, FaultError } from '../contract/fault.ts'
import { tokenExpired, unauthenticated } from '../contract/faults.ts'
import { type Answered, addHeaders } from './answer.ts'

/** RFC 9457, with the members that API.md adds. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: string
  errors: readonly Detail[]
  requestId: string
}

const RETRY_S = '1'
const aboutToken = new Set([unauthenticated.code, tokenExpired.code])

/** Where a fault's code is explained. */
export const problemType = (publicUrl: string, code: string): string => `${publicUrl}/docs/problems#${code}`

/** A fault as it is sent. */
export const problem = (fault: FaultError, requestId: string, publicUrl: string, tokenGiven: boolean): Answered => {
  const { about } = fault
  const document: Problem = {
    ...about.members,
    type: problemType(publicUrl, fault.code), title: fault.title, status: fault.status, detail: fault.message,
    code: fault.code, errors: about.errors ?? [], requestId,
  }
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' }
  addHeaders(headers, about.headers)
  // Of a token that was given, where it is the token that is refused: a wrong password beside a good one is not its fault.
  if (fault.status === 401) headers['www-authenticate'] ??= tokenGiven && aboutToken.has(fault.code) ? 'Bearer error="invalid_token"' : 'Bearer'
  if (fault.status === 503 || fault.status === 429) headers['retry-after'] ??= RETRY_S
  return { status: fault.status, body: JSON.stringify(document), headers }
}
