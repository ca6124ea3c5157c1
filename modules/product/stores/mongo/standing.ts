import { type Static, Type } from '@sinclair/typebox'
import type { Documents } from '../../../../src/databases/documents.ts'
import type { OrderLine, Shortage, StockStore } from '../../store.ts'
import { gone, products } from './collections.ts'
import { keptIn, Recorded, recordedFields } from './shelf-text.ts'
import { freeIn, StockDocument, stocks } from './stock-documents.ts'
import type { KeptTree } from './tree.ts'

const Sold = Type.Object({ _id: Type.String(), status: Type.String(), stock: Type.Record(Type.String(), Type.Object({ version: Type.Integer() })) })
/** What a quote is made from; a deleted product's is left out here: by ids alone every server looks it up, with more to meet some look at all. */
const Quoted = Type.Composite([Recorded, Type.Object({ status: Type.String() })])
const mostHints = 20_000

/** How things stand now: stock beside the products that sell it, in one round trip where it is known which these are. */
export const standingOn = (documents: Documents, { now }: KeptTree) => {
  /** Which product a variant is of never changes. */
  const owners = new Map<string, string>()
  const stockOf = async (variants: readonly string[]): Promise<Map<string, StockDocument>> => {
    const found = await documents.read(StockDocument, stocks, { _id: { $in: variants } })
    if (owners.size > mostHints) owners.clear()
    for (const { _id, product } of found) owners.set(_id, product)
    return new Map(found.map((stock) => [stock._id, stock]))
  }
  const beside = async <T>(variants: readonly string[], read: (products: readonly string[]) => Promise<T[]>): Promise<[Map<string, StockDocument>, T[]]> => {
    const ownersOf = () => [...new Set(variants.flatMap((variant) => owners.get(variant) ?? []))]
    if (variants.every((variant) => owners.has(variant))) return await Promise.all([stockOf(variants), read(ownersOf())])
    const stock = await stockOf(variants)
    return [stock, stock.size === 0 ? [] : await read(ownersOf())]
  }
  const there = <P extends { status: string }>(found: readonly P[]): P[] => found.filter(({ status }) => status !== gone)
  const selling = (variants: readonly string[]) => async (ids: readonly string[]): Promise<Static<typeof Sold>[]> =>
    there(await documents.read(Sold, products, { _id: { $in: ids } }, { fields: ['status', ...variants.map((variant) => `stock.${variant}.version`)] }))

  const quotes: StockStore['quotes'] = async (ids) => {
    const reading = async (owners: readonly string[]) => there(await documents.read(Quoted, products, { _id: { $in: owners } }, { fields: [...recordedFields, 'status'] }))
    const [{ tree }, [stock, found]] = await Promise.all([now(), beside(ids, reading)])
    const kept = new Map(found.map((product) => [product._id, keptIn(product, tree).record]))
    return ids.flatMap((variantId) => {
      const level = stock.get(variantId)
      const record = level && kept.get(level.product)
      const variant = record?.variants.find(({ id }) => id === variantId)
      if (!level || !record || !variant) return []
      return [{
        variantId, productId: record.id, slug: record.slug, name: record.name, options: variant.options, sku: variant.sku, image: record.images[0]?.url ?? null,
        price: { amount: variant.price, currency: record.currency }, categories: [...tree.byId.get(record.category ?? '')?.path ?? []],
        sellable: record.status === 'active' && level.sellable, available: freeIn(level), weightGrams: variant.weightGrams,
      }]
    })
  }

  return {
    quotes,
    /** Which lines have too little for this order, beside what it holds already, or are not for sale; and of which variants pieces are counted. */
    async look(order: string, lines: readonly OrderLine[]): Promise<{ short: readonly Shortage[]; tracked: ReadonlyMap<string, boolean> }> {
      const variants = lines.map(({ variantId }) => variantId)
      const [stock, found] = await beside(variants, selling(variants))
      const byId = new Map(found.map((product) => [product._id, product]))
      const short = lines.flatMap(({ variantId, quantity }) => {
        const level = stock.get(variantId)
        const product = level && byId.get(level.product)
        if (!level?.sellable || product?.status !== 'active' || product.stock[variantId] === undefined) return [{ variantId, available: 0, reserved: 0 }]
        return level.tracked && level.available < quantity && level.holds[order] === undefined ? [{ variantId, available: level.available, reserved: level.reserved }] : []
      })
      return { short, tracked: new Map([...stock.values()].map(({ _id, tracked }) => [_id, tracked])) }
    },
    /** A variant's stock as its product sells it, or what is not there. */
    async of(productId: string, variantId: string): Promise<StockDocument | 'unknown_product' | 'unknown_variant'> {
      const [stock, [product]] = await Promise.all([stockOf([variantId]), selling([variantId])([productId])])
      if (!product) return 'unknown_product'
      const level = stock.get(variantId)
      return level?.product === productId && level.sellable && product.stock[variantId] !== undefined ? level : 'unknown_variant'
    },
  }
}
export type Standing = ReturnType<typeof standingOn>
