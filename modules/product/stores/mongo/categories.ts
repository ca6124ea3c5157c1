import { Type } from '@sinclair/typebox'
import type { Documents } from '../../../../src/databases/documents.ts'
import { slugify } from '../../rules/slug.ts'
import type { Catalogue, Categories, CategoryRecord } from '../../store.ts'
import { products } from './collections.ts'
import type { Growth, KeptTree, Leaf } from './tree.ts'

const Counted = Type.Object({ _id: Type.Union([Type.String(), Type.Null()]), count: Type.Integer() })
const isSame = (one: CategoryRecord, other: CategoryRecord) =>
  one.id === other.id && one.slug === other.slug && one.name === other.name && one.parent === other.parent

/** With one more; a repeat of the same changes nothing. */
export const withCategory = ({ id, slug, name, parent }: CategoryRecord) => (categories: readonly Leaf[]): Growth | 'slug_taken' | 'no_parent' | 'added' => {
  const made = { id, slug, name, parent, n: 0 }
  if (categories.some((one) => isSame(one, made))) return 'added'
  if (categories.some((one) => one.slug === slug || one.id === id)) return 'slug_taken'
  if (parent !== null && !categories.some((one) => one.id === parent)) return 'no_parent'
  return { categories: [...categories, made], shows: false }
}

const isAbove = (categories: readonly CategoryRecord[], id: string, from: string | null): boolean => {
  const byId = new Map(categories.map((one) => [one.id, one]))
  for (let at = from, steps = 0; at !== null && steps <= categories.length; at = byId.get(at)?.parent ?? null, steps++) if (at === id) return true
  return false
}

/** Products name their category by its id: what becomes of the tree touches none of them. */
export const categories = (documents: Documents, { now, grow }: KeptTree): Categories & Pick<Catalogue, 'category'> => ({
  async category(text) {
    const { tree: { nodes, bySlug } } = await now()
    return bySlug.get(text) ?? nodes.find((node) => node.name === text) ?? bySlug.get(slugify(text, '')) ?? null
  },

  async categories() {
    const [{ tree: { nodes } }, counts] = await Promise.all([now(), documents.aggregate(Counted, products, [
      { $match: { status: 'active' } }, { $group: { _id: '$category', count: { $sum: 1 } } },
    ])])
    const counted = new Map(counts.map(({ _id, count }) => [_id, count]))
    return nodes.map((node) => ({ ...node, products: counted.get(node.id) ?? 0 }))
  },

  addCategory: async (category) => (await grow(withCategory(category))) ?? 'added',

  changeCategory: async ({ id, slug, name, parent }) => (await grow<'unknown' | 'slug_taken' | 'no_parent' | 'cycle'>((all) => {
    const was = all.find((one) => one.id === id)
    if (!was) return 'unknown'
    if (all.some((one) => one.slug === slug && one.id !== id)) return 'slug_taken'
    if (parent !== null && !all.some((one) => one.id === parent)) return 'no_parent'
    if (isAbove(all, id, parent)) return 'cycle'
    return { categories: all.map((one) => (one.id === id ? { id, slug, name, parent, n: one.n + 1 } : one)), shows: true }
  })) ?? 'changed',

  removeCategory: async (id) => (await grow<'unknown' | 'not_empty'>((all) => {
    if (!all.some((one) => one.id === id)) return 'unknown'
    if (all.some((one) => one.parent === id)) return 'not_empty'
    return { categories: all.filter((one) => one.id !== id), shows: true }
  })) ?? 'removed',
})
