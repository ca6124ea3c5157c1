import { Type } from '@sinclair/typebox'
import { type Sql, type Statement, guarded, sql } from '../../../src/databases/sql.ts'
import type { NewSession, Sessions } from '../store.ts'

const RefreshRow = Type.Object({
  session_id: Type.String(), account_id: Type.String(), expires_at: Type.Integer(), spent_at: Type.Union([Type.Integer(), Type.Null()]),
})
const text = Type.Union([Type.String(), Type.Null()])
const SessionRow = Type.Object({
  id: Type.String(), account_id: Type.String(), device: text, address: text,
  created_at: Type.Integer(), last_used_at: Type.Integer(), expires_at: Type.Integer(),
})

/** No id of ours comes after it, whatever the collation. */
export const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

export const addSession = ({ session, refreshHash }: NewSession): Statement[] => [
  sql`insert into session (id, account_id, device, address, created_at, last_used_at, expires_at)
    values (${session.id}, ${session.userId}, ${session.device}, ${session.address}, ${session.createdAt}, ${session.lastUsedAt}, ${session.expiresAt})`,
  sql`insert into refresh_token (hash, session_id, spent_at) values (${refreshHash}, ${session.id}, null)`,
]

export const sessions = (db: Sql): Sessions => ({
  async startSession(start, { verified, hash }, subject, told) {
    const written = await db.write({
      statements: [
        guarded(sql`update credential set hash = ${hash} where account_id = ${start.session.userId} and hash = ${verified}`),
        ...addSession(start),
        sql`delete from login_attempt where subject = ${subject}`,
      ],
      ...told,
    })
    return written.ok
  },

  async findRefresh(hash) {
    const [row] = await db.read(RefreshRow, sql`select session_id, account_id, expires_at, spent_at
      from refresh_token join session on session.id = session_id where hash = ${hash}`)
    return row === undefined ? null
      : { sessionId: row.session_id, userId: row.account_id, expiresAt: row.expires_at, spent: row.spent_at !== null }
  },

  async rotate({ spend, next, sessionId, at, device, address }) {
    const written = await db.write({
      statements: [
        guarded(sql`update session set last_used_at = ${at}, device = ${device}, address = ${address} where id = ${sessionId} and expires_at > ${at}`),
        guarded(sql`update refresh_token set spent_at = ${at} where hash = ${spend} and session_id = ${sessionId} and spent_at is null`),
        sql`insert into refresh_token (hash, session_id, spent_at) values (${next}, ${sessionId}, null)`,
      ],
      events: [],
    })
    return written.ok
  },

  async endSession(id, userId, told) {
    const written = await db.write({ statements: [guarded(sql`delete from session where id = ${id} and account_id = ${userId}`)], ...told })
    return written.ok
  },

  async listSessions(userId, now, { after, limit }) {
    const rows = await db.read(SessionRow, sql`select id, account_id, device, address, created_at, last_used_at, expires_at from session
      where account_id = ${userId} and expires_at > ${now} and id < ${after ?? lastId} order by id desc limit ${limit}`)
    return rows.map((row) => ({
      id: row.id, userId: row.account_id, device: row.device, address: row.address,
      createdAt: row.created_at, lastUsedAt: row.last_used_at, expiresAt: row.expires_at,
    }))
  },
})
