import { invalidInput, unauthenticated } from '../../src/contract/faults.ts'
import type { Caller, Context } from '../../src/module/context.ts'
import type { User } from './contract/schemas.ts'
import { normalEmail } from './rules/emails.ts'
import type { Account } from './store.ts'

/** An account as it is shown. */
export const userOf = ({ id, email, name, roles, createdAt }: Account): User =>
  ({ id, email, name, roles, createdAt: new Date(createdAt).toISOString() })

/** The signed-in caller; HTTP lets nobody else in where the contract asks for a user. */
export const callerOf = (context: Context): Extract<Caller, { is: 'user' }> => {
  if (context.caller.is !== 'user') throw unauthenticated()
  return context.caller
}

export const givenEmail = (email: string): string => {
  const normal = normalEmail(email)
  if (normal === null) throw invalidInput(undefined, { errors: [{ in: 'body', path: '/email', message: 'is no e-mail address' }] })
  return normal
}
