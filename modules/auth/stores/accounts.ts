import { type Static, Type } from '@sinclair/typebox'
import { type Sql, type Statement, Violation, guarded, sql } from '../../../src/databases/sql.ts'
import type { Role } from '../contract/schemas.ts'
import { rolesOf } from '../rules/roles.ts'
import type { Account, Accounts, NewAccount } from '../store.ts'
import { addSession, lastId } from './sessions.ts'
import { replaceToken } from './passwords.ts'

const columns = { id: Type.String(), email: Type.String(), name: Type.String(), roles: Type.String(), email_verified: Type.Integer(), created_at: Type.Integer() }
const AccountRow = Type.Object(columns)
const LoginRow = Type.Object({ ...columns, hash: Type.String() })
const One = Type.Object({ one: Type.Integer() })

const accountOf = (row: Static<typeof AccountRow>): Account => ({
  id: row.id, email: row.email, name: row.name, roles: rolesOf(row.roles.split(',')), emailVerified: row.email_verified === 1, createdAt: row.created_at,
})

/** What a list is searched by, folded as far as both engines and this code agree. */
const folded = (text: string): string => text.normalize('NFKC').toLowerCase()
const likePart = (text: string): string => `%${folded(text).replace(/[\\%_]/g, '\\$&')}%`

const addAccount = (account: NewAccount, roles: readonly Role[]): Statement[] => [
  sql`insert into account (id, email, name, email_verified, search, created_at)
    values (${account.id}, ${account.email}, ${account.name}, 0, ${folded(`${account.name} ${account.email}`)}, ${account.createdAt})`,
  sql`insert into credential (account_id, hash) values (${account.id}, ${account.passwordHash})`,
  ...roles.map((role) => sql`insert into account_role (account_id, role) values (${account.id}, ${role})`),
]
/** First in every change of admins: see the table. */
const inTurn = (): Statement => sql`insert into admin_change (one, count) values (1, 1) on conflict (one) do update set count = admin_change.count + 1`

/** False where a unique column refused it. */
const unique = async (write: Promise<{ ok: boolean }>): Promise<boolean> => {
  try {
    return (await write).ok
  } catch (error) {
    if (error instanceof Violation && error.kind === 'unique') return false
    throw error
  }
}

export const accounts = (db: Sql): Accounts => ({
  async findAccount(id) {
    const [row] = await db.read(AccountRow, sql`select id, email, name, email_verified, created_at,
      coalesce((select string_agg(role, ',') from account_role where account_id = account.id), '') as roles
      from account where id = ${id}`)
    return row === undefined ? null : accountOf(row)
  },

  async findLogin(by) {
    const [row] = await db.read(LoginRow, 'email' in by
      ? sql`select id, email, name, email_verified, created_at, hash,
          coalesce((select string_agg(role, ',') from account_role where account_id = account.id), '') as roles
          from account join credential on credential.account_id = account.id where email = ${by.email}`
      : sql`select id, email, name, email_verified, created_at, hash,
          coalesce((select string_agg(role, ',') from account_role where account_id = account.id), '') as roles
          from account join credential on credential.account_id = account.id where id = ${by.id}`)
    return row === undefined ? null : { ...accountOf(row), passwordHash: row.hash }
  },

  async listAccounts({ text, after, limit }) {
    const rows = await db.read(AccountRow, sql`select id, email, name, email_verified, created_at,
      coalesce((select string_agg(role, ',') from account_role where account_id = account.id), '') as roles
      from account where search like ${text === null ? '%' : likePart(text)} escape '\\' and id < ${after ?? lastId}
      order by id desc limit ${limit}`)
    return rows.map(accountOf)
  },

  async register(account, first, verification, told) {
    const statements = [...addAccount(account, ['customer']), ...addSession(first), ...replaceToken(verification)]
    return await unique(db.write({ statements, ...told })) ? 'registered' : 'email_taken'
  },

  async hasAdmin() {
    return (await db.read(One, sql`select 1 as one from account_role where role = 'admin' limit 1`)).length > 0
  },

  async createFirstAdmin(account) {
    const statements = [inTurn(), guarded(sql`select 1 as one from account_role where role = 'admin' limit 1`, 0), ...addAccount(account, ['admin'])]
    return await unique(db.write({ statements, events: [] })) ? 'created' : 'exists'
  },

  async setRoles(id, roles) {
    const written = await db.write({
      statements: [
        inTurn(),
        guarded(sql`select 1 as one from account where id = ${id}`),
        sql`delete from account_role where account_id = ${id}`,
        ...roles.map((role) => sql`insert into account_role (account_id, role) values (${id}, ${role})`),
        guarded(sql`select 1 as one from account_role where role = 'admin' limit 1`),
      ],
      events: [],
    })
    return written.ok ? 'changed' : written.at === 1 ? 'unknown' : 'last_admin'
  },

  async verifyEmail(hash, now) {
    const written = await db.write({
      statements: [
        sql`update account set email_verified = 1 where id = (
          select account_id from one_time_token where hash = ${hash} and purpose = 'verify_email' and expires_at > ${now})`,
        guarded(sql`delete from one_time_token where hash = ${hash} and purpose = 'verify_email' and expires_at > ${now}`),
      ],
      events: [],
    })
    return written.ok
  },
})
