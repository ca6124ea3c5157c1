import { Type } from '@sinclair/typebox'
import { Stream } from '../../../src/contract/content.ts'
import { nothing } from '../../../src/contract/contract.ts'
import { forbidden, keyReused, versionMismatch } from '../../../src/contract/faults.ts'
import { operation } from '../../../src/contract/operation.ts'
import { Page, paging } from '../../../src/contract/page.ts'
import { Closed, PathId, Text } from '../../../src/contract/scalars.ts'
import { insufficientStock, productNotFound, slugTaken, stockUntracked, variantNotFound } from './faults.ts'
import {
  Facets, ImportReport, NewVariant, Product, productFields, Status, stockFields, StockLevel, VariantPatch,
} from './schemas.ts'

const anyOf = (maxItems: number) => Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { minItems: 1, maxItems }))
const price = Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000_000_000, description: 'minor units, inclusive' }))
export const Sort = Type.Union(['relevance', 'newest', 'price', '-price', 'name', 'rating'].map((name) => Type.Literal(name)))

export const listProducts = operation('GET /products', {
  access: 'public', summary: 'Search, filter and sort products',
  takes: Closed({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'default 20; with `ids`, all of them' })),
    cursor: paging.cursor,
    q: Type.Optional(Type.String({ maxLength: 200, description: 'every word must match; the last one also as a prefix' })),
    ids: Type.Optional(Type.Array(Type.String({ maxLength: 4000 }), {
      minItems: 1, maxItems: 100, description: 'up to 100 ids with commas between, answered in that order',
    })),
    sku: anyOf(100), category: anyOf(20), tag: anyOf(20), vendor: anyOf(20),
    minPrice: price, maxPrice: price, inStock: Type.Optional(Type.Boolean()),
    sort: Type.Optional(Sort), facets: Type.Optional(Type.Boolean()),
    status: Type.Optional(Type.Array(Status, { minItems: 1, maxItems: 3, description: 'needs products:write; default active' })),
  }),
  returns: Type.Intersect([Page(Product), Type.Object({ facets: Type.Optional(Facets) })]),
  faults: [forbidden],
})

export const showProduct = operation('GET /products/{idOrSlug}', {
  access: 'public', summary: 'One product by id or slug', conditional: true,
  takes: Closed({ idOrSlug: PathId }),
  returns: Product, faults: [productNotFound],
})

export const createProduct = operation('POST /products', {
  access: 'products:write', summary: 'Create a product with its variants', status: 201,
  takes: Closed({ ...productFields, name: Text(500), variants: Type.Array(NewVariant, { minItems: 1, maxItems: 2048 }) }),
  returns: Product, faults: [slugTaken],
})

export const patchProduct = operation('PATCH /products/{id}', {
  access: 'products:write', summary: 'Change a product (JSON Merge Patch; variants as the whole list)',
  takes: Closed({
    ...productFields, id: PathId, ifMatch: Type.Optional(Type.String({ maxLength: 2000 })),
    name: Type.Optional(Text(500)), variants: Type.Optional(Type.Array(VariantPatch, { minItems: 1, maxItems: 2048 })),
  }),
  headers: { ifMatch: 'If-Match' },
  returns: Product, faults: [productNotFound, variantNotFound, versionMismatch, slugTaken],
})

export const deleteProduct = operation('DELETE /products/{id}', {
  access: 'products:write', summary: 'Delete a product', status: 204,
  takes: Closed({ id: PathId, ifMatch: Type.Optional(Type.String({ maxLength: 2000 })) }),
  headers: { ifMatch: 'If-Match' },
  returns: nothing, faults: [productNotFound, versionMismatch],
})

export const setStock = operation('PUT /products/{id}/variants/{variantId}/stock', {
  access: 'inventory:write', summary: 'Set a variant\'s stock, or change it by a number', keyed: 'optional',
  takes: Closed({ id: PathId, variantId: PathId, ...stockFields }),
  returns: StockLevel, faults: [productNotFound, variantNotFound, insufficientStock, stockUntracked, keyReused],
})

export const importProducts = operation('POST /products/import', {
  access: 'products:write', summary: 'Import Shopify\'s product CSV, of any size',
  takes: Closed({ body: Stream('text/csv') }), bodyBytes: Infinity,
  returns: ImportReport,
})

export const exportProducts = operation('GET /products/export', {
  access: 'products:write', summary: 'Export all products as Shopify\'s product CSV',
  takes: nothing, returns: Stream('text/csv'),
})
