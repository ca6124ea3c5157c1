import { Type } from '@sinclair/typebox'
import { inner } from '../../../src/contract/inner.ts'
import { Money } from '../../../src/contract/money.ts'
import { Closed, Id, Nullable } from '../../../src/contract/scalars.ts'

const Quantity = Type.Integer({ minimum: 1, maximum: 999 })

export const Quote = Closed({
  variantId: Id, productId: Id, slug: Type.String(), name: Type.String(),
  options: Type.Record(Type.String(), Type.String()),
  sku: Nullable(Type.String()), image: Nullable(Type.String()), price: Money,
  /** The category's slug and its ancestors', nearest first; empty without a category. */
  categories: Type.Array(Type.String()),
  /** Active and not deleted. */
  sellable: Type.Boolean(),
  /** What can be sold now; null for untracked. */
  available: Nullable(Type.Integer()),
  weightGrams: Nullable(Type.Integer()),
})

/** Prices and stock of now, in one call; unknown variants are left out. Never from a cache. */
export const quote = inner({
  takes: Closed({ ids: Type.Array(Id, { maxItems: 200 }) }),
  returns: Closed({ quotes: Type.Array(Quote) }),
})

/** Where an order's reservation stands. `released` from `reserve` is a refusal: `short` says which lines had too little. */
export const Reservation = Closed({
  state: Type.Union([Type.Literal('held'), Type.Literal('released'), Type.Literal('sold'), Type.Literal('returned')]),
  short: Type.Array(Closed({ variantId: Id, available: Type.Integer({ minimum: 0 }) })),
})

/** Holds all lines or none, under the order's id; a repeat answers what is stored. Retries briefly where only others' unfinished holds are in the way. */
export const reserve = inner({
  takes: Closed({ orderId: Id, lines: Type.Array(Closed({ variantId: Id, quantity: Quantity }), { minItems: 1, maxItems: 100 }) }),
  returns: Reservation,
})
const order = Closed({ orderId: Id })
/** Held becomes sold; a no-op when it is. */
export const commit = inner({ takes: order, returns: Reservation })
/** Held becomes free again; of an unknown order it leaves a tombstone that refuses a later reserve. */
export const release = inner({ takes: order, returns: Reservation })
/** Sold (or held: committed first) goes back into stock. */
export const giveBack = inner({ takes: order, returns: Reservation })
