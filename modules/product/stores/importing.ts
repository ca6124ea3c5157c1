import { Type } from '@sinclair/typebox'
import { type Migration, type Sql, sql } from '../../../src/databases/sql.ts'
import type { SampleStore } from '../importing-store.ts'

/** One row at most, there as soon as a new store has its sample catalogue or was told to do without. */
export const sampleMigration: Migration = {
  name: 'sample',
  statements: ['create table sample (id integer not null primary key check (id = 1), decided_at integer not null) strict'],
}

const Decided = Type.Object({ decided: Type.Integer() })

export const sampleIn = (db: Sql): SampleStore => ({
  sampleDecided: async () => (await db.read(Decided, sql`select count(*) as decided from sample`)).some(({ decided }) => decided > 0),
  async decideSample(at) {
    await db.write({ statements: [sql`insert into sample (id, decided_at) values (1, ${at}) on conflict (id) do nothing`], events: [] })
  },
})
