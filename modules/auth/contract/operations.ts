import { Type } from '@sinclair/typebox'
import { nothing } from '../../../src/contract/contract.ts'
import { operation } from '../../../src/contract/operation.ts'
import { Page, paging } from '../../../src/contract/page.ts'
import { Closed, Email, PathId } from '../../../src/contract/scalars.ts'
import * as faults from './faults.ts'
import { Jwks, Me, Name, NewPassword, Opaque, Password, Roles, RoleWithPermissions, Session, SignedIn, User } from './schemas.ts'

/** Hashing waits its turn: 200 logins at once take seconds on a small machine, and all of them succeed. */
const hashing = { deadlineMs: 30_000 }
/** Far above what a household needs: no address keeps the passwords of all others waiting. */
const signingIn = { limit: 3000, windowS: 60, per: 'address' } as const

export const register = operation('POST /auth/register', {
  access: 'visitor', ignoresToken: true, status: 201, summary: 'Create an account and sign in', ...hashing,
  limit: { name: 'register', ...signingIn },
  takes: Closed({ email: Email, password: NewPassword, name: Name }),
  returns: SignedIn,
  faults: [faults.emailTaken],
})
export const login = operation('POST /auth/login', {
  access: 'visitor', ignoresToken: true, summary: 'Sign in', ...hashing,
  limit: { name: 'login', ...signingIn },
  takes: Closed({ email: Email, password: Password }),
  returns: SignedIn,
  faults: [faults.invalidCredentials],
})
export const refresh = operation('POST /auth/refresh', {
  access: 'public', ignoresToken: true, summary: 'Exchange a refresh token for new tokens; the old one is spent',
  takes: Closed({ refreshToken: Opaque }),
  returns: SignedIn,
  faults: [faults.invalidRefreshToken],
})
export const logout = operation('POST /auth/logout', {
  access: 'public', ignoresToken: true, status: 204, summary: 'End the session of a refresh token',
  takes: Closed({ refreshToken: Opaque }),
  returns: nothing,
})
export const me = operation('GET /auth/me', {
  access: 'user', summary: 'Who the caller is and may do', takes: nothing, returns: Me,
})
export const changePassword = operation('POST /auth/password', {
  access: 'user', status: 204, summary: 'Change one\'s password; ends the other sessions', ...hashing,
  takes: Closed({ currentPassword: Password, newPassword: NewPassword }),
  returns: nothing,
  faults: [faults.invalidCredentials],
})
export const forgotPassword = operation('POST /auth/password/forgot', {
  access: 'public', status: 202, summary: 'Ask for a mail with a link to a new password; says the same for every e-mail',
  limit: { name: 'password-forgot', limit: 30, windowS: 900, per: 'address' },
  takes: Closed({ email: Email }),
  returns: nothing,
})
export const resetPassword = operation('POST /auth/password/reset', {
  access: 'public', status: 204, summary: 'Set a new password with the token of the mail; ends all sessions', ...hashing,
  takes: Closed({ token: Opaque, newPassword: NewPassword }),
  returns: nothing,
  faults: [faults.invalidToken],
})
export const verifyEmail = operation('POST /auth/verify-email', {
  access: 'public', status: 204, summary: 'Confirm an e-mail address with the token of the mail',
  takes: Closed({ token: Opaque }),
  returns: nothing,
  faults: [faults.invalidToken],
})
export const sessions = operation('GET /auth/sessions', {
  access: 'user', summary: 'One\'s own sessions, newest first',
  takes: Closed({ ...paging }),
  returns: Page(Session),
})
export const endSession = operation('DELETE /auth/sessions/{id}', {
  access: 'user', status: 204, summary: 'End one of one\'s own sessions',
  takes: Closed({ id: PathId }),
  returns: nothing,
  faults: [faults.sessionNotFound],
})
export const users = operation('GET /auth/users', {
  access: 'users:read', summary: 'Users, newest first; `q` is a part of the name or e-mail',
  takes: Closed({ q: Type.Optional(Type.String({ maxLength: 200 })), ...paging }),
  returns: Page(User),
})
export const setRoles = operation('PUT /auth/users/{id}/roles', {
  access: 'users:write', summary: 'Replace a user\'s roles; in force with the next access token',
  takes: Closed({ id: PathId, roles: Roles }),
  returns: User,
  faults: [faults.userNotFound, faults.lastAdmin],
})
export const roles = operation('GET /auth/roles', {
  access: 'user', summary: 'The roles with their permissions', takes: nothing, returns: Page(RoleWithPermissions),
})
export const jwks = operation('GET /.well-known/jwks.json', {
  access: 'public', summary: 'The public keys of access tokens (RFC 7517)', takes: nothing, returns: Jwks,
})
