import { Type } from '@sinclair/typebox'
import { event } from '../../../src/contract/event.ts'
import { Id, Nullable } from '../../../src/contract/scalars.ts'

const subject = Type.Object({ productId: Id, version: Type.Integer() })
export const productCreated = event('product.created.v1', subject)
export const productUpdated = event('product.updated.v1', subject)
export const productDeleted = event('product.deleted.v1', subject)
/** A state: an older version than one knows is dropped. `available` is null for an untracked variant. */
export const inventoryUpdated = event('inventory.updated.v1', Type.Object({
  variantId: Id, productId: Id, available: Nullable(Type.Integer()), version: Type.Integer(),
}))
