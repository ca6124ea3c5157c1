import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Carts } from './carts.ts'
import type { Products } from './products.ts'
import { newId, open, outboxOf } from './store.ts'

export interface Placing {
  shippingAddress: Record<string, unknown> & { country: string }
  payment: { token: string }
  email: string
}
const LEASE_MS = 30_000

/** A checkout with a stored step before each call, as the shop's, along the way that succeeds. */
export const orders = (folder: string, products: Products, carts: Carts) => {
  const store = open(join(folder, 'order.db'))
  const ledger = open(join(folder, 'order-ledger.db'))
  const outbox = outboxOf(store)
  const byKey = store.prepare(`select o.*, k.fingerprint from order_keys k join orders o on o.id = k.order_id
    where k.scope = ? and k.operation = 'checkout' and k.key = ?`)
  const insert = store.prepare(`insert into orders (id, user_id, session, email, total, created_at, checkout_key, status, payment_status, provider,
      step, epoch, version, lease_until, next_attempt, attempts, woken, token, to_void, captured, refund_committed, refunded, note, updated_at)
    values (?, null, ?, ?, ?, ?, ?, 'pending', 'pending', 'test', 'new', 1, 1, ?, ?, 0, 0, ?, 0, 0, 0, 0, null, ?) returning number`)
  const freeze = store.prepare('insert into order_frozen (order_id, frozen) values (?, ?)')
  const keep = store.prepare('insert into order_answers (order_id, answer) values (?, ?)')
  const key = store.prepare(`insert into order_keys (scope, operation, key, fingerprint, order_id, created_at) values (?, 'checkout', ?, ?, ?, ?)`)
  const claim = store.prepare('insert into order_claims (cart_id, generation, order_id) values (?, ?, ?)')
  const history = store.prepare('insert into order_history (order_id, n, status, at, actor, note) values (?, ?, ?, ?, ?, null)')
  const where = 'where id = ? and epoch = 1 and step = ? and version = ?'
  const authorizing = store.prepare(`update orders set step = 'authorizing', to_void = 1, version = 2, lease_until = ?, next_attempt = ? ${where}`)
  const capturing = store.prepare(`update orders set step = 'capturing', payment_status = 'authorized', reference = ?, token = null, version = 3,
    lease_until = ?, next_attempt = ?, updated_at = ? ${where}`)
  const settling = store.prepare(`update orders set step = 'settling', status = 'paid', payment_status = 'captured', captured = total, paid_at = ?,
    answer_is = 'order', answer = '', version = 4, lease_until = ?, next_attempt = ?, updated_at = ? ${where}`)
  const done = store.prepare(`update orders set step = 'done', settled_at = ?, version = 5, lease_until = 0, next_attempt = ? ${where}`)
  const authorize = ledger.prepare(`insert into authorizations (key, order_id, reference, token, amount, currency, return_url, state, reason, created_at, updated_at)
    values (?, ?, ?, ?, ?, 'EUR', '', 'authorized', null, ?, ?)`)
  const authorized = ledger.prepare('select token from authorizations where reference = ?')
  const capture = ledger.prepare(`insert into captures (key, reference, order_id, amount, outcome, created_at) values (?, ?, ?, ?, 'captured', ?)`)
  const captured = ledger.prepare(`update authorizations set state = 'captured', updated_at = ? where reference = ? and state = 'authorized'`)
  const moved = (changed: { changes: number | bigint }) => { if (changed.changes !== 1) throw new Error('Somebody else has this order') }

  return async (session: string, idempotencyKey: string, { shippingAddress, payment, email }: Placing, fingerprint: string): Promise<Response> => {
    const scope = `guest:${session}`
    if (byKey.get(scope, idempotencyKey) !== undefined) return new Response(null, { status: 409 })
    const rows = carts.find(`session:${session}`)
    const [cart] = rows
    if (cart === undefined) return new Response(null, { status: 409 })
    const { items, subtotal, shipping, tax, total, taxIncluded, currency } = carts.shown(rows)
    const lines = items.map(({ variantId, quantity }) => ({ variantId, quantity }))
    const now = Date.now()
    const sums = { subtotal, shipping, tax, total, taxIncluded, currency, shippingMethod: 'standard', shippingAddress, billingAddress: shippingAddress }
    const id = newId()
    const bought = { orderId: id, userId: null, version: 1, total, lines: items.map(({ productId, variantId, quantity }) => ({ productId, variantId, quantity })) }
    const number = await store.change(() => {
      const row = insert.get(id, session, email, total.amount, now, idempotencyKey, now + LEASE_MS, now, payment.token, now)
      freeze.run(id, JSON.stringify({ lines: items, ...sums }))
      key.run(scope, idempotencyKey, fingerprint, id, now)
      claim.run(cart.id, cart.generation, id)
      history.run(id, 1, 'pending', now, 'customer')
      outbox.emit('order.placed.v1', bought)
      return Number(row?.['number'])
    })
    await products.reserve(id, lines)
    await store.change(() => moved(authorizing.run(Date.now() + LEASE_MS, Date.now(), id, 'new', 1)))
    const reference = `pay_${randomBytes(16).toString('base64url')}`
    await ledger.change(() => authorize.run(`${id}:authorize`, id, reference, payment.token, total.amount, Date.now(), Date.now()))
    await store.change(() => moved(capturing.run(reference, Date.now() + LEASE_MS, Date.now(), Date.now(), id, 'authorizing', 2)))
    authorized.get(reference)
    await ledger.change(() => {
      capture.run(`${id}:capture`, reference, id, total.amount, Date.now())
      captured.run(Date.now(), reference)
    })
    const paid = Date.now()
    const answer = JSON.stringify({
      id, number: `M-${100_000 + number}`, status: 'paid', userId: null, email, items, ...sums,
      payment: { provider: 'test', status: 'captured', amount: total, refunded: { amount: 0, currency }, nextAction: null }, tracking: null, note: null,
      history: [
        { status: 'pending', at: new Date(now).toISOString(), by: 'customer', note: null }, { status: 'paid', at: new Date(paid).toISOString(), by: 'system', note: null },
      ],
      createdAt: new Date(now).toISOString(), updatedAt: new Date(paid).toISOString(),
    })
    await store.change(() => {
      moved(settling.run(paid, paid + LEASE_MS, paid, paid, id, 'capturing', 3))
      keep.run(id, answer)
      history.run(id, 2, 'paid', paid, 'system')
      outbox.emit('order.paid.v1', { ...bought, version: 4 })
      outbox.emit('email.requested.v1', { to: email, template: 'order_confirmed', values: { orderId: id, number: `M-${100_000 + number}`, total: `${(total.amount / 100).toFixed(2)} EUR` } })
    })
    await Promise.all([products.commit(id, lines), carts.settle(id, cart.id, cart.generation, lines)])
    await store.change(() => moved(done.run(Date.now(), Date.now(), id, 'settling', 4)))
    return new Response(`${answer.slice(0, -1)},"access":null}`, { status: 201, headers: { 'content-type': 'application/json', location: `/orders/${id}` } })
  }
}
