import type { Emitted } from '../../src/contract/event.ts'
import type { Role } from './contract/schemas.ts'
import type { Attempts } from './rules/slow-down.ts'
import type { KeyTimes } from './rules/signing-keys.ts'

/** Times are in ms since 1970, e-mails in their normal form; tokens are known by their SHA-256 in hex alone. */
export interface Account { id: string; email: string; name: string; roles: Role[]; emailVerified: boolean; createdAt: number }
/** `passwordHash` is a PHC string. */
export interface Login extends Account { passwordHash: string }
export interface NewAccount { id: string; email: string; name: string; createdAt: number; passwordHash: string }

/** A sign-in on one device, and the family of its refresh tokens. It ends at `expiresAt` however much it is used. */
export interface SessionRow {
  id: string; userId: string; device: string | null; address: string | null; createdAt: number; lastUsedAt: number; expiresAt: number
}
export interface NewSession { session: SessionRow; refreshHash: string }
export interface Refresh { sessionId: string; userId: string; expiresAt: number; spent: boolean }

export type Purpose = 'verify_email' | 'reset_password'
export interface OneTimeToken { hash: string; userId: string; purpose: Purpose; expiresAt: number }
export interface SigningKey extends KeyTimes { kid: string; privateJwk: string; publicJwk: string }

/** What is told others with the change; `trace` is the request's. */
export interface Told { events: readonly Emitted[]; trace?: string }

export interface Accounts {
  findAccount(id: string): Promise<Account | null>
  findLogin(by: { email: string } | { id: string }): Promise<Login | null>
  /** Newest first, after the id `after`; `text` is a part of name or e-mail, without case. */
  listAccounts(page: { text: string | null; after: string | null; limit: number }): Promise<Account[]>
  /** A customer with password, first session and the token that proves the e-mail. */
  register(account: NewAccount, first: NewSession, verification: OneTimeToken, told: Told): Promise<'registered' | 'email_taken'>
  hasAdmin(): Promise<boolean>
  /** `exists`: there is an admin, or an account of this e-mail; of several at once one creates it. */
  createFirstAdmin(account: NewAccount): Promise<'created' | 'exists'>
  /** Replaces the roles, where at least one admin remains; of two that would each leave the other, one is refused. */
  setRoles(id: string, roles: readonly Role[]): Promise<'changed' | 'unknown' | 'last_admin'>
  /** Proves the e-mail and spends the token; false where it is unknown, spent or expired. */
  verifyEmail(hash: string, now: number): Promise<boolean>
}

export interface Passwords {
  /** Where the hash still is `from`: sets it, ends the sessions but `keepSession` and the reset tokens. False where it changed meanwhile. */
  changePassword(userId: string, from: string, to: string, keepSession: string, told: Told): Promise<boolean>
  /** Counts the mail under `subject`; with a token, replaces the older ones of its account and purpose. */
  requestReset(subject: string, now: number, forgetMs: number, token: OneTimeToken | null, told: Told): Promise<void>
  /** A token that still holds. */
  findResetToken(hash: string, now: number): Promise<{ userId: string; email: string; name: string } | null>
  /** Spends the token, sets the password, ends all sessions, the reset tokens and the lock `subject`. False where the token was spent meanwhile. */
  resetPassword(hash: string, now: number, userId: string, to: string, subject: string, told: Told): Promise<boolean>
}

export interface Sessions {
  /**
   * Signs in, and forgets the failures counted under `subject`. `verified` is the hash that the password was compared with,
   * `hash` the one to keep (newer parameters). False, and nothing is changed, where the password changed meanwhile.
   */
  startSession(start: NewSession, password: { verified: string; hash: string }, subject: string, told: Told): Promise<boolean>
  findRefresh(hash: string): Promise<Refresh | null>
  /** Spends one token for the next of its family. False where it was spent, or its session ended, before: nothing is changed then. */
  rotate(rotation: { spend: string; next: string; sessionId: string; at: number; device: string | null; address: string | null }): Promise<boolean>
  /** Ends it with all its tokens; false, and nothing is told, where it ended before or is not this user's. */
  endSession(id: string, userId: string, told: Told): Promise<boolean>
  /** Those that have not expired; newest first, after the id `after`. */
  listSessions(userId: string, now: number, page: { after: string | null; limit: number }): Promise<SessionRow[]>
}

export interface Counting {
  attempts(account: string, address: string): Promise<{ account: Attempts | null; address: Attempts | null }>
  /** One more failure of each, at `now`; those `forgetMs` after their last one begin anew. */
  countFailure(failed: readonly { subject: string; forgetMs: number }[], now: number): Promise<void>
}

export interface Keys {
  keys(): Promise<SigningKey[]>
  /** Of several with one generation the first is kept; false for the others. */
  addKey(key: SigningKey): Promise<boolean>
  dropKeys(kids: readonly string[]): Promise<void>
}

/** All that auth knows. Each method is one atomic change or one read. */
export interface AuthStore extends Accounts, Passwords, Sessions, Counting, Keys {
  /**
   * Forgets some of what has expired, `limit` of a kind at most: sessions, their tokens first, one-time tokens, tokens spent and
   * attempts made before these times. Answers whether there may be more.
   */
  sweep(before: { now: number; attempts: number; spent: number }, limit: number): Promise<boolean>
}
