/** Failed attempts of one account or one address. Times are in ms since 1970. */
export interface Attempts { failures: number; lastAt: number }
/** `free` failures cost nothing; each further one doubles the wait. After `forgetMs` without one, all are forgotten. */
export interface Pace { free: number; forgetMs: number }

/** One account, whoever tries: a handful of slips. */
export const accountPace: Pace = { free: 5, forgetMs: 3_600_000 }
/** One address, whatever it tries: many people may share it. */
export const addressPace: Pace = { free: 100, forgetMs: 900_000 }
const firstMs = 10_000
/** The longest lock; attempts inside one do not lengthen it, so nobody can be locked out for ever by somebody else's guesses. */
export const longestLockMs = 300_000

/** How long nothing is tried after the last of these failures, in ms. */
export const lockMs = (failures: number, pace: Pace): number =>
  failures < pace.free ? 0 : Math.min(longestLockMs, firstMs * 2 ** (failures - pace.free))

/** Time since the last of them. A clock that went back counts as one that went on: nobody waits until it has caught up. */
const sinceMs = ({ lastAt }: Attempts, now: number): number => Math.abs(now - lastAt)

/** How long the lock still holds, in ms; 0 where there is none. */
export const lockedMs = (attempts: Attempts | null, pace: Pace, now: number): number =>
  attempts === null || sinceMs(attempts, now) >= pace.forgetMs ? 0 : Math.max(0, lockMs(attempts.failures, pace) - sinceMs(attempts, now))

/** Mails that one account may ask for: five, and none again until an hour after the fifth. */
export const mailPace = { most: 5, forgetMs: 3_600_000 }
export const mayMail = (asked: Attempts | null, now: number): boolean =>
  asked === null || asked.failures < mailPace.most || sinceMs(asked, now) >= mailPace.forgetMs
