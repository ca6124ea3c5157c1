import type { Access, Operation } from '../contract/operation.ts'
import { forbidden, unauthenticated } from '../contract/faults.ts'
import type { Caller } from '../module/context.ts'
import type { Verify } from './verifier.ts'

export const nobody: Caller = { is: 'nobody' }
const bearer = /^Bearer +([\w\-.~+/]+=*)$/i
const sessionId = /^[\w\-.~+/=]{16,200}$/
const SESSION_COOKIE = 'session'

const cookie = (header: string): string | null => {
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals !== -1 && pair.slice(0, equals).trim() === SESSION_COOKIE) return pair.slice(equals + 1).trim()
  }
  return null
}

/** A guest session as the client names it: the header goes before the cookie. Its truth is cart's to tell. */
const guest = (headers: Headers): Caller => {
  const named = headers.get('x-session') ?? cookie(headers.get('cookie') ?? '')
  return named !== null && sessionId.test(named) ? { is: 'guest', session: named } : nobody
}

/** Who is calling an operation. A token that is not valid is refused wherever it is read, never taken for a guest. */
export const callerOf = (operation: Pick<Operation, 'access' | 'ignoresToken'>, headers: Headers, verify: Verify): Caller | Promise<Caller> => {
  const authorization = operation.ignoresToken === true ? null : headers.get('authorization')
  if (authorization !== null) {
    const [, token] = bearer.exec(authorization) ?? []
    if (token === undefined) throw unauthenticated('The Authorization header holds no bearer token')
    return verify(token)
  }
  return operation.access === 'visitor' ? guest(headers) : nobody
}

/** Refuses a caller that an operation is not for. */
export const admit = (access: Access, caller: Caller): void => {
  if (access === 'public' || access === 'visitor') return
  if (caller.is !== 'user') throw unauthenticated()
  if (access !== 'user' && !caller.may.has(access)) throw forbidden(`This needs the permission ${access}`)
}

/** The cookie that keeps a guest session, or ends it. */
export const sessionCookie = (session: { id: string; maxAgeS: number } | null, secure: boolean): string =>
  `${SESSION_COOKIE}=${session?.id ?? ''}; Path=/; Max-Age=${session?.maxAgeS ?? 0}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
