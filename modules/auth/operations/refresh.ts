import { invalidRefreshToken } from '../contract/faults.ts'
import { sessionEndedMail } from '../mails.ts'
import type { Handlers, Parts } from '../parts.ts'
import { newSecret, sha256 } from '../secrets.ts'
import { clientOf, signedIn } from '../sign-in.ts'

export const refresh = (parts: Parts): Handlers<'refresh' | 'logout'> => ({
  async refresh({ refreshToken: given }, context) {
    const { store, world, log, measure } = parts
    const spend = sha256(given)
    const found = await store.findRefresh(spend)
    const account = found === null ? null : await store.findAccount(found.userId)
    if (found === null || account === null || found.expiresAt <= world.now()) throw invalidRefreshToken()
    if (!found.spent) {
      const refreshToken = newSecret(world)
      const answer = await signedIn(parts, account, found.sessionId, refreshToken)
      const rotation = { spend, next: sha256(refreshToken), sessionId: found.sessionId, at: world.now(), ...clientOf(context) }
      if (await store.rotate(rotation)) return answer
    }
    // A spent token means that two hold it, and nobody can say which of them is the thief: neither goes on.
    const told = { events: [sessionEndedMail(account, clientOf(context).device ?? '')], trace: context.trace }
    if (await store.endSession(found.sessionId, account.id, told)) {
      measure.add('refresh_reuses_total')
      log.warn('refresh token reused, session ended', { userId: account.id, sessionId: found.sessionId, trace: context.trace })
    }
    throw invalidRefreshToken()
  },

  async logout({ refreshToken }, context) {
    const { store, log } = parts
    const found = await store.findRefresh(sha256(refreshToken))
    if (found !== null && await store.endSession(found.sessionId, found.userId, { events: [] })) {
      log.info('logged out', { userId: found.userId, sessionId: found.sessionId, trace: context.trace })
    }
    return {}
  },
})
