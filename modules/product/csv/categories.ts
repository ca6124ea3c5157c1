import { unavailable } from '../../../src/contract/faults.ts'
import { freeSlug, slugify } from '../rules/slug.ts'
import type { Categories, CategoryRecord } from '../store.ts'
import type { CategoryStep } from './category.ts'
import { digest } from './handle.ts'

/** The categories that an import's products name, found or made. */
export interface NamedCategories {
  /** The id of the last step's category. Steps without a slug are found by name under the one before; a single one anywhere. */
  find(steps: readonly CategoryStep[]): Promise<string>
  /** Somebody changed the tree meanwhile: it is read again when it is next needed. */
  forget(): void
}

const attempts = 10
/** Names that differ in case, accents and punctuation only are one, as in addresses. */
const naturalSlug = (name: string) => slugify(name, `category-${digest(name)}`)
const under = (parent: string | null, slug: string) => `${parent ?? ''}/${slug}`

export const namedCategories = (store: Categories, newId: () => string): NamedCategories => {
  const bySlug = new Map<string, CategoryRecord>()
  const byName = new Map<string, CategoryRecord>()
  const byPlace = new Map<string, CategoryRecord>()
  let read = false

  const keep = (category: CategoryRecord): void => {
    const natural = naturalSlug(category.name)
    const place = under(category.parent, natural)
    bySlug.set(category.slug, category)
    if (!byName.has(category.name)) byName.set(category.name, category)
    if (!byPlace.has(place) || category.slug === natural) byPlace.set(place, category)
  }
  const readAll = async (): Promise<void> => {
    for (const known of [bySlug, byName, byPlace]) known.clear()
    for (const category of await store.categories()) keep(category)
    read = true
  }
  /** Of several with one name, the one that an export names by that name alone. */
  const atNaturalSlug = (name: string, natural: string): CategoryRecord | undefined => {
    const found = bySlug.get(natural)
    return found?.name === name ? found : undefined
  }
  const step = async ({ name, slug }: CategoryStep, parent: CategoryRecord | null, alone: boolean): Promise<CategoryRecord> => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (!read) await readAll()
      const natural = naturalSlug(name)
      const known = slug !== null ? bySlug.get(slug)
        : alone ? (bySlug.get(name) ?? atNaturalSlug(name, natural) ?? byName.get(name) ?? bySlug.get(natural)) : byPlace.get(under(parent?.id ?? null, natural))
      if (known) return known
      const wanted = parent && bySlug.has(natural) ? `${parent.slug}-${natural}` : natural
      const category = { id: newId(), name, slug: slug ?? freeSlug(wanted, new Set(bySlug.keys())), parent: parent?.id ?? null }
      const added = await store.addCategory(category)
      if (added === 'added') {
        keep(category)
        return category
      }
      read = false
      if (added === 'no_parent') break
    }
    throw unavailable('The categories change faster than this import can follow')
  }

  return {
    async find(steps) {
      let category: CategoryRecord | null = null
      for (const one of steps) category = await step(one, category, steps.length === 1)
      if (category === null) throw new Error('A category has a name')
      return category.id
    },
    forget() { read = false },
  }
}
