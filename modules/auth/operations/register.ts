import { givenEmail } from '../accounts.ts'
import { userRegistered } from '../contract/events.ts'
import { emailTaken } from '../contract/faults.ts'
import { verificationMail } from '../mails.ts'
import type { Handlers, Parts } from '../parts.ts'
import { mustBeGood } from '../passwords.ts'
import { newSecret, sha256 } from '../secrets.ts'
import { guestEvents, newSession, signedIn, welcome } from '../sign-in.ts'
import type { Account } from '../store.ts'

/** How long the link of the first mail holds, in ms. */
const verificationMs = 86_400_000

export const register = (parts: Parts): Handlers<'register'> => ({
  async register({ email: given, password, name }, context) {
    const { store, passwords, world, log } = parts
    const email = givenEmail(given)
    mustBeGood(password, 'password', parts.settings)
    if (await store.findLogin({ email }) !== null) throw emailTaken()
    const passwordHash = await passwords.hash(password, context)

    const at = world.now()
    const account: Account = { id: world.id(), email, name: name.trim().toWellFormed(), roles: ['customer'], emailVerified: false, createdAt: at }
    const { start, refreshToken } = newSession(parts, account.id, context)
    const proof = newSecret(world)
    const answer = await signedIn(parts, account, start.session.id, refreshToken)
    const stored = await store.register({ ...account, passwordHash }, start,
      { hash: sha256(proof), userId: account.id, purpose: 'verify_email', expiresAt: at + verificationMs },
      {
        events: [
          userRegistered({ userId: account.id, email, name: account.name, at: answer.user.createdAt }),
          verificationMail(account, parts.publicUrl(), proof),
          ...guestEvents(account.id, context),
        ],
        trace: context.trace,
      })
    if (stored === 'email_taken') throw emailTaken()
    log.info('user registered', { userId: account.id, sessionId: start.session.id, trace: context.trace })
    return welcome(parts, answer, context, { location: '/auth/me' })
  },
})
