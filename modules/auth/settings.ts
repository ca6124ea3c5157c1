import { type Static, Type } from '@sinclair/typebox'
import { Email } from '../../src/contract/scalars.ts'
import { rateLimit } from '../../src/module/setting.ts'

export const settings = Type.Object({
  rateLimit,
  adminEmail: Type.Optional({ ...Email, description: 'E-mail of the admin made at the first start; without it admin@localhost' }),
  adminPassword: Type.Optional(Type.String({
    minLength: 10, maxLength: 128, secret: true,
    description: 'Password of the admin made at the first start; without it a random one, kept in MERCADO_DATA/admin-password',
  })),
  accessTokenSeconds: Type.Integer({ minimum: 60, maximum: 600, default: 600, description: 'How long an access token lives' }),
  refreshTokenDays: Type.Integer({ minimum: 1, maximum: 365, default: 30, description: 'How long one can stay signed in, however often tokens are refreshed' }),
  signingKeyDays: Type.Integer({ minimum: 1, maximum: 365, default: 30, description: 'After how long access tokens are signed with a new key' }),
  passwordHashesAtOnce: Type.Optional(Type.Integer({
    minimum: 1, maximum: 64, description: 'How many passwords are hashed at a time; without it one less than there are cores, so that other requests need not wait',
  })),
  refuseCommonPasswords: Type.Boolean({
    default: false, description: 'Refuse the commonest passwords too; `off` asks for 10…128 characters and nothing else',
  }),
  passwordQueue: Type.Integer({ minimum: 1, maximum: 10_000, default: 1000, description: 'How many passwords may wait to be hashed; more are answered with 503' }),
})
export type Settings = Static<typeof settings>
