import { Type } from '@sinclair/typebox'
import type { Row } from '../../src/databases/sql.ts'
import { reader, text, whole } from './rows.ts'

export interface CartFacts {
  readonly carts: Map<string, { generation: number; lines: Map<string, number> }>
  /** Carts that were merged, with their generations. */
  readonly aliases: Map<string, number>
  /** Orders that were taken out of carts. */
  readonly settled: Map<string, { cartId: string; pending: boolean }>
}
export const cartFacts = (): CartFacts => ({ carts: new Map(), aliases: new Map(), settled: new Map() })

const CartRow = reader('cart', Type.Object({ id: text, generation: whole }))
const LineRow = reader('line', Type.Object({ cart_id: text, variant_id: text, quantity: whole }))
const AliasRow = reader('alias', Type.Object({ cart_id: text, generation: whole }))
const SettledRow = reader('settled', Type.Object({ order_id: text, cart_id: text, pending: whole }))

/** Keeps what the audit needs of one row of the cart store. */
export const foldCart = (facts: CartFacts, { table, row }: Row): void => {
  if (table === 'cart') {
    const { id, generation } = CartRow(row)
    facts.carts.set(id, { generation, lines: new Map() })
  } else if (table === 'line') {
    const { cart_id, variant_id, quantity } = LineRow(row)
    facts.carts.get(cart_id)?.lines.set(variant_id, quantity)
  } else if (table === 'alias') {
    const { cart_id, generation } = AliasRow(row)
    facts.aliases.set(cart_id, generation)
  } else if (table === 'settled') {
    const { order_id, cart_id, pending } = SettledRow(row)
    facts.settled.set(order_id, { cartId: cart_id, pending: pending === 1 })
  }
}
