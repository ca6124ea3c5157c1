import { type Static, Type } from '@sinclair/typebox'
import type { Documents, Step, Tells } from '../../../../src/databases/documents.ts'
import { Violation } from '../../../../src/databases/sql.ts'
import { productCreated, productDeleted, productUpdated } from '../../contract/events.ts'
import type { Catalogue, ProductChange, Resuming, Saved, StockTarget } from '../../store.ts'
import { withCategory } from './categories.ts'
import { gone, ProductDocument, products, type ShownStock } from './collections.ts'
import { emptied, piecesOf, writtenOf } from './product-document.ts'
import { Counted, countedFields, type Level, offersOf, type Show, shownOf } from './shown.ts'
import type { Grown, KeptTree } from './tree.ts'

export type Target = StockTarget & { productId: string }
/** What saving asks of the stock, each to be repeated without harm. */
export interface Stocking {
  /** Opens records that are not there yet, and sets each to its target, once an effect. Answers them as they are now. */
  open(targets: readonly Target[], at: number): Promise<readonly Level[]>
  /** Nothing of these is sold any more. */
  close(variantIds: readonly string[]): Promise<void>
}
export interface SavingParts {
  documents: Documents
  tree: KeptTree
  stocking: Stocking
  show: Show
  /** Tells the cache. */
  changed(product: Static<typeof Counted>): Promise<void>
}

const Standing = Type.Pick(ProductDocument, ['_id', 'version', 'n', 'stock', 'opening'])
type Standing = Static<typeof Standing>
const standingFields = ['version', 'n', 'stock', 'opening']
const Opening = Type.Pick(ProductDocument, ['_id', 'version', 'opening', 'updatedAt'])
const openingAtOnce = 100
const Owner = Type.Object({ _id: Type.String(), slug: Type.String() })
const Head = Type.Object({ _id: Type.String(), head: Type.String() })

type Opening = Pick<Static<typeof Opening>, '_id' | 'version' | 'opening'>
/** What a new variant's stock shows once it is opened. */
const firstVersion = 1
const tells = ({ record: { id, version }, replaces }: ProductChange): Tells =>
  ({ events: [replaces === null ? productCreated({ productId: id, version }) : productUpdated({ productId: id, version })] })

/**
 * A product is one document, so one product's change is one atomic step, its event in it. Of several everything that could
 * stand in the way is looked at first; then each is stored for itself (docs/decisions/catalogue-in-documents.md).
 */
