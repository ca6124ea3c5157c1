import { type Static, Type } from '@sinclair/typebox'
import { Nullable } from '../../../src/contract/scalars.ts'
import { type Sql, sql, type Statement } from '../../../src/databases/sql.ts'
import { keptOf } from '../rules/kept.ts'
import { numberOf } from '../rules/order.ts'
import type { Catalogue, Kept } from '../store.ts'
import { compose } from './compose.ts'

const Row = Type.Object({
  head: Type.String(), tail: Type.String(), category: Nullable(Type.String()), currency: Type.String(),
  name: Nullable(Type.String()), slug: Nullable(Type.String()),
})
const selected = `select p.head, e.tail, p.category, p.currency, c.name, c.slug
  from product p join live e on e.num = p.num left join category c on c.id = p.category where `
const Slug = Type.Object({ slug: Type.String() })

const keptIn = ({ head, tail, currency, category: id, name, slug }: Static<typeof Row>): Kept =>
  keptOf(`${head}null${tail}`, { currency, category: id !== null && name !== null && slug !== null ? { id, name, slug } : null })

export const records = (db: Sql): Pick<Catalogue, 'byId' | 'bySlugs' | 'walk' | 'slugsLike'> => {
  const kept = async (where: Statement): Promise<Kept[]> => (await db.read(Row, compose(selected, where))).map(keptIn)
  return {
    byId: async (id) => (await kept(sql`p.num = ${numberOf(id)} and p.id = ${id}`))[0] ?? null,
    bySlugs: (slugs) => kept(sql`p.slug in (select value from json_each(${JSON.stringify(slugs)}))`),
    async walk(after, limit) {
      const products = await kept(sql`p.num > ${after === null ? Number.MIN_SAFE_INTEGER : numberOf(after)} order by p.num limit ${limit}`)
      return { products, next: products.length < limit ? null : products.at(-1)?.record.id ?? null }
    },
    async slugsLike(slug) {
      const rows = await db.read(Slug, sql`select slug from product where slug = ${slug} or (slug >= ${`${slug}-`} and slug < ${`${slug}.`})`)
      return new Set(rows.map((row) => row.slug))
    },
  }
}
