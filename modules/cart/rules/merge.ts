import type { Notice } from '../contract/cart.ts'
import type { CartLine, Destination } from '../store.ts'
import { LINES_MOST, LINE_MOST } from './limits.ts'
import { type Quotes, availableOf } from './offer.ts'

/**
 * A user's lines with a guest's put to them. Quantities add, up to what a line holds and what is in stock; one piece
 * stays in any case, and of what is gone from the catalogue all do: checkout refuses such a line, nothing vanishes in
 * silence. Beyond 100 lines the newest are dropped.
 */
export const mergedLines = (users: readonly CartLine[], guests: readonly CartLine[], quotes: Quotes): { lines: CartLine[]; notices: Notice[] } => {
  const notices: Notice[] = []
  const lines = new Map(users.map((line) => [line.variantId, line]))
  for (const line of guests) {
    const { variantId } = line
    const mine = lines.get(variantId)
    const wanted = line.quantity + (mine?.quantity ?? 0)
    const quote = quotes.get(variantId)
    const stock = quote?.sellable ? availableOf(quote) ?? LINE_MOST : LINE_MOST
    const quantity = Math.min(wanted, LINE_MOST, Math.max(1, stock))
    if (quantity < wanted) notices.push({ code: stock < LINE_MOST ? 'out_of_stock' : 'quantity_limit', variantId })
    lines.set(variantId, { ...line, quantity, addedAt: Math.min(line.addedAt, mine?.addedAt ?? line.addedAt) })
  }
  // A stable sort: of two added at the same moment the user's comes first, then the one that stood first.
  const inOrder = [...lines.values()].sort((a, b) => a.addedAt - b.addedAt)
  for (const { variantId } of inOrder.slice(LINES_MOST)) notices.push({ code: 'cart_full', variantId })
  return { lines: inOrder.slice(0, LINES_MOST).map((line, at) => ({ ...line, position: at + 1 })), notices }
}

/** Where to: the user's own choice as a whole, else the guest's. Mixed, they would name a place that nobody meant. */
export const mergedDestination = (users: Destination | null, guests: Destination): Destination =>
  users === null || Object.values(users).every((field) => field === null) ? guests : users
