import { Type } from '@sinclair/typebox'
import type { Documents, Filter, ReadOptions } from '../../../../src/databases/documents.ts'
import type { Catalogue, Kept } from '../../store.ts'
import { gone, products } from './collections.ts'
import { keptIn, Recorded, recordedFields } from './shelf-text.ts'
import type { KeptTree } from './tree.ts'

const Slug = Type.Object({ slug: Type.String() })

export const records = (documents: Documents, { now }: KeptTree): Pick<Catalogue, 'byId' | 'bySlugs' | 'walk' | 'slugsLike'> => {
  const kept = async (filter: Filter, options: ReadOptions = {}): Promise<Kept[]> => {
    const [{ tree }, found] = await Promise.all([now(), documents.read(Recorded, products, { ...filter, status: { $ne: gone } }, { fields: recordedFields, ...options })])
    return found.map((product) => keptIn(product, tree))
  }
  return {
    byId: async (id) => (await kept({ _id: id }))[0] ?? null,
    bySlugs: (slugs) => kept({ slug: { $in: slugs } }),
    async walk(after, limit) {
      const found = await kept(after === null ? {} : { _id: { $gt: after } }, { sort: { _id: 1 }, limit })
      return { products: found, next: found.length < limit ? null : found.at(-1)?.record.id ?? null }
    },
    async slugsLike(slug) {
      const found = await documents.read(Slug, products, { $or: [{ slug }, { slug: { $gte: `${slug}-`, $lt: `${slug}.` } }] }, { fields: ['slug'] })
      return new Set(found.map((one) => one.slug))
    },
  }
}
