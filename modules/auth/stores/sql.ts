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
  async sweep({ now, attempts, spent }, limit) {
    const written = await db.write({
      statements: [
        // A session that was kept alive for a month has thousands of tokens: they go first, a few at a time, so that nobody waits for it.
        sql`delete from refresh_token where hash in (select hash from session join refresh_token on session_id = session.id
          where expires_at <= ${now} limit ${limit}) returning 1 as one`,
        sql`delete from refresh_token where hash in (select hash from refresh_token where spent_at <= ${spent} limit ${limit}) returning 1 as one`,
        sql`delete from session where id in (select id from session where expires_at <= ${now}
          and not exists (select 1 from refresh_token where session_id = session.id) limit ${limit}) returning 1 as one`,
        sql`delete from one_time_token where hash in (select hash from one_time_token where expires_at <= ${now} limit ${limit}) returning 1 as one`,
        sql`delete from login_attempt where subject in (select subject from login_attempt where last_at <= ${attempts} limit ${limit}) returning 1 as one`,
      ],
      events: [],
    })
    return written.ok && written.rows.some((rows) => rows.length === limit)
  },
  dump: () => db.dump(),
  load: (rows) => db.load(rows),
})
