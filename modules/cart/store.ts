import type { Heard } from '../../src/contract/event.ts'
import type { Effect } from '../../src/databases/sql.ts'
import type { Notice } from './contract/cart.ts'

/** Whose cart: `user:<id>`, or `session:<SHA-256 in hex>` of a guest's. */
export type Owner = `user:${string}` | `session:${string}`

/** The user's choices, before there is an address. */
export interface Destination { country: string | null; region: string | null; postalCode: string | null; shippingMethod: string | null }

export interface CartLine {
  variantId: string
  quantity: number
  /** Lines stand in this order; it never changes. */
  position: number
  /** Milliseconds since 1970. */
  addedAt: number
  /** JSON of a `Seen` (rules/offer.ts): the product when it was last put in, read only where it is gone. */
  seen: string
}

/** Times are milliseconds since 1970. */
export interface Cart {
  id: string
  /** Counts changes, so that a merge finds out when it looked at an older one. */
  version: number
  /** Raised by `settle` alone. */
  generation: number
  destination: Destination
  notices: readonly Notice[]
  updatedAt: number
  expiresAt: number
  /** In the order of their adding. */
  lines: readonly CartLine[]
}

/** When a change is made, and until when the cart then lives. */
export interface Moment { now: number; expiresAt: number }
/** One generation of one cart. */
export interface Claim { cartId: string; generation: number }

/** A guest's cart going into a user's: only if both still are at the versions that were looked at. */
export interface Merge {
  guest: { id: string; version: number }
  /** A user without a live cart gets this id. */
  user: { owner: Owner; id: string; version: number | null }
  /** All that the user's cart holds afterwards, positions 1, 2, …; at most 100. */
  lines: readonly CartLine[]
  notices: readonly Notice[]
  destination: Destination
  /** The guest's cart leaves an alias that `settle` follows; not needed where it was empty. */
  alias: boolean
  at: Moment
}

/**
 * Carts with their lines. Each method is one atomic change; a change clears the notices and renews the expiry, except
 * where said otherwise. An expired cart counts as none, swept or not. Null: nothing was changed.
 */
export interface CartStore {
  find(owner: Owner, now: number): Promise<Cart | null>
  /**
   * Adds to the line's quantity, however many do so at once. Null where it would exceed `most`, or be the 101st line, or
   * the owner has no live cart and `fresh` (the new one's id) is null.
   */
  add(owner: Owner, line: { variantId: string; quantity: number; most: number; seen: string }, at: Moment, fresh: string | null): Promise<Cart | null>
  /** Null without such a line. */
  set(owner: Owner, line: { variantId: string; quantity: number; seen: string }, at: Moment): Promise<Cart | null>
  /** Null without such a line. */
  remove(owner: Owner, variantId: string, at: Moment): Promise<Cart | null>
  clear(owner: Owner, at: Moment): Promise<Cart | null>
  /** Absent fields are kept. Null where the owner has no live cart and `fresh` is null. */
  setDestination(owner: Owner, patch: Partial<Destination>, at: Moment, fresh: string | null): Promise<Cart | null>
  /** The cart with what an order of it claims: itself, and each cart merged into it that no order has settled since. */
  snapshot(owner: Owner, now: number): Promise<{ cart: Cart; claims: readonly Claim[] } | null>
  /**
   * Unless this order was settled already: takes min(ordered, present) out of the claimed cart, or the one it was merged
   * into, and remembers the order. In any case raises each claimed generation to at least claimed + 1. The expiry stays.
   */
  settle(order: { id: string; claims: readonly Claim[]; lines: readonly { variantId: string; quantity: number }[] }, now: number): Promise<void>
  /** The guest's cart is gone afterwards, its settled orders are the user's cart's. False where a version was another. */
  merge(merge: Merge): Promise<boolean>
  /** Remembers an event whose effect is stored already. */
  heard(cause: Heard): Promise<Effect>
  /** Forgets what expired among the `limit` carts after `after`; answers where to go on, null at the end. */
  sweep(after: string, limit: number, now: number): Promise<{ next: string | null }>
}
