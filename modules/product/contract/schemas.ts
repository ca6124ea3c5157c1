import { type Static, Type } from '@sinclair/typebox'
import { Money } from '../../../src/contract/money.ts'
import { Closed, Id, Nullable, Text, Time } from '../../../src/contract/scalars.ts'

export const Status = Type.Union([Type.Literal('active'), Type.Literal('draft'), Type.Literal('archived')])
/** Lower case letters, digits, hyphens and underscores; letters of other scripts are kept. */
export const Slug = Type.String({ minLength: 1, maxLength: 200, pattern: '^[a-z0-9_\\u00a1-\\uffff-]+$' })
const OptionName = Text(100)
const OptionValue = Text(200)
/** An option's name → this variant's value. */
export const Options = Type.Record(OptionName, OptionValue, { maxProperties: 3 })
export const Option = Closed({ name: OptionName, values: Type.Array(OptionValue, { maxItems: 2048 }) }, 'Option')
/** A variant's stock never grows beyond it, however it is changed. */
export const mostPieces = 1_000_000_000
const Count = Type.Integer({ minimum: 0, maximum: mostPieces })

export const Image = Type.Object({
  id: Id, url: Type.String(), alt: Nullable(Type.String()), width: Nullable(Type.Integer()), height: Nullable(Type.Integer()),
  renditions: Type.Array(Type.Object({ url: Type.String(), width: Type.Integer(), type: Type.String() })),
}, { title: 'Image' })
/** What can be sold now: reservations are deducted. Untracked stock has no number. */
export const Stock = Type.Object({ available: Nullable(Type.Integer()), tracked: Type.Boolean() }, { title: 'Stock' })
export const Variant = Type.Object({
  id: Id, sku: Nullable(Type.String()), name: Type.String(), options: Type.Record(Type.String(), Type.String()),
  price: Money, compareAtPrice: Nullable(Money), weightGrams: Nullable(Type.Integer()), stock: Stock,
}, { title: 'Variant' })
export const Product = Type.Object({
  id: Id, slug: Type.String(), name: Type.String(), description: Nullable(Type.String()), vendor: Nullable(Type.String()),
  category: Nullable(Type.Object({ slug: Type.String(), name: Type.String() })),
  tags: Type.Array(Type.String()), status: Status,
  options: Type.Array(Type.Object({ name: Type.String(), values: Type.Array(Type.String()) })),
  attributes: Type.Record(Type.String(), Type.Unknown()),
  images: Type.Array(Image), variants: Type.Array(Variant),
  rating: Type.Object({ average: Nullable(Type.Number()), count: Type.Integer() }),
  priceRange: Type.Object({ min: Money, max: Money }),
  createdAt: Time, updatedAt: Time, version: Type.Integer(),
}, { title: 'Product' })
export type Product = Static<typeof Product>

const variantFields = {
  sku: Type.Optional(Nullable(Text(255))),
  name: Type.Optional(Nullable(Text(500))),
  options: Type.Optional(Nullable(Options)),
  compareAtPrice: Type.Optional(Nullable(Money)),
  weightGrams: Type.Optional(Nullable(Type.Integer({ minimum: 0, maximum: 100_000_000 }))),
}
const StockCount = Type.Union([Count, Type.Null()], { description: 'a count, or null for untracked' })
export const NewVariant = Closed({ ...variantFields, price: Money, stock: StockCount }, 'NewVariant')
export type NewVariant = Static<typeof NewVariant>
/** With `id` that variant, absent fields kept; without it a new one, which needs a price and a stock. */
export const VariantPatch = Closed({
  id: Type.Optional(Id), ...variantFields, price: Type.Optional(Money), stock: Type.Optional(StockCount),
}, 'VariantPatch')
export type VariantPatch = Static<typeof VariantPatch>

export const productFields = {
  description: Type.Optional(Nullable(Type.String({ maxLength: 200_000 }))),
  vendor: Type.Optional(Nullable(Text(255))),
  category: Type.Optional(Nullable(Text(255))),
  attributes: Type.Optional(Nullable(Type.Record(Type.String({ maxLength: 255 }), Type.Unknown(), { maxProperties: 1000 }))),
  tags: Type.Optional(Nullable(Type.Array(Text(255), { maxItems: 250 }))),
  options: Type.Optional(Nullable(Type.Array(Option, { maxItems: 3 }))),
  slug: Type.Optional(Slug),
  status: Type.Optional(Status),
}
export const StockLevel = Closed({ available: Nullable(Type.Integer()), reserved: Type.Integer() }, 'StockLevel')
export const stockFields = {
  available: Type.Optional(StockCount),
  change: Type.Optional(Type.Integer({ minimum: -mostPieces, maximum: mostPieces })),
  reason: Type.Optional(Text(500)),
}

export const FacetValue = Type.Object({ value: Type.String(), label: Type.String(), count: Type.Integer() }, { title: 'FacetValue' })
/** Each counted under all filters but its own; at most 50 values, the most frequent first. */
export const Facets = Type.Object({
  category: Type.Array(FacetValue), tag: Type.Array(FacetValue), vendor: Type.Array(FacetValue),
  price: Type.Object({
    min: Nullable(Type.Integer()), max: Nullable(Type.Integer()),
    ranges: Type.Array(Type.Object({ from: Type.Integer(), to: Type.Integer(), count: Type.Integer() })),
  }),
  total: Type.Integer(),
}, { title: 'Facets' })
export type Facets = Static<typeof Facets>

export const ImportReport = Type.Object({
  products: Type.Object({ created: Type.Integer(), updated: Type.Integer(), failed: Type.Integer() }),
  variants: Type.Object({ created: Type.Integer(), updated: Type.Integer(), failed: Type.Integer() }),
  errors: Type.Array(Type.Object({ line: Type.Integer(), code: Type.String(), message: Type.String() })),
}, { title: 'ImportReport' })
export type ImportReport = Static<typeof ImportReport>
