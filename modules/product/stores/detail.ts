import { Type } from '@sinclair/typebox'
import { isId } from '../../../src/contract/scalars.ts'
import { type Sql, sql } from '../../../src/databases/sql.ts'
import { Status } from '../contract/schemas.ts'
import { numberOf } from '../rules/order.ts'
import type { Shelf } from '../store.ts'

const Row = Type.Object({ text: Type.String(), status: Status, version: Type.Integer(), n: Type.Integer() })

export const detail = (db: Sql): Pick<Shelf, 'detail'> => ({
  async detail(idOrSlug) {
    const id = idOrSlug.toLowerCase()
    const [row] = await db.read(Row, isId(id)
      ? sql`select p.head || coalesce(c.json, 'null') || e.tail as text, p.status, p.version, e.n + coalesce(c.n, 0) as n
          from product p join live e on e.num = p.num left join category c on c.id = p.category where p.num = ${numberOf(id)} and p.id = ${id}`
      : sql`select p.head || coalesce(c.json, 'null') || e.tail as text, p.status, p.version, e.n + coalesce(c.n, 0) as n
          from product p join live e on e.num = p.num left join category c on c.id = p.category where p.slug = ${idOrSlug}`)
    return row ?? null
  },
})
