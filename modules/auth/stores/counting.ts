import { Type } from '@sinclair/typebox'
import { type Sql, type Statement, sql } from '../../../src/databases/sql.ts'
import type { Counting } from '../store.ts'

const AttemptRow = Type.Object({ subject: Type.String(), failures: Type.Integer(), last_at: Type.Integer() })

/** One more under this subject; counts from one again where the last is `forgetMs` ago. */
export const countOne = (subject: string, now: number, forgetMs: number): Statement =>
  sql`insert into login_attempt (subject, failures, last_at) values (${subject}, 1, ${now})
    on conflict (subject) do update set
      failures = case when login_attempt.last_at <= ${now - forgetMs} then 1 else login_attempt.failures + 1 end, last_at = excluded.last_at`

export const counting = (db: Sql): Counting => ({
  async attempts(account, address) {
    const rows = await db.read(AttemptRow, sql`select subject, failures, last_at from login_attempt where subject in (${account}, ${address})`)
    const of = (subject: string) => {
      const row = rows.find((one) => one.subject === subject)
      return row === undefined ? null : { failures: row.failures, lastAt: row.last_at }
    }
    return { account: of(account), address: of(address) }
  },

  async countFailure(failed, now) {
    await db.write({ statements: failed.map(({ subject, forgetMs }) => countOne(subject, now, forgetMs)), events: [] })
  },
})
