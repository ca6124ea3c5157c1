import { Type } from '@sinclair/typebox'
import { nothing } from '../../../src/contract/contract.ts'
import { inner } from '../../../src/contract/inner.ts'
import { Closed, Id, Nullable } from '../../../src/contract/scalars.ts'
import { Line, totals } from './line.ts'

const Text = Type.String({ maxLength: 200 })

/** Whose cart: a user's id, or a guest session's SHA-256 in hex. */
export const Owner = Type.Union([Closed({ userId: Id }), Closed({ session: Type.String({ pattern: '^[0-9a-f]{64}$' }) })])

/** One generation of one cart; an order claims it, and those of the carts merged into it. */
export const Claim = Closed({ cartId: Id, generation: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER - 1 }) })

/** What would be bought now, priced for this destination; null for an unknown, expired or empty cart. */
export const snapshot = inner({
  takes: Closed({
    owner: Owner,
    country: Text, region: Nullable(Text), postalCode: Nullable(Text),
    /** null: the cart's own choice, else the first that ships there. */
    shippingMethod: Nullable(Text),
  }),
  returns: Closed({
    cart: Nullable(Closed({
      claims: Type.Array(Claim, { minItems: 1 }),
      lines: Type.Array(Line, { minItems: 1 }),
      /** Lines that cannot be bought as they are: `available` is what could be. */
      short: Type.Array(Closed({ variantId: Id, available: Type.Integer({ minimum: 0 }) })),
      /** null where the asked method does not ship there. */
      shippingMethod: Nullable(Type.String()),
      ...totals,
    })),
  }),
})

/** Takes an order's lines out of the claimed carts, once; raises their generations in any case. What was added meanwhile stays. */
export const settle = inner({
  takes: Closed({
    orderId: Id, claims: Type.Array(Claim, { minItems: 1, maxItems: 100 }),
    lines: Type.Array(Closed({ variantId: Id, quantity: Type.Integer({ minimum: 1, maximum: 999 }) }), { maxItems: 100 }),
  }),
  returns: nothing,
})

/** Puts a guest session's cart into the user's and ends the session; a repeat finds nothing to do. */
export const merge = inner({
  takes: Closed({ session: Type.String({ pattern: '^[0-9a-f]{64}$' }), userId: Id }),
  returns: nothing,
})
