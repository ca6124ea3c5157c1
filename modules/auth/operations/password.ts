import { unauthenticated } from '../../../src/contract/faults.ts'
import { callerOf, givenEmail } from '../accounts.ts'
import { invalidCredentials, invalidToken } from '../contract/faults.ts'
import { passwordChangedMail, resetMail } from '../mails.ts'
import type { Handlers, Parts } from '../parts.ts'
import { mustBeGood } from '../passwords.ts'
import { mailPace, mayMail } from '../rules/slow-down.ts'
import { newSecret, sha256 } from '../secrets.ts'
import { accountSubject, mailSubject, type SlowDown } from '../slow-down.ts'
import { proved } from './login.ts'

/** How long the link of a reset mail holds, in ms. */
const resetMs = 1_800_000

export const password = (parts: Parts, slow: SlowDown): Handlers<'changePassword' | 'forgotPassword' | 'resetPassword'> => ({
  async changePassword({ currentPassword, newPassword }, context) {
    const { store, passwords, log } = parts
    const { id, sid } = callerOf(context)
    mustBeGood(newPassword, 'newPassword', parts.settings)
    const account = await store.findLogin({ id })
    if (account === null) throw unauthenticated()
    await proved(parts, slow, account, account.email, currentPassword, context)
    const hash = await passwords.hash(newPassword, context)
    const told = { events: [passwordChangedMail(account)], trace: context.trace }
    if (!await store.changePassword(id, account.passwordHash, hash, sid, told)) throw invalidCredentials()
    log.info('password changed', { userId: id, sessionId: sid, trace: context.trace })
    return {}
  },

  /** Reads and writes as much for an unknown e-mail as for a known one. */
  async forgotPassword({ email: given }, context) {
    const { store, settings, world, log } = parts
    const email = givenEmail(given)
    const subject = mailSubject(email)
    const [{ account: asked }, account] = await Promise.all([store.attempts(subject, subject), store.findLogin({ email })])
    const at = world.now()
    if (settings.rateLimit && !mayMail(asked, at)) return {}
    const token = newSecret(world)
    const kept = account === null ? null : { hash: sha256(token), userId: account.id, purpose: 'reset_password' as const, expiresAt: at + resetMs }
    const events = account === null ? [] : [resetMail(account, parts.publicUrl(), token)]
    await store.requestReset(subject, at, mailPace.forgetMs, kept, { events, trace: context.trace })
    log.info('password reset asked for', { userId: account?.id ?? null, trace: context.trace })
    return {}
  },

  async resetPassword({ token, newPassword }, context) {
    const { store, passwords, world, log } = parts
    mustBeGood(newPassword, 'newPassword', parts.settings)
    const hash = sha256(token)
    const account = await store.findResetToken(hash, world.now())
    if (account === null) throw invalidToken()
    const to = await passwords.hash(newPassword, context)
    const told = { events: [passwordChangedMail(account)], trace: context.trace }
    if (!await store.resetPassword(hash, world.now(), account.userId, to, accountSubject(account.email), told)) throw invalidToken()
    log.info('password reset', { userId: account.userId, trace: context.trace })
    return {}
  },
})
