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

/** How long the lock still holds, in ms; 0 where there is none. */
export const lockedMs = (attempts: Attempts | null, pace: Pace, now: number): number =>
  attempts === null || now - attempts.lastAt >= pace.forgetMs ? 0 : Math.max(0, attempts.lastAt + lockMs(attempts.failures, pace) - now)

/** Mails that one account may ask for: five, and none again until an hour after the fifth. */
export const mailPace = { most: 5, forgetMs: 3_600_000 }
export const mayMail = (asked: Attempts | null, now: number): boolean =>
  asked === null || asked.failures < mailPace.most || now - asked.lastAt >= mailPace.forgetMs
