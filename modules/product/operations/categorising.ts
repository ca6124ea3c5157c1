import { unavailable } from '../../../src/contract/faults.ts'
import type { Operations } from '../../../src/module/module.ts'
import { Reply } from '../../../src/module/reply.ts'
import type { Category } from '../contract/categories.ts'
import { categoryNotEmpty, categoryNotFound, slugTaken } from '../contract/faults.ts'
import type { product } from '../contract/index.ts'
import { freeSlug, slugify } from '../rules/slug.ts'
import { wrongField } from '../rules/variants.ts'
import type { ProductGiven } from '../settings.ts'
import type { CategoryKept } from '../store.ts'

const mostAttempts = 20
const taken = () => slugTaken(undefined, { errors: [{ in: 'body', path: '/slug', message: 'is taken' }] })

/** The categories as a tree; a count holds its subcategories' products, as the filter by category does. */
const treeOf = (kept: readonly CategoryKept[]): Map<string, Category> => {
  const nodes = new Map(kept.map(({ id, slug, name }): [string, Category] => [id, { slug, name, parent: null, productCount: 0, children: [] }]))
  const bySlug = new Map([...nodes.values()].map((node) => [node.slug, node]))
  for (const { id, parent, path, products } of kept) {
    const [node, above] = [nodes.get(id), parent === null ? undefined : nodes.get(parent)]
    if (node && above) {
      node.parent = above.slug
      above.children.push(node)
    }
    for (const slug of path) {
      const counted = bySlug.get(slug)
      if (counted) counted.productCount += products
    }
  }
  return nodes
}

export const categorising = ({ store, world }: ProductGiven): Pick<Operations<typeof product>, 'listCategories' | 'createCategory' | 'patchCategory' | 'deleteCategory'> => {
  const show = async (id: string): Promise<Category> => {
    const found = treeOf(await store.categories()).get(id)
    if (!found) throw categoryNotFound()
    return found
  }
  const parentFor = (kept: readonly CategoryKept[], slug: string | null): string | null => {
    if (slug === null) return null
    const found = kept.find((category) => category.slug === slug)
    if (!found) throw wrongField('/parent', 'names no category')
    return found.id
  }
  const named = (kept: readonly CategoryKept[], slug: string): CategoryKept => {
    const found = kept.find((category) => category.slug === slug)
    if (!found) throw categoryNotFound()
    return found
  }

  return {
    async listCategories() {
      const roots = [...treeOf(await store.categories()).values()].filter(({ parent }) => parent === null)
      return { items: roots, nextCursor: null }
    },

    async createCategory({ name, slug, parent = null }) {
      const id = world.id()
      for (let attempt = 0; attempt < mostAttempts; attempt++) {
        const kept = await store.categories()
        const free = slug ?? freeSlug(slugify(name, 'category'), new Set(kept.map((category) => category.slug)))
        const added = await store.addCategory({ id, slug: free, name: name.trim(), parent: parentFor(kept, parent) })
        if (added === 'added') return new Reply(await show(id), { headers: { location: `/categories/${encodeURIComponent(free)}` } })
        if (added === 'slug_taken' && slug !== undefined) throw taken()
      }
      throw unavailable('Others keep changing the categories; try again', { headers: { 'retry-after': '1' } })
    },

    async patchCategory({ was: before, name, slug, parent }) {
      const kept = await store.categories()
      const was = named(kept, before)
      const changed = await store.changeCategory({
        id: was.id, slug: slug ?? was.slug, name: name?.trim() ?? was.name, parent: parent === undefined ? was.parent : parentFor(kept, parent),
      })
      if (changed === 'unknown') throw categoryNotFound()
      if (changed === 'slug_taken') throw taken()
      if (changed === 'cycle') throw wrongField('/parent', 'is the category itself or stands below it')
      if (changed === 'no_parent') throw wrongField('/parent', 'names no category')
      return await show(was.id)
    },

    async deleteCategory({ slug }) {
      const removed = await store.removeCategory(named(await store.categories(), slug).id)
      if (removed === 'unknown') throw categoryNotFound()
      if (removed === 'not_empty') throw categoryNotEmpty()
      return {}
    },
  }
}
