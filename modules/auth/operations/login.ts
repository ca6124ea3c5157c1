import type { Context } from '../../../src/module/context.ts'
import { normalEmail } from '../rules/emails.ts'
import { invalidCredentials } from '../contract/faults.ts'
import type { Handlers, Parts } from '../parts.ts'
import { guestEvents, newSession, signedIn, welcome } from '../sign-in.ts'
import { accountSubject, type SlowDown } from '../slow-down.ts'
import type { Login } from '../store.ts'

export const login = (parts: Parts, slow: SlowDown): Handlers<'login'> => ({
  async login({ email: given, password }, context) {
    const { store, passwords, measure, log } = parts
    const email = normalEmail(given) ?? given
    const account = await proved(parts, slow, await store.findLogin({ email }), email, password, context)

    const hash = await passwords.renewed(account.passwordHash, password, context)
    const { start, refreshToken } = newSession(parts, account.id, context)
    const answer = await signedIn(parts, account, start.session.id, refreshToken)
    const started = await store.startSession(start, { verified: account.passwordHash, hash }, accountSubject(email),
      { events: guestEvents(account.id, context), trace: context.trace })
    if (!started) throw invalidCredentials()
    measure.add('logins_total', 1, { outcome: 'succeeded' })
    log.info('login succeeded', { userId: account.id, sessionId: start.session.id, trace: context.trace })
    return welcome(parts, answer, context)
  },
})

/** The account, where the password is its own; an unknown e-mail and a wrong password are told apart by nothing, time included. */
export const proved = async (parts: Parts, slow: SlowDown, account: Login | null, email: string, password: string, context: Context): Promise<Login> => {
  const { passwords, measure, log } = parts
  await slow.check(email, context)
  const right = await passwords.matches(account?.passwordHash ?? null, password, context)
  await slow.check(email, context)
  if (account !== null && right) return account
  await slow.failed(email, context)
  measure.add('logins_total', 1, { outcome: 'failed' })
  log.info('login failed', { userId: account?.id ?? null, trace: context.trace })
  throw invalidCredentials()
}
