import type { Row } from '../../src/databases/sql.ts'
import { type CartFacts, cartFacts, foldCart } from './cart-facts.ts'
import { type EventFacts, eventFacts, foldEvent } from './event-facts.ts'
import { type LedgerFacts, foldLedger } from './ledger-facts.ts'
import { type OrderFacts, foldOrder, orderFacts } from './order-facts.ts'
import { type ProductFacts, foldProduct, productFacts } from './product-facts.ts'

/** All that the checks stand on, gathered row by row from the dumps of the stores. */
export interface Facts {
  readonly order: OrderFacts
  readonly ledger: LedgerFacts
  readonly product: ProductFacts
  readonly cart: CartFacts
  readonly events: EventFacts
  /** Stores that were read. */
  readonly stores: Set<string>
}

/** Stores without which there is nothing to say. */
export const needed = ['product', 'cart', 'order', 'order-ledger'] as const

export const createFacts = (): Facts =>
  ({ order: orderFacts(), ledger: new Map(), product: productFacts(), cart: cartFacts(), events: eventFacts(), stores: new Set() })

/** Keeps what the audit needs of one row of the store's dump. */
export const fold = (facts: Facts, store: string, row: Row): void => {
  facts.stores.add(store)
  if (row.table === 'outbox' || row.table === 'inbox' || store === 'bus') foldEvent(facts.events, store, row)
  else if (store === 'order') foldOrder(facts.order, row)
  else if (store === 'order-ledger') foldLedger(facts.ledger, row)
  else if (store === 'product') foldProduct(facts.product, row)
  else if (store === 'cart') foldCart(facts.cart, row)
}
