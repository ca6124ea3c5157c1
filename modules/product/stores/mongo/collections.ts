import { type Static, Type } from '@sinclair/typebox'
import { Nullable } from '../../../../src/contract/scalars.ts'
import type { Collection } from '../../../../src/databases/documents.ts'

/** A deleted product's document stays, empty, until its event is published. */
export const gone = 'gone'
const Status = Type.Union([Type.Literal('active'), Type.Literal('draft'), Type.Literal('archived'), Type.Literal(gone)])

/** A variant as it is sold: `json` is its JSON up to its stock's value. */
export const Piece = Type.Object({ id: Type.String(), price: Type.Integer(), json: Type.String() })
/** A copy of a variant's stock: `available` (null: untracked) and the version of the stock record that it is a copy of. */
export const ShownStock = Type.Object({ available: Nullable(Type.Integer()), version: Type.Integer(), buyable: Type.Boolean() })
export type ShownStock = Static<typeof ShownStock>
/** A variant as filters see it. */
export const Offer = Type.Object({ price: Type.Integer(), buyable: Type.Boolean() })

/**
 * A product. `head` is its JSON up to its category's value, as only edits change it; `variants` and `stock` make the rest.
 * What filters, sorts and words look at stands beside it and follows from it.
 */
export const ProductDocument = Type.Object({
  _id: Type.String(), slug: Type.String(), head: Type.String(), currency: Type.String(), image: Nullable(Type.String()),
  variants: Type.Array(Piece),
  /** By variant: a copy of its stock, for showing only (shown.ts). */
  stock: Type.Record(Type.String(), ShownStock),
  /** Variants that are new, whose stock is still to be opened. */
  opening: Type.Optional(Type.Array(Type.Object({ variantId: Type.String(), available: Nullable(Type.Integer()), effect: Type.String() }))),
  /** Counts edits. */
  version: Type.Integer(),
  /** Counts what moves beside edits. */
  n: Type.Integer(),
  status: Status,
  /** An id; one that the tree does not hold (any more) is none. */
  category: Nullable(Type.String()),
  vendor: Nullable(Type.String()), tags: Type.Array(Type.String()), createdAt: Type.Integer(), updatedAt: Type.Integer(),
  /** Folded, for the sort. */
  name: Type.String(),
  price: Type.Integer(), priceMax: Type.Integer(), rating: Type.Number(), ratingAverage: Nullable(Type.Number()), ratingCount: Type.Integer(),
  offers: Type.Array(Offer),
  /** What it is found by (rules/tokens.ts), and those of them that rank it. */
  tokens: Type.Array(Type.String()), ranking: Type.Array(Type.String()),
})
export type ProductDocument = Static<typeof ProductDocument>

export const onlyTree = 'tree'
/** The whole tree in one document, so that its rules hold in one change. */
export const TreeDocument = Type.Object({
  _id: Type.String(),
  /** Counts changes. */
  version: Type.Integer(),
  /** Counts changes that products show: names, slugs and deletions. */
  n: Type.Integer(),
  /** `n` counts a category's own. */
  categories: Type.Array(Type.Object({ id: Type.String(), slug: Type.String(), name: Type.String(), parent: Nullable(Type.String()), n: Type.Integer() })),
})
export const SampleDocument = Type.Object({ _id: Type.String(), decidedAt: Type.Integer() })

export const products = 'product'
export const trees = 'category'
export const samples = 'sample'

/** Every sort ends in the id; words and most filters are tokens. */
export const catalogueCollections: readonly Collection[] = [
  {
    name: products, shape: ProductDocument, tells: true,
    indexes: [
      { fields: { slug: 1 }, unique: true },
      { fields: { opening: 1 }, present: true },
      { fields: { tokens: 1, _id: 1 } },
      { fields: { status: 1, _id: 1 } },
      { fields: { status: 1, price: 1, _id: 1 } },
      { fields: { status: 1, price: -1, _id: 1 } },
      { fields: { status: 1, name: 1, _id: 1 } },
      { fields: { status: 1, rating: -1, _id: 1 } },
    ],
  },
  { name: trees, shape: TreeDocument, indexes: [] },
  { name: samples, shape: SampleDocument, indexes: [] },
]
