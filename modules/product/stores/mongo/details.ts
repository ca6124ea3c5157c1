import { type Static, Type } from '@sinclair/typebox'
import { isId } from '../../../../src/contract/scalars.ts'
import type { Cache } from '../../../../src/databases/cache.ts'
import type { Documents } from '../../../../src/databases/documents.ts'
import { Status } from '../../contract/schemas.ts'
import type { Shelf } from '../../store.ts'
import { gone, products } from './collections.ts'
import { categoryIn, Shown, shownFields, tailOf } from './shelf-text.ts'
import type { Counted } from './shown.ts'
import type { KeptTree } from './tree.ts'

const Read = Type.Composite([Shown, Type.Object({ slug: Type.String(), status: Status, version: Type.Integer(), n: Type.Integer() })])
const fields = [...shownFields, 'slug', 'status', 'version', 'n']

/** A product but for its category's name, which the tree knows: as it stands in the cache. */
const Kept = Type.Object({ slug: Type.String(), status: Status, version: Type.Integer(), n: Type.Integer(), category: Type.Union([Type.String(), Type.Null()]) })
interface Found extends Static<typeof Kept> { head: string; tail: string }

/** JSON has no line break of its own. */
const written = ({ head, tail, ...about }: Found): string => `${JSON.stringify(about)}\n${head}\n${tail}`
const readBack = (text: string): Found => {
  const [about = '', head = '', tail = ''] = text.split('\n')
  const kept: Static<typeof Kept> = JSON.parse(about)
  return { ...kept, head, tail }
}

const mostHints = 10_000
const key = (id: string) => `detail:${id}`
/** Each change of a product raises one of the two. */
const counted = ({ version, n }: { version: number; n: number }) => version + n

/**
 * Products by id or slug, out of the cache where it has them. What somebody changed is dropped from it before that is
 * answered. Which id a slug had is only a hint: what is found by it says its slug itself.
 */
export const details = (documents: Documents, cache: Cache | null, { now }: KeptTree) => {
  const hints = new Map<string, string>()
  const hint = (slug: string, id: string): void => {
    if (hints.size >= mostHints) hints.clear()
    hints.set(slug, id)
  }
  const kept = async (id: string | undefined): Promise<Found | null> => {
    const text = id === undefined ? null : await cache?.get(key(id))
    return text ? readBack(text) : null
  }
  const read = async (by: { _id: string } | { slug: string }): Promise<Found | null> => {
    const [product] = await documents.read(Read, products, { ...by, status: { $ne: gone } }, { fields })
    if (!product) return null
    const { _id: id, slug, status, version, n, category, head } = product
    const found = { slug, status, version, n, category, head, tail: tailOf(product) }
    await cache?.set(key(id), counted(found), written(found))
    if (cache) hint(slug, id)
    return found
  }
  const bySlug = async (slug: string): Promise<Found | null> => {
    const found = await kept(hints.get(slug))
    return found?.slug === slug ? found : await read({ slug })
  }

  return {
    async detail(idOrSlug: string) {
      const id = idOrSlug.toLowerCase()
      const [{ tree, n }, found] = await Promise.all([now(), isId(id) ? kept(id).then((one) => one ?? read({ _id: id })) : bySlug(idOrSlug)])
      return found && { text: `${found.head}${categoryIn(tree, found.category)}${found.tail}`, status: found.status, version: found.version, n: found.n + n }
    },
    /** Nothing older than this is shown from now on. */
    changed: async (product: Static<typeof Counted>): Promise<void> => { await cache?.drop(key(product._id), counted(product)) },
  } satisfies Pick<Shelf, 'detail'> & { changed(product: Static<typeof Counted>): Promise<void> }
}
