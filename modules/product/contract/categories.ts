import { type Static, Type } from '@sinclair/typebox'
import { nothing } from '../../../src/contract/contract.ts'
import { operation } from '../../../src/contract/operation.ts'
import { Closed, Nullable, PathId, Text } from '../../../src/contract/scalars.ts'
import { categoryNotEmpty, categoryNotFound, slugTaken } from './faults.ts'
import { Slug } from './schemas.ts'

/** A node of the tree. `productCount` counts active products of this category and those below it. `children` are nodes like it. */
export const Category = Type.Object({
  slug: Type.String(), name: Type.String(), parent: Nullable(Type.String()), productCount: Type.Integer(),
  children: Type.Array(Type.Unknown({ description: 'categories like this one' })),
}, { title: 'Category' })
export type Category = Omit<Static<typeof Category>, 'children'> & { children: Category[] }
const Parent = Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 200, description: 'the parent\'s slug' })))

export const listCategories = operation('GET /categories', {
  access: 'public', summary: 'All categories as a tree', takes: nothing,
  returns: Type.Object({ items: Type.Array(Category), nextCursor: Type.Null() }),
})
export const createCategory = operation('POST /categories', {
  access: 'products:write', summary: 'Create a category', status: 201,
  takes: Closed({ name: Text(255), slug: Type.Optional(Slug), parent: Parent }),
  returns: Category, faults: [slugTaken],
})
export const patchCategory = operation('PATCH /categories/{slug}', {
  access: 'products:write', summary: 'Rename or move a category', holes: { was: 'slug' },
  takes: Closed({ was: PathId, name: Type.Optional(Text(255)), slug: Type.Optional(Slug), parent: Parent }),
  returns: Category, faults: [categoryNotFound, slugTaken],
})
export const deleteCategory = operation('DELETE /categories/{slug}', {
  access: 'products:write', summary: 'Delete a category; its products then have none', status: 204,
  takes: Closed({ slug: PathId }), returns: nothing, faults: [categoryNotFound, categoryNotEmpty],
})
