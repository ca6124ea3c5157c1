import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Products } from './products.ts'
import { newId, open } from './store.ts'

interface Row {
  id: string; version: number; generation: number; country: string | null; region: string | null; postal_code: string | null
  shipping_method: string | null; updated_at: number; expires_at: number; variant_id: string | null; quantity: number
}
const DAYS_MS = 7 * 24 * 3_600_000
const money = (amount: number, currency: string) => ({ amount, currency })

export const carts = (folder: string, products: Products) => {
  const store = open(join(folder, 'cart.db'))
  const whole = store.prepare(`select cart.id, cart.version, cart.generation, country, region, postal_code, shipping_method, notices, updated_at, expires_at,
    variant_id, quantity, position, added_at, seen from cart left join line on line.cart_id = cart.id where owner = ? and expires_at > ? order by position`)
  const begin = store.prepare(`insert into cart (id, owner, version, generation, notices, created_at, updated_at, expires_at)
    values (?, ?, 1, 0, '[]', ?, ?, ?)`)
  const renew = store.prepare(`update cart set version = version + 1, notices = '[]', updated_at = ?, expires_at = ? where id = ? and expires_at > ?`)
  const put = store.prepare(`insert into line (cart_id, variant_id, quantity, position, added_at, seen)
    values (?, ?, ?, (select version from cart where id = ?), ?, ?)
    on conflict (cart_id, variant_id) do update set quantity = line.quantity + excluded.quantity, seen = excluded.seen`)
  const settled = store.prepare('insert into settled (order_id, cart_id, pending) values (?, ?, 0) on conflict do nothing')
  const drop = store.prepare('delete from line where cart_id = ? and variant_id = ? and quantity <= ?')
  const reduce = store.prepare('update line set quantity = quantity - ? where cart_id = ? and variant_id = ?')
  const raise = store.prepare(`update cart set version = version + 1, generation = ?, notices = '[]', updated_at = ? where id = ? and generation < ?`)

  const find = (owner: string): Row[] => {
    const rows: object[] = whole.all(owner, Date.now())
    return rows as Row[]
  }
  const shown = (rows: readonly Row[]) => {
    const [cart] = rows
    let subtotal = 0
    let count = 0
    const items = rows.flatMap(({ variant_id, quantity }) => {
      const quote = variant_id === null ? null : products.quote(variant_id)
      if (quote === null) return []
      subtotal += quote.amount * quantity
      count += quantity
      return [{
        variantId: quote.variantId, productId: quote.productId, slug: quote.slug, name: quote.name, options: JSON.parse(quote.options), sku: quote.sku,
        image: quote.image, quantity, unitPrice: money(quote.amount, 'EUR'), subtotal: money(quote.amount * quantity, 'EUR'), tax: money(0, 'EUR'), taxRate: 0,
        available: quote.available,
      }]
    })
    return {
      id: cart?.id ?? null, items, itemCount: count, subtotal: money(subtotal, 'EUR'), shipping: money(0, 'EUR'), tax: money(0, 'EUR'),
      total: money(subtotal, 'EUR'), taxIncluded: false, currency: 'EUR',
      destination: { country: cart?.country ?? null, region: cart?.region ?? null, postalCode: cart?.postal_code ?? null, shippingMethod: cart?.shipping_method ?? null },
      notices: [], updatedAt: cart === undefined ? null : new Date(cart.updated_at).toISOString(),
      expiresAt: cart === undefined ? null : new Date(cart.expires_at).toISOString(),
    }
  }
  return {
    find, shown,
    /** A guest is whoever sends no user; its session starts here. */
    async add(user: string | undefined, session: string | undefined, { variantId, quantity }: { variantId: string; quantity: number }): Promise<Response> {
      const known = user ?? session ?? randomBytes(32).toString('base64url')
      const owner = user === undefined ? `session:${known}` : `user:${known}`
      const before = find(owner)
      const quote = products.quote(variantId)
      const held = before.find((row) => row.variant_id === variantId)?.quantity ?? 0
      if (quote === null || held + quantity > quote.available) return new Response(null, { status: 409 })
      const after = await store.change(() => {
        const now = Date.now()
        const id = before[0]?.id ?? newId()
        if (before.length === 0) begin.run(id, owner, now, now, now + DAYS_MS)
        else renew.run(now, now + DAYS_MS, id, now)
        put.run(id, variantId, quantity, id, now, JSON.stringify(quote))
        return find(owner)
      })
      const headers: Record<string, string> = { 'content-type': 'application/json' }
      if (user === undefined) headers['x-session'] = known
      return new Response(JSON.stringify(shown(after)), { headers })
    },
    settle: (order: string, cart: string, generation: number, lines: readonly { variantId: string; quantity: number }[]) => store.change(() => {
      settled.run(order, cart)
      for (const { variantId, quantity } of lines) if (drop.run(cart, variantId, quantity).changes === 0) reduce.run(quantity, cart, variantId)
      raise.run(generation + 1, Date.now(), cart, generation + 1)
    }),
  }
}
export type Carts = ReturnType<typeof carts>
