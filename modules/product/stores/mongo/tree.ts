import { type Static, Type } from '@sinclair/typebox'
import type { Cache } from '../../../../src/databases/cache.ts'
import type { Documents } from '../../../../src/databases/documents.ts'
import { Violation } from '../../../../src/databases/sql.ts'
import { type Node, type Tree, treeOf } from '../../rules/tree.ts'
import type { CategoryRecord } from '../../store.ts'
import { onlyTree, TreeDocument, trees } from './collections.ts'

const Standing = Type.Object({ version: Type.Integer(), n: Type.Integer() })

/** The tree as it is at a moment; `n` counts its changes that products show. */
export interface Grown { readonly version: number; readonly n: number; readonly tree: Tree }
/** What a change makes of the categories; `shows`: products show it. */
export interface Growth { readonly categories: readonly Leaf[]; readonly shows: boolean }
export type Leaf = Static<typeof TreeDocument>['categories'][number]

const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
export const placed = (categories: readonly CategoryRecord[]): Omit<Node, 'words'>[] => {
  const byId = new Map(categories.map((category) => [category.id, category]))
  const pathOf = (category: CategoryRecord): string[] => {
    const path: string[] = []
    for (let at: CategoryRecord | undefined = category; at && path.length < categories.length; at = byId.get(at.parent ?? '')) path.push(at.slug)
    return path
  }
  return categories.map((category) => ({ id: category.id, slug: category.slug, name: category.name, parent: category.parent, path: pathOf(category) }))
    .sort((one, other) => order(one.name, other.name) || order(one.slug, other.slug))
}

/**
 * The tree of categories, one document: so its rules hold in one compare-and-set. This process keeps a copy, and asks before
 * each use which version is the newest: whoever changed it last is seen in every instance.
 */
export const treeIn = (documents: Documents, cache: Cache | null) => {
  let known: Grown = { version: 0, n: 0, tree: treeOf([]) }

  const newest = async (): Promise<number> => {
    const kept = await cache?.get(onlyTree)
    if (kept) return Number(kept)
    const [standing] = await documents.read(Standing, trees, { _id: onlyTree }, { fields: ['version', 'n'] })
    if (standing) await cache?.set(onlyTree, standing.version, String(standing.version))
    return standing?.version ?? 0
  }
  const read = async () => (await documents.read(TreeDocument, trees, { _id: onlyTree }))[0]
  const now = async (): Promise<Grown> => {
    if ((await newest()) <= known.version) return known
    const found = await read()
    if (found && found.version > known.version) known = { version: found.version, n: found.n, tree: treeOf(placed(found.categories)) }
    return known
  }

  /** Stores a version over the one it was made from. */
  const stored = async (was: { version: number; n: number } | undefined, { categories, shows }: Growth): Promise<boolean> => {
    const version = (was?.version ?? 0) + 1
    // From here on nobody believes an older one, whatever becomes of this process.
    await cache?.drop(onlyTree, version)
    if (!was) {
      try {
        await documents.insert(trees, [{ _id: onlyTree, version, n: 0, categories }])
        return true
      } catch (error) {
        if (error instanceof Violation) return false
        throw error
      }
    }
    const changed = await documents.change(Standing, trees, { _id: onlyTree, version: was.version }, { $set: { categories }, $inc: { version: 1, n: shows ? 1 : 0 } }, { fields: ['version', 'n'] })
    return changed !== null
  }

  return {
    now,
    /** Looks at the categories of now and changes them, or answers what stands in the way; again where somebody was faster. */
    async grow<Refused extends string>(decide: (categories: readonly Leaf[]) => Growth | Refused): Promise<Refused | null> {
      for (;;) {
        const was = await read()
        const next = decide(was?.categories ?? [])
        if (typeof next === 'string') return next
        if (await stored(was, next)) return null
      }
    },
  }
}
export type KeptTree = ReturnType<typeof treeIn>
