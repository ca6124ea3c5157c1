import { Type } from '@sinclair/typebox'
import { type Sql, guarded, sql } from '../../../src/databases/sql.ts'
import type { Keys } from '../store.ts'

const KeyRow = Type.Object({
  kid: Type.String(), generation: Type.Integer(), private_jwk: Type.String(), public_jwk: Type.String(),
  created_at: Type.Integer(), signs_from: Type.Integer(),
})

export const keys = (db: Sql): Keys => ({
  async keys() {
    const rows = await db.read(KeyRow, sql`select kid, generation, private_jwk, public_jwk, created_at, signs_from from signing_key order by generation desc`)
    return rows.map((row) => ({
      kid: row.kid, generation: row.generation, privateJwk: row.private_jwk, publicJwk: row.public_jwk, createdAt: row.created_at, signsFrom: row.signs_from,
    }))
  },

  async addKey(key) {
    const written = await db.write({
      statements: [guarded(sql`insert into signing_key (kid, generation, private_jwk, public_jwk, created_at, signs_from)
        values (${key.kid}, ${key.generation}, ${key.privateJwk}, ${key.publicJwk}, ${key.createdAt}, ${key.signsFrom})
        on conflict (generation) do nothing`)],
      events: [],
    })
    return written.ok
  },

  async dropKeys(kids) {
    await db.write({ statements: kids.map((kid) => sql`delete from signing_key where kid = ${kid}`), events: [] })
  },
})
