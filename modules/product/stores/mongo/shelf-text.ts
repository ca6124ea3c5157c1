import { type Static, Type } from '@sinclair/typebox'
import { keptOf } from '../../rules/kept.ts'
import { categoryShown, tail } from '../../rules/render.ts'
import type { Tree } from '../../rules/tree.ts'
import type { Kept } from '../../store.ts'
import { ProductDocument } from './collections.ts'

/** What is read of a product to show it. */
export const Shown = Type.Pick(ProductDocument, ['_id', 'head', 'variants', 'stock', 'category', 'ratingAverage', 'ratingCount'])
export const shownFields = ['head', 'variants', 'stock', 'category', 'ratingAverage', 'ratingCount']
export const Recorded = Type.Composite([Shown, Type.Pick(ProductDocument, ['currency'])])
export const recordedFields = [...shownFields, 'currency']

export const tailOf = ({ variants, stock, ratingAverage, ratingCount }: Static<typeof Shown>): string =>
  tail(variants.map(({ id, json }) => ({ json, available: stock[id]?.available ?? null })), { average: ratingAverage, count: ratingCount })

/** A category as products show it; one that is gone is none. */
export const categoryIn = (tree: Tree, id: string | null): string => {
  const node = id === null ? undefined : tree.byId.get(id)
  return node ? categoryShown(node.slug, node.name) : 'null'
}

/** A product as clients are sent it. */
export const textOf = (product: Static<typeof Shown>, tree: Tree): string => `${product.head}${categoryIn(tree, product.category)}${tailOf(product)}`

export const keptIn = (product: Static<typeof Recorded>, tree: Tree): Kept => {
  const node = product.category === null ? undefined : tree.byId.get(product.category)
  return keptOf(`${product.head}null${tailOf(product)}`, { currency: product.currency, category: node ?? null })
}
