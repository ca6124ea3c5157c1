import { test } from 'node:test'
import type { Cart, CartStore, Moment, Owner } from '../store.ts'

/** The n-th id: a UUIDv7 of the right form. */
export const id = (n: number): string => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
export const variant = (n: number): string => id(0xa000 + n)
export const guest: Owner = `session:${'a'.repeat(64)}`
export const otherGuest: Owner = `session:${'b'.repeat(64)}`
export const user: Owner = `user:${id(0xb0b)}`
export const at = (now: number, livesMs = 1000): Moment => ({ now, expiresAt: now + livesMs })

export const piece = (n: number, quantity = 1, most = 999) =>
  ({ variantId: variant(n), quantity, most, seen: JSON.stringify({ name: `variant ${n}` }) })
export const quantities = (cart: Cart | null): [string, number][] => (cart?.lines ?? []).map(({ variantId, quantity }) => [variantId, quantity])

export type Opened = { store: CartStore; close(): Promise<void> }
export type Open = () => Promise<Opened>

/** A case over a store of its own. */
export const withStore = (open: Open) => (title: string, run: (store: CartStore) => Promise<void>) => test(title, async () => {
  const { store, close } = await open()
  try {
    await run(store)
  } finally {
    await close()
  }
})

/** The owner's cart with `quantity` of each variant, made at moment 1. */
export const filled = async (store: CartStore, owner: Owner, cartId: string, lines: readonly [n: number, quantity: number][], livesMs?: number): Promise<Cart> => {
  let cart: Cart | null = null
  for (const [n, quantity] of lines) cart = await store.add(owner, piece(n, quantity), at(1, livesMs), cartId)
  if (cart === null) throw new Error('a cart is filled with at least one line')
  return cart
}