export const saving = ({ documents, tree, stocking, show, changed }: SavingParts): Pick<Catalogue, 'save' | 'remove'> & Resuming => {
  const standing = async (ids: readonly string[]): Promise<Map<string, Standing>> => ids.length === 0 ? new Map()
    : new Map((await documents.read(Standing, products, { _id: { $in: ids }, status: { $ne: gone } }, { fields: standingFields })).map((one) => [one._id, one]))

  /** The first change that cannot be stored as things are now. */
  const obstacle = (changes: readonly ProductChange[], { tree: { byId, bySlug } }: Grown, was: ReadonlyMap<string, Standing>, owners: Map<string, string>): Exclude<Saved, { is: 'saved' }> | null => {
    const made = new Map<string, string>()
    for (const [index, { record, replaces, newCategory }] of changes.entries()) {
      if (newCategory) {
        const known = bySlug.get(newCategory.slug)?.id ?? made.get(newCategory.slug)
        if (known !== undefined && known !== newCategory.id) return { is: 'category', index }
        made.set(newCategory.slug, newCategory.id)
      }
      if (record.category !== null && !byId.has(record.category) && ![...made.values()].includes(record.category)) return { is: 'category', index }
      if (replaces !== null && was.get(record.id)?.version !== replaces) return { is: 'version', index }
      if ((owners.get(record.slug) ?? record.id) !== record.id) return { is: 'slug_taken', index }
      owners.set(record.slug, record.id)
    }
    return null
  }

  /** The change as a step over the state that it was made from: also the copies of stock may not have moved since. */
  const stepOf = (change: ProductChange, was: Standing | undefined): Step & { state: Static<typeof Counted> } => {
    const { record, replaces } = change
    const fresh = change.stock.filter(({ variantId }) => was?.stock[variantId] === undefined)
    const firsts = new Map(fresh.map(({ variantId, available }) => [variantId, shownOf({ available, version: firstVersion })]))
    const stock = Object.fromEntries(record.variants.flatMap(({ id }): [string, ShownStock][] => {
      const copy = was?.stock[id] ?? firsts.get(id)
      return copy ? [[id, copy]] : []
    }))
    const opening = [...was?.opening ?? [], ...fresh]
    const variants = piecesOf(record)
    const written = { ...writtenOf(record), variants, stock, offers: offersOf(variants, stock), ...opening.length > 0 && { opening } }
    const state = { _id: record.id, version: record.version, n: was?.n ?? 0 }
    return replaces === null
      ? { insert: { ...written, ...state, ratingAverage: null, ratingCount: 0, rating: 0 }, tells: tells(change), state }
      : { filter: { _id: record.id, version: replaces, n: was?.n ?? 0 }, update: { $set: { ...written, version: record.version } }, tells: tells(change), state }
  }
  /** One product; again where nothing but its stock moved meanwhile. */
  const saveOne = async (change: ProductChange, was: Standing | undefined): Promise<'saved' | 'version' | 'slug_taken'> => {
    try {
      for (let found = was; ; found = (await standing([change.record.id])).get(change.record.id)) {
        if (change.replaces !== null && found?.version !== change.replaces) return 'version'
        const step = stepOf(change, found)
        if ('insert' in step) await documents.insert(products, [step.insert], step.tells)
        else if (!(await documents.change(Counted, products, step.filter, step.update, { fields: countedFields, ...step.tells && { tells: step.tells } }))) continue
        else await changed(step.state)
        return 'saved'
      }
    } catch (error) {
      if (error instanceof Violation && error.kind === 'unique') return error.constraint.includes('slug') ? 'slug_taken' : 'version'
      throw error
    }
  }
  /** Many in one round trip; answers which of them are not stored by it. */
  const saveMany = async (changes: readonly ProductChange[], was: ReadonlyMap<string, Standing>): Promise<Set<ProductChange>> => {
    const steps = changes.map((change) => stepOf(change, was.get(change.record.id)))
    const done = await documents.steps(products, steps.map(({ state: _, ...step }) => step), { anyOrder: true })
      .catch((error: unknown) => { if (error instanceof Violation) return null; throw error })
    const edits = steps.filter((step) => !('insert' in step))
    if (done !== null && done.met + done.made === steps.length) {
      await Promise.all(edits.map(({ state }) => changed(state)))
      return new Set()
    }
    // The text says its version and the moment of its edit.
    const heads = new Map((await documents.read(Head, products, { _id: { $in: changes.map(({ record }) => record.id) } }, { fields: ['head'] })).map(({ _id, head }) => [_id, head]))
    await Promise.all(edits.map(({ state }) => changed(state)))
    return new Set(changes.filter(({ record }) => heads.get(record.id) !== writtenOf(record).head))
  }

  const targetsOf = ({ record, stock }: ProductChange): Target[] => stock.map((target) => ({ ...target, productId: record.id }))
  /** Opens the stock of new variants, which their products tell of until it is done. */
  const open = async (unopened: readonly Opening[], at: number): Promise<void> => {
    if (unopened.length === 0) return
    const levels = await stocking.open(unopened.flatMap(({ _id: productId, opening = [] }) => opening.map(({ variantId, available, effect }) => ({ productId, variantId, available, effect }))), at)
    await documents.steps(products, unopened.map(({ _id, version }) => ({ filter: { _id, version }, update: { $unset: { opening: true } } })), { anyOrder: true })
    const others = levels.filter(({ version }) => version !== firstVersion)
    if (others.length > 0) await show(others)
  }

  return {
    async save(changes) {
      const [grown, was, taken] = await Promise.all([
        tree.now(), standing(changes.flatMap(({ record, replaces }) => (replaces === null ? [] : [record.id]))),
        documents.read(Owner, products, { slug: { $in: changes.map(({ record }) => record.slug) } }, { fields: ['slug'] }),
      ])
      const inTheWay = obstacle(changes, grown, was, new Map(taken.map(({ _id, slug }) => [slug, _id])))
      if (inTheWay) return inTheWay
      for (const [index, { newCategory }] of changes.entries()) {
        const refused = newCategory && await tree.grow(withCategory(newCategory))
        if (refused && refused !== 'added') return { is: 'category', index }
      }

      const left = changes.length > 1 ? await saveMany(changes, was) : new Set(changes)
      let refused: { is: 'version' | 'slug_taken'; index: number } | null = null
      for (const [index, change] of changes.entries()) {
        if (!left.has(change)) continue
        const is = await saveOne(change, was.get(change.record.id))
        if (is === 'saved') left.delete(change)
        else refused ??= { is, index }
      }

      const stored = changes.filter((change) => !left.has(change))
      const dropped = stored.flatMap(({ record }) => Object.keys(was.get(record.id)?.stock ?? {}).filter((id) => record.variants.every((variant) => variant.id !== id)))
      if (dropped.length > 0) await stocking.close(dropped)
      const at = changes.reduce((latest, { record }) => Math.max(latest, record.updatedAt), 0)
      const isNew = ({ productId, variantId }: Target) => was.get(productId)?.stock[variantId] === undefined
      await open(stored.flatMap((change) => {
        const opening = [...was.get(change.record.id)?.opening ?? [], ...targetsOf(change).filter(isNew)]
        return opening.length > 0 ? [{ _id: change.record.id, version: change.record.version, opening }] : []
      }), at)
      const targets = stored.flatMap(targetsOf).filter((target) => !isNew(target))
      if (targets.length > 0) await show(await stocking.open(targets, at))
      if (refused === null) return { is: 'saved' }
      return stored.length === 0 ? refused : { ...refused, stored: changes.flatMap((change, index) => (left.has(change) ? [] : [index])) }
    },

    async resume(before, stop) {
      while (!stop.aborted) {
        const unopened = await documents.read(Opening, products, { opening: { $exists: true }, updatedAt: { $lt: before } }, { fields: ['version', 'opening', 'updatedAt'], limit: openingAtOnce })
        await open(unopened, unopened.reduce((latest, { updatedAt }) => Math.max(latest, updatedAt), 0))
        if (unopened.length < openingAtOnce) return
      }
    },

    async remove(id, version) {
      const was = (await standing([id])).get(id)
      if (!was) return 'unknown'
      if (was.version !== version) return 'version'
      const removed = await documents.change(Counted, products, { _id: id, version, status: { $ne: gone } }, { $set: { ...emptied(id), version: version + 1 } },
        { fields: countedFields, tells: { events: [productDeleted({ productId: id, version: version + 1 })] } })
      if (!removed) return (await standing([id])).size > 0 ? 'version' : 'unknown'
      await changed(removed)
      await stocking.close(Object.keys(was.stock))
      return 'removed'
    },
  }
}
