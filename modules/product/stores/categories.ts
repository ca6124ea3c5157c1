import { Type } from '@sinclair/typebox'
import { guarded, type Sql, sql, type Statement, Violation } from '../../../src/databases/sql.ts'
import { categoryShown } from '../rules/render.ts'
import { slugify } from '../rules/slug.ts'
import type { Categories, Catalogue, CategoryRecord } from '../store.ts'
import type { treeIn } from './tree.ts'

const Counted = Type.Object({ category: Type.String(), count: Type.Integer() })

export const insertCategory = ({ id, slug, name, parent }: CategoryRecord): Statement =>
  sql`insert into category (id, slug, name, parent, json, path) values (${id}, ${slug}, ${name}, ${parent}, ${categoryShown(slug, name)},
    json_array(${slug}))`
/** There are no circles; were there one, its ways up would end here. */
const mostDeep = 1000
/** Every category's way up, written anew: trees are small and seldom changed. */
const placed: Statement = sql`update category set path = (
    with recursive up (slug, parent, depth) as (
      select self.slug, self.parent, 0 from category self where self.id = category.id
      union all select above.slug, above.parent, depth + 1 from up join category above on above.id = up.parent where up.depth < ${mostDeep}
    ) select json_group_array(slug order by depth) from up)`

/** Which of the tree's rules a constraint has kept. Anything else is thrown on. */
const refusedFor = (error: unknown): 'slug_taken' | 'no_parent' => {
  if (error instanceof Violation && error.kind === 'unique') return 'slug_taken'
  if (error instanceof Violation && error.kind === 'foreign') return 'no_parent'
  throw error
}

export const categories = (db: Sql, { tree, changed }: ReturnType<typeof treeIn>): Categories & Pick<Catalogue, 'category'> => ({
  async category(text) {
    const { nodes, bySlug } = await tree()
    return bySlug.get(text) ?? nodes.find((node) => node.name === text) ?? bySlug.get(slugify(text, '')) ?? null
  },

  async categories() {
    const [{ nodes }, counts] = await Promise.all([tree(), db.read(Counted, sql`select category, count(*) as count from listing
      where status = 'active' and category is not null group by category`)])
    const products = new Map(counts.map(({ category, count }) => [category, count]))
    return nodes.map((node) => ({ ...node, products: products.get(node.id) ?? 0 }))
  },

  async addCategory(category) {
    try {
      await db.write({ statements: [insertCategory(category), placed], events: [] })
      return 'added'
    } catch (error) {
      return refusedFor(error)
    } finally {
      changed()
    }
  },

  async changeCategory({ id, slug, name, parent }) {
    try {
      const written = await db.write({
        statements: [
          guarded(sql`update category set slug = ${slug}, name = ${name}, json = ${categoryShown(slug, name)}, n = n + 1 where id = ${id}`),
          guarded(sql`update category set parent = ${parent} where id = ${id} and id not in (
            with recursive up (id) as (
              select ${parent} union select above.parent from up join category above on above.id = up.id where above.parent is not null
            ) select id from up where id is not null)`),
          placed,
        ],
        events: [],
      })
      if (written.ok) return 'changed'
      return written.at === 0 ? 'unknown' : 'cycle'
    } catch (error) {
      return refusedFor(error)
    } finally {
      changed()
    }
  },

  async removeCategory(id) {
    try {
      const written = await db.write({
        statements: [
          guarded(sql`select 1 as one from category where id = ${id}`),
          // What clients know the products by (their ETag) moves on from where the category had brought it.
          sql`update live set n = n + 1 + (select n from category where id = ${id}) where num in (select num from product where category = ${id})`,
          sql`update listing set category = null where category = ${id}`,
          sql`update product set category = null where category = ${id}`,
          sql`delete from category where id = ${id}`,
        ],
        events: [],
      })
      return written.ok ? 'removed' : 'unknown'
    } catch (error) {
      if (error instanceof Violation && error.kind === 'foreign') return 'not_empty'
      throw error
    } finally {
      changed()
    }
  },
})
