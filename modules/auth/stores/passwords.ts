import { Type } from '@sinclair/typebox'
import { type Sql, type Statement, guarded, sql } from '../../../src/databases/sql.ts'
import type { OneTimeToken, Passwords } from '../store.ts'
import { countOne } from './counting.ts'

const ResetRow = Type.Object({ id: Type.String(), email: Type.String(), name: Type.String() })

/** A newer token of the same purpose ends the older one. */
export const replaceToken = ({ hash, userId, purpose, expiresAt }: OneTimeToken): Statement[] => [
  sql`insert into one_time_token (hash, account_id, purpose, expires_at) values (${hash}, ${userId}, ${purpose}, ${expiresAt})
    on conflict (account_id, purpose) do update set hash = excluded.hash, expires_at = excluded.expires_at`,
]
const noResetTokens = (userId: string): Statement => sql`delete from one_time_token where account_id = ${userId} and purpose = 'reset_password'`

export const passwords = (db: Sql): Passwords => ({
  async changePassword(userId, from, to, keepSession, told) {
    const written = await db.write({
      statements: [
        guarded(sql`update credential set hash = ${to} where account_id = ${userId} and hash = ${from}`),
        sql`delete from session where account_id = ${userId} and id <> ${keepSession}`,
        noResetTokens(userId),
      ],
      ...told,
    })
    return written.ok
  },

  async requestReset(subject, now, forgetMs, token, told) {
    await db.write({ statements: [countOne(subject, now, forgetMs), ...(token === null ? [] : replaceToken(token))], ...told })
  },

  async findResetToken(hash, now) {
    const [row] = await db.read(ResetRow, sql`select account.id, email, name from one_time_token join account on account.id = account_id
      where hash = ${hash} and purpose = 'reset_password' and expires_at > ${now}`)
    return row === undefined ? null : { userId: row.id, email: row.email, name: row.name }
  },

  async resetPassword(hash, now, userId, to, subject, told) {
    const written = await db.write({
      statements: [
        guarded(sql`delete from one_time_token where hash = ${hash} and account_id = ${userId} and purpose = 'reset_password' and expires_at > ${now}`),
        guarded(sql`update credential set hash = ${to} where account_id = ${userId}`),
        sql`delete from session where account_id = ${userId}`,
        sql`delete from login_attempt where subject = ${subject}`,
      ],
      ...told,
    })
    return written.ok
  },
})
