import type { Static } from '@sinclair/typebox'
import type { Emitted } from '../../src/contract/event.ts'
import { type Context, narrowed } from '../../src/module/context.ts'
import { Reply } from '../../src/module/reply.ts'
import { userOf } from './accounts.ts'
import { guestSignedIn } from './contract/events.ts'
import type { SignedIn } from './contract/schemas.ts'
import type { Parts } from './parts.ts'
import { newSecret, sha256 } from './secrets.ts'
import type { Account, NewSession } from './store.ts'

type SignedIn = Static<typeof SignedIn>
const dayMs = 86_400_000
/** A merge that takes longer is left to the event; nobody waits for it at the login. */
const mergeMs = 2000
const deviceLength = 300

export const clientOf = ({ client }: Context): { device: string | null; address: string | null } =>
  ({ device: client.device.slice(0, deviceLength).toWellFormed() || null, address: client.address || null })

/** A new session of this user, and the one secret that can carry it on. */
export const newSession = ({ world, settings }: Parts, userId: string, context: Context): { start: NewSession; refreshToken: string } => {
  const refreshToken = newSecret(world)
  const at = world.now()
  const session = { id: world.id(), userId, ...clientOf(context), createdAt: at, lastUsedAt: at, expiresAt: at + settings.refreshTokenDays * dayMs }
  return { start: { session, refreshHash: sha256(refreshToken) }, refreshToken }
}

export const signedIn = async ({ tokens, settings }: Parts, account: Account, sessionId: string, refreshToken: string): Promise<SignedIn> => ({
  user: userOf(account),
  accessToken: await tokens.issue(account, sessionId),
  refreshToken,
  tokenType: 'Bearer',
  expiresIn: settings.accessTokenSeconds,
})

const guestOf = ({ caller }: Context): string | null => caller.is === 'guest' ? sha256(caller.session) : null

/** Stored with the sign-in, so that the merge happens even where the call below fails. */
export const guestEvents = (userId: string, context: Context): Emitted[] => {
  const session = guestOf(context)
  return session === null ? [] : [guestSignedIn({ userId, session })]
}

/**
 * The answer to a stored sign-in: a guest's cart is in the user's before it leaves, and the guest session has ended.
 * Where the merge fails the session stays as it was, until the event has repeated it.
 */
export const welcome = async ({ doors, log }: Parts, answer: SignedIn, context: Context, headers: Record<string, string> = {}): Promise<Reply<SignedIn>> => {
  const session = guestOf(context)
  if (session === null) return new Reply(answer, { headers })
  try {
    await doors.cart.merge({ session, userId: answer.user.id }, narrowed(context, mergeMs))
    return new Reply(answer, { headers, session: null })
  } catch (error) {
    log.warn('a guest\'s cart is merged later', { userId: answer.user.id, trace: context.trace, error })
    return new Reply(answer, { headers })
  }
}
