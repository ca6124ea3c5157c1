import { Type } from '@sinclair/typebox'
import { type Sql, type Statement, sql } from '../databases/sql.ts'
import type { World } from '../module/world.ts'
import type { DeadLetter, DeadLetters } from './bus.ts'
import { eventFromJson } from './wire.ts'

const Dead = Type.Object({
  module: Type.String(), event_id: Type.String(), event: Type.String(), attempts: Type.Integer(),
  first_at: Type.Integer(), last_at: Type.Integer(), error: Type.String(),
})

const Count = Type.Object({ module: Type.String(), count: Type.Integer() })

/** The dead letters in `bus.db`. A letter's id is its module and its event: `cart:0199…`. */
export const deadLetters = (db: Sql, world: World, ring: (module: string) => void): DeadLetters => {
  const changed = async (statement: Statement) => {
    const written = await db.write({ statements: [statement], events: [] })
    return written.ok && written.rows[0]?.length === 1
  }
  return {
    async list() {
      const rows = await db.read(Dead, sql`select module, event_id, event, attempts, first_at, last_at, error
        from delivery where dead = 1 order by last_at, module, event_id`)
      return rows.map(letter)
    },
    count: () => db.read(Count, sql`select module, count(*) as count from delivery where dead = 1 group by module order by module`),
    async show(id) {
      const { module, event } = parts(id)
      const [row] = await db.read(Dead, sql`select module, event_id, event, attempts, first_at, last_at, error
        from delivery where dead = 1 and module = ${module} and event_id = ${event}`)
      return row === undefined ? null : letter(row)
    },
    async replay(id) {
      const { module, event } = parts(id)
      const found = await changed(sql`update delivery set dead = 0, attempts = 0, due_at = ${world.now()}, first_at = null, last_at = null, error = null
        where dead = 1 and module = ${module} and event_id = ${event} returning event_id`)
      if (found) ring(module)
      return found
    },
    async drop(id) {
      const { module, event } = parts(id)
      return await changed(sql`delete from delivery where dead = 1 and module = ${module} and event_id = ${event} returning event_id`)
    },
  }
}

const parts = (id: string) => {
  const [module = '', event = ''] = id.split(':', 2)
  return { module, event }
}

const letter = (row: typeof Dead['static']): DeadLetter => ({
  id: `${row.module}:${row.event_id}`, module: row.module, event: eventFromJson(row.event), attempts: row.attempts, error: row.error,
  firstAt: new Date(row.first_at).toISOString(), lastAt: new Date(row.last_at).toISOString(),
})
