import { unavailable, versionMismatch } from '../../../src/contract/faults.ts'
import { isId } from '../../../src/contract/scalars.ts'
import type { In, Out } from '../../../src/contract/contract.ts'
import type { Operations } from '../../../src/module/module.ts'
import { asJson, Reply, type ReplyOptions } from '../../../src/module/reply.ts'
import { productNotFound, slugTaken } from '../contract/faults.ts'
import type { product } from '../contract/index.ts'
import type { createProduct, patchProduct } from '../contract/operations.ts'
import { etagOf, isOfVersion } from '../rules/etag.ts'
import { mergePatch } from '../rules/merge-patch.ts'
import { freeSlug, isReservedSlug, slugify } from '../rules/slug.ts'
import { newVariant, optionsFor, patchedVariants, type VariantChange, variantChanges, wrongField } from '../rules/variants.ts'
import type { ProductGiven } from '../settings.ts'
import type { CategoryRecord, Kept, ProductChange, ProductRecord } from '../store.ts'

/** Each attempt but the first follows somebody else's change of the same product, slug or category. */
const mostAttempts = 40
type Shown = Out<typeof createProduct>
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

export const editing = ({ store, world, settings: { currency } }: ProductGiven): Pick<Operations<typeof product>, 'createProduct' | 'patchProduct' | 'deleteProduct'> => {
  const show = async (id: string, headers: ReplyOptions['headers'] = {}): Promise<Reply<Shown>> => {
    const found = await store.detail(id)
    if (!found) throw productNotFound()
    return new Reply<Shown>(asJson(found.text), { headers: { ...headers, etag: etagOf(found.version, found.n) } })
  }
  const categoryFor = async (text: string | null): Promise<{ category: string | null; newCategory: CategoryRecord | null }> => {
    if (text === null) return { category: null, newCategory: null }
    const name = text.trim()
    const known = await store.category(name)
    if (known) return { category: known.id, newCategory: null }
    const id = world.id()
    return { category: id, newCategory: { id, slug: slugify(name, `category-${id.slice(-12)}`), name, parent: null } }
  }
  const slugFor = async (given: string | undefined, name: string): Promise<string> => {
    if (given === undefined) {
      const derived = slugify(name, 'product')
      return freeSlug(derived, await store.slugsLike(derived))
    }
    if (isReservedSlug(given)) throw wrongField('/slug', 'is reserved')
    return given
  }
  const repeatedly = async <T>(attempt: () => Promise<T | null>): Promise<T> => {
    for (let count = 0; count < mostAttempts; count++) {
      const done = await attempt()
      if (done !== null) return done
    }
    throw unavailable('Others keep changing the same product; try again', { headers: { 'retry-after': '1' } })
  }
  /** Null: somebody was faster, look again. */
  const saved = async (change: ProductChange, slugWasGiven: boolean): Promise<string | null> => {
    const { is } = await store.save([change])
    if (is === 'saved') return change.record.id
    if (is === 'slug_taken' && slugWasGiven) throw slugTaken(undefined, { errors: [{ in: 'body', path: '/slug', message: 'is taken' }] })
    return null
  }
  const existing = async (id: string, ifMatch: string | undefined): Promise<Kept> => {
    const kept = isId(id) ? await store.byId(id.toLowerCase()) : null
    if (!kept) throw productNotFound()
    if (ifMatch !== undefined && !isOfVersion(ifMatch, kept.record.version)) throw versionMismatch()
    return kept
  }

  const created = async (given: In<typeof createProduct>): Promise<ProductChange> => {
    const at = world.now()
    const variants = given.variants.map((variant, index) => newVariant(world.id(), variant, currency, index))
    const stock = variants.map(({ id }, index) => ({ variantId: id, available: given.variants[index]?.stock ?? null, effect: 'first' }))
    const { category, newCategory } = await categoryFor(given.category ?? null)
    return { replaces: null, newCategory, stock, record: {
      id: world.id(), slug: await slugFor(given.slug, given.name), name: given.name, description: given.description ?? null,
      vendor: given.vendor ?? null, currency, category, tags: given.tags ?? [], status: given.status ?? 'active',
      options: optionsFor(variants, given.options), attributes: given.attributes ?? {}, images: [], variants, createdAt: at, updatedAt: at, version: 1,
    } }
  }

  const patched = async ({ record: was }: Kept, given: In<typeof patchProduct>, changes: readonly VariantChange[] | null): Promise<ProductChange> => {
    const { variants, stock } = changes ? patchedVariants(was.variants, changes, currency, world.id) : { variants: was.variants, stock: [] }
    const { category, newCategory } = given.category === undefined ? { category: was.category, newCategory: null } : await categoryFor(given.category)
    const attributes = given.attributes === undefined ? was.attributes : given.attributes === null ? {} : mergePatch(was.attributes, given.attributes)
    const record: ProductRecord = {
      ...was, category, variants, currency,
      slug: given.slug ?? was.slug, name: given.name ?? was.name, status: given.status ?? was.status,
      description: given.description === undefined ? was.description : given.description,
      vendor: given.vendor === undefined ? was.vendor : given.vendor,
      tags: given.tags === undefined ? was.tags : given.tags ?? [],
      options: given.variants || given.options !== undefined ? optionsFor(variants, given.options) : was.options,
      attributes: isObject(attributes) ? attributes : {},
      updatedAt: Math.max(world.now(), was.updatedAt), version: was.version + 1,
    }
    return { record, replaces: was.version, newCategory, stock: stock.map((one) => ({ ...one, effect: 'first' })) }
  }

  return {
    async createProduct(given) {
      const id = await repeatedly(async () => saved(await created(given), given.slug !== undefined))
      return await show(id, { location: `/products/${id}` })
    },

    async patchProduct({ id, ifMatch, ...given }) {
      const changes = given.variants ? variantChanges(given.variants, currency) : null
      if (given.slug !== undefined && isReservedSlug(given.slug)) throw wrongField('/slug', 'is reserved')
      await repeatedly(async () => {
        const kept = await existing(id, ifMatch)
        if (Object.keys(given).length === 0) return id
        return await saved(await patched(kept, { id, ...given }, changes), given.slug !== undefined)
      })
      return await show(id)
    },

    async deleteProduct({ id, ifMatch }) {
      await repeatedly(async () => {
        const { record } = await existing(id, ifMatch)
        return await store.remove(record.id, record.version) === 'removed' ? id : null
      })
      return {}
    },
  }
}
