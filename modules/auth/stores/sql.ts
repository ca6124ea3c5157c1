import type { Portable, Sql } from '../../../src/databases/sql.ts'
import { sql } from '../../../src/databases/sql.ts'
import type { AuthStore } from '../store.ts'
import { accounts } from './accounts.ts'
import { counting } from './counting.ts'
import { keys } from './keys.ts'
import { passwords } from './passwords.ts'
import { sessions } from './sessions.ts'

/** Auth's data in SQL: one text for SQLite and PostgreSQL. */
export const openAuth = (db: Sql): AuthStore & Portable => ({
  ...accounts(db), ...passwords(db), ...sessions(db), ...counting(db), ...keys(db),
  async sweep(now, attemptsBefore) {
    const written = await db.write({
      statements: [
        sql`delete from session where expires_at <= ${now} returning id`,
        sql`delete from one_time_token where expires_at <= ${now}`,
        sql`delete from login_attempt where last_at <= ${attemptsBefore}`,
      ],
      events: [],
    })
    return written.ok ? written.rows[0]?.length ?? 0 : 0
  },
  dump: () => db.dump(),
  load: (rows) => db.load(rows),
})
