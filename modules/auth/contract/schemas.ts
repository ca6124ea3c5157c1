import { type Static, Type } from '@sinclair/typebox'
import { Closed, Email, Id, Nullable, Text, Time } from '../../../src/contract/scalars.ts'

export const Role = Type.Union([Type.Literal('customer'), Type.Literal('staff'), Type.Literal('admin')])
export type Role = Static<typeof Role>
export const Roles = Type.Array(Role, { minItems: 1, maxItems: 3, uniqueItems: true })

/** Its 10…128 characters are counted by the handler, as a person counts them; this only bounds what is read. */
export const NewPassword = Type.String({
  minLength: 10, maxLength: 1024,
  description: '10…128 characters (Unicode code points after NFC normalisation)',
})
/** What somebody claims to be a password: whatever it is, it is compared, not judged. */
export const Password = Type.String({ minLength: 1, maxLength: 1024 })
export const Name = Text(200)
/** Tokens of ours are 43 characters; any other text is an unknown one. */
export const Opaque = Type.String({ minLength: 1, maxLength: 256 })

export const User = Closed({ id: Id, email: Email, name: Type.String(), roles: Type.Array(Role), createdAt: Time }, 'User')
export type User = Static<typeof User>
export const SignedIn = Closed({
  user: User,
  accessToken: Type.String(),
  refreshToken: Type.String(),
  tokenType: Type.Literal('Bearer'),
  expiresIn: Type.Integer({ minimum: 1, description: 'seconds until the access token expires' }),
}, 'SignedIn')
export const Me = Closed({
  id: Id, email: Email, name: Type.String(), roles: Type.Array(Role), permissions: Type.Array(Type.String()),
  emailVerified: Type.Boolean(), createdAt: Time,
}, 'Me')
export const Session = Closed({
  id: Id,
  device: Nullable(Type.String({ description: 'The client\'s User-Agent' })),
  address: Nullable(Type.String({ description: 'The IP address it was last used from' })),
  createdAt: Time, lastUsedAt: Time,
  current: Type.Boolean({ description: 'The session this request\'s access token belongs to' }),
}, 'Session')
export const RoleWithPermissions = Closed({ name: Role, permissions: Type.Array(Type.String()) }, 'RoleWithPermissions')
export const Jwks = Closed({ keys: Type.Array(Type.Record(Type.String(), Type.String())) }, 'Jwks')
