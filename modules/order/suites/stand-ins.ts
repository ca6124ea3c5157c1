import type { Doors } from '../../../src/module/module.ts'
import type { auth } from '../../auth/contract/index.ts'
import type { cart } from '../../cart/contract/index.ts'
import type { product } from '../../product/contract/index.ts'
import { frozen, id, line } from './orders.ts'

export type Neighbours = Doors<{ auth: typeof auth; cart: typeof cart; product: typeof product }>

interface Reservation { state: 'held' | 'released' | 'sold' | 'returned'; lines: { variantId: string; quantity: number }[] }
export interface Stock { received: number; available: number; reserved: number; sold: number }

/** What the neighbours promise, and nothing else: monotone reservations with tombstones, carts with generations. */
export const neighbours = ({ received = 10, quantity = 2, price = 1000 }: { received?: number; quantity?: number; price?: number } = {}) => {
  const stock: Stock = { received, available: received, reserved: 0, sold: 0 }
  const reservations = new Map<string, Reservation>()
  const carts = new Map<string, { id: string; generation: number; quantity: number; settled: Set<string> }>()

  const all = (reservation: Reservation) => reservation.lines.reduce((sum, one) => sum + one.quantity, 0)
  const answer = (state: Reservation['state'], short: { variantId: string; available: number }[] = []) => Promise.resolve({ state, short })
  /** A cart of its own for each owner, filled at first sight. */
  const cartOf = (owner: string) => {
    let found = carts.get(owner)
    if (found === undefined) carts.set(owner, found = { id: id(0xd000 + carts.size), generation: 0, quantity, settled: new Set() })
    return found
  }

  const doors: Neighbours = {
    auth: {
      keys: async () => ({ keys: [] }),
      account: async ({ id: userId }) => ({ account: { id: userId, email: 'ada@example.com', name: 'Ada' } }),
    },
    product: {
      quote: async () => ({ quotes: [] }),
      async reserve({ orderId, lines }) {
        const found = reservations.get(orderId)
        if (found) return answer(found.state)
        const reservation: Reservation = { state: 'held', lines: [...lines] }
        reservations.set(orderId, reservation)
        if (all(reservation) > stock.available) {
          reservation.state = 'released'
          return answer('released', lines.map(({ variantId }) => ({ variantId, available: stock.available })))
        }
        stock.available -= all(reservation)
        stock.reserved += all(reservation)
        return answer('held')
      },
      async commit({ orderId }) {
        const found = reservations.get(orderId)
        if (!found) throw new Error('commit of an unknown reservation')
        if (found.state === 'held') {
          found.state = 'sold'
          stock.reserved -= all(found)
          stock.sold += all(found)
        }
        return answer(found.state)
      },
      async release({ orderId }) {
        const found = reservations.get(orderId) ?? { state: 'released', lines: [] }
        reservations.set(orderId, found)
        if (found.state === 'held') {
          found.state = 'released'
          stock.reserved -= all(found)
          stock.available += all(found)
        }
        return answer(found.state)
      },
      async giveBack({ orderId }) {
        const found = reservations.get(orderId)
        if (!found) throw new Error('return of an unknown reservation')
        if (found.state === 'held') await doors.product.commit({ orderId }, {} as never)
        if (found.state === 'sold') {
          found.state = 'returned'
          stock.sold -= all(found)
          stock.available += all(found)
        }
        return answer(found.state)
      },
    },
    cart: {
      async snapshot({ owner }) {
        const found = cartOf('userId' in owner ? owner.userId : owner.session)
        if (found.quantity === 0) return { cart: null }
        const { lines, subtotal, shipping, tax, total, taxIncluded, currency } = frozen({ lines: [line(1, found.quantity, price)] })
        return {
          cart: {
            claims: [{ cartId: found.id, generation: found.generation }], lines, short: [], shippingMethod: 'standard',
            subtotal, shipping, tax, total, taxIncluded, currency,
          },
        }
      },
      async settle({ orderId, claims, lines }) {
        for (const { cartId, generation } of claims) {
          const found = [...carts.values()].find((one) => one.id === cartId)
          if (found === undefined) continue
          if (!found.settled.has(orderId)) {
            found.settled.add(orderId)
            found.quantity = Math.max(0, found.quantity - lines.reduce((sum, one) => sum + one.quantity, 0))
          }
          found.generation = Math.max(found.generation, generation + 1)
        }
        return {}
      },
      merge: async () => ({}),
    },
  }
  return { doors, stock, reservations, cartOf }
}
