import { type Static, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import type { Cart, CartLine, Claim } from '../store.ts'

const nullable = { text: Type.Union([Type.String(), Type.Null()]), integer: Type.Union([Type.Integer(), Type.Null()]) }
/** A cart's columns beside one of its lines; the line's are null in an empty cart's only row. */
export const CartRow = Type.Object({
  id: Type.String(), version: Type.Integer(), generation: Type.Integer(),
  country: nullable.text, region: nullable.text, postal_code: nullable.text, shipping_method: nullable.text,
  notices: Type.String(), updated_at: Type.Integer(), expires_at: Type.Integer(),
  variant_id: nullable.text, quantity: nullable.integer, position: nullable.integer, added_at: nullable.integer, seen: nullable.text,
})
type CartRow = Static<typeof CartRow>
/** The same with the claims on carts merged into it, as a JSON list. */
export const SnapshotRow = Type.Object({ ...CartRow.properties, merged: Type.String() })

export const IdRow = Type.Object({ id: Type.String() })

const isRow = TypeCompiler.Compile(CartRow)

const lineOf = ({ variant_id, quantity, position, added_at, seen }: CartRow): CartLine | null =>
  variant_id === null || quantity === null || position === null || added_at === null || seen === null ? null
    : { variantId: variant_id, quantity, position, addedAt: added_at, seen }

/** A cart from its rows, one a line, in any order; null from none. */
export const cartOf = (rows: readonly CartRow[]): Cart | null => {
  const [first] = rows
  if (first === undefined) return null
  const lines = rows.map(lineOf).filter((line) => line !== null).sort((a, b) => a.position - b.position)
  return {
    id: first.id, version: first.version, generation: first.generation,
    destination: { country: first.country, region: first.region, postalCode: first.postal_code, shippingMethod: first.shipping_method },
    notices: JSON.parse(first.notices),
    updatedAt: first.updated_at, expiresAt: first.expires_at, lines,
  }
}

/** The same from what a change returned. */
export const cartWritten = (rows: readonly Readonly<Record<string, unknown>>[]): Cart | null =>
  cartOf(rows.map((row) => {
    if (!isRow.Check(row)) throw new TypeError('a cart\'s row has another shape than its table')
    return row
  }))

export const claimsOf = (cart: Cart, merged: string): Claim[] => {
  const others: Claim[] = JSON.parse(merged)
  return [{ cartId: cart.id, generation: cart.generation }, ...others]
}
