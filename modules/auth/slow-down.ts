import { rateLimited } from '../../src/contract/faults.ts'
import type { Context } from '../../src/module/context.ts'
import { network } from '../../src/module/network.ts'
import { accountPace, addressPace, lockedMs } from './rules/slow-down.ts'
import type { Parts } from './parts.ts'
import { sha256 } from './secrets.ts'

/** What the failures of an account are counted under, whether it exists or not. */
export const accountSubject = (email: string): string => `account:${sha256(email)}`
export const mailSubject = (email: string): string => `mail:${sha256(email)}`

export interface SlowDown {
  /** Throws `rate_limited` where the account or the address has to wait. Asked again after hashing: guesses sent at once gain nothing. */
  check(email: string, context: Context): Promise<void>
  failed(email: string, context: Context): Promise<void>
}

export const slowDown = ({ store, settings, world }: Pick<Parts, 'store' | 'settings' | 'world'>): SlowDown => {
  const addressOf = (context: Context) => `address:${network(context.client.address)}`
  return {
    async check(email, context) {
      if (!settings.rateLimit) return
      const { account, address } = await store.attempts(accountSubject(email), addressOf(context))
      const now = world.now()
      const waitMs = Math.max(lockedMs(account, accountPace, now), lockedMs(address, addressPace, now))
      if (waitMs > 0) throw rateLimited('Too many failed attempts', { headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) } })
    },
    async failed(email, context) {
      if (!settings.rateLimit) return
      await store.countFailure([
        { subject: accountSubject(email), forgetMs: accountPace.forgetMs },
        ...(context.client.address === '' ? [] : [{ subject: addressOf(context), forgetMs: addressPace.forgetMs }]),
      ], world.now())
    },
  }
}
