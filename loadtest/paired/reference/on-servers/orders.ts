import { randomBytes } from 'node:crypto'
import type { Sql } from 'postgres'
import type { Placing } from '../orders.ts'
import { newId } from '../store.ts'
import type { CartsIn } from './carts.ts'
import type { StockIn } from './stock.ts'

const LEASE_MS = 30_000
const money = (amount: number) => ({ amount, currency: 'EUR' })

/** A checkout with a stored step before each call, as the shop's, along the way that succeeds. */
export const ordersIn = (sql: Sql, stock: StockIn, carts: CartsIn) => {
  let told: string[] = []
  let publishing = false
  const publish = async (): Promise<void> => {
    while (told.length > 0) {
      const ids = told
      told = []
      await sql`update outbox set published_at = ${Date.now()} where published_at is null and id in ${sql(ids)}`
    }
    publishing = false
  }
  const event = (type: string, data: unknown) => {
    const id = newId()
    return { id, type, time: new Date().toISOString(), trace: id.replaceAll('-', ''), data: JSON.stringify(data) }
  }
  const stored = (...events: ReturnType<typeof event>[]): void => {
    told.push(...events.map(({ id }) => id))
    if (publishing) return
    publishing = true
    setImmediate(() => void publish())
  }
  const moved = ({ count }: { count: number }): void => { if (count !== 1) throw new Error('Somebody else has this order') }

  return async (session: string, key: string, { shippingAddress, payment, email }: Placing, fingerprint: string): Promise<Response> => {
    const scope = `guest:${session}`
    const known = await sql`select o.id, k.fingerprint from order_keys k join orders o on o.id = k.order_id where k.scope = ${scope} and k.operation = 'checkout' and k.key = ${key}`
    if (known.length > 0) return new Response(null, { status: 409 })
    const cart = await carts.find(session)
    if (cart === null || cart.lines.length === 0) return new Response(null, { status: 409 })
    const items = (await stock.quotes(cart.lines)).map(({ amount, ...line }) => ({ ...line, unitPrice: money(amount), subtotal: money(amount * line.quantity), tax: money(0) }))
    const total = items.reduce((sum, { subtotal }) => sum + subtotal.amount, 0)
    const sums = { subtotal: money(total), shipping: money(0), tax: money(0), total: money(total), shippingMethod: 'standard', shippingAddress, billingAddress: shippingAddress }
    const id = newId()
    const now = Date.now()
    const bought = { orderId: id, userId: null, version: 1, total: sums.total, lines: items.map(({ productId, variantId, quantity }) => ({ productId, variantId, quantity })) }

    const placed = event('order.placed.v1', bought)
    const [rows] = await sql.begin((one) => [
      one`insert into orders (id, session, email, total, created_at, checkout_key, status, payment_status, step, epoch, version, lease_until, next_attempt, token, to_void, captured, updated_at)
        values (${id}, ${session}, ${email}, ${total}, ${now}, ${key}, 'pending', 'pending', 'new', 1, 1, ${now + LEASE_MS}, ${now}, ${payment.token}, 0, 0, ${now}) returning number`,
      one`insert into order_frozen (order_id, frozen) values (${id}, ${JSON.stringify({ lines: items, ...sums })})`,
      one`insert into order_keys (scope, operation, key, fingerprint, order_id, created_at) values (${scope}, 'checkout', ${key}, ${fingerprint}, ${id}, ${now})`,
      one`insert into order_claims (cart_id, generation, order_id) values (${cart.id}, ${cart.generation}, ${id})`,
      one`insert into order_history (order_id, n, status, at, actor) values (${id}, 1, 'pending', ${now}, 'customer')`,
      one`insert into outbox ${one(placed)}`,
    ])
    stored(placed)
    const number = `M-${100_000 + Number(rows?.[0]?.['number'])}`
    await stock.reserve(id, cart.lines)
    moved(await sql`update orders set step = 'authorizing', to_void = 1, version = 2, lease_until = ${Date.now() + LEASE_MS} where id = ${id} and epoch = 1 and step = 'new' and version = 1`)
    const reference = `pay_${randomBytes(16).toString('base64url')}`
    await sql`insert into authorizations (key, order_id, reference, token, amount, state, created_at, updated_at)
      values (${`${id}:authorize`}, ${id}, ${reference}, ${payment.token}, ${total}, 'authorized', ${Date.now()}, ${Date.now()}) on conflict do nothing`
    moved(await sql`update orders set step = 'capturing', payment_status = 'authorized', reference = ${reference}, token = null, version = 3,
      lease_until = ${Date.now() + LEASE_MS}, updated_at = ${Date.now()} where id = ${id} and epoch = 1 and step = 'authorizing' and version = 2`)
    await sql`select token, order_id from authorizations where reference = ${reference}`
    await sql.begin((one) => [
      one`update authorizations set state = 'captured', updated_at = ${Date.now()} where reference = ${reference} and state = 'authorized'`,
      one`insert into captures (key, reference, order_id, amount, outcome, created_at) values (${`${id}:capture`}, ${reference}, ${id}, ${total}, 'captured', ${Date.now()})`,
    ])
    const paid = Date.now()
    const answer = JSON.stringify({
      id, number, status: 'paid', userId: null, email, items, ...sums, payment: { provider: 'test', status: 'captured', amount: sums.total, refunded: money(0), nextAction: null },
      history: [{ status: 'pending', at: new Date(now).toISOString(), by: 'customer' }, { status: 'paid', at: new Date(paid).toISOString(), by: 'system' }],
      createdAt: new Date(now).toISOString(), updatedAt: new Date(paid).toISOString(),
    })
    const mail = { to: email, template: 'order_confirmed', values: { orderId: id, number, total: `${(total / 100).toFixed(2)} EUR` } }
    const events = [event('order.paid.v1', { ...bought, version: 4 }), event('email.requested.v1', mail)] as const
    const [settling] = await sql.begin((one) => [
      one`update orders set step = 'settling', status = 'paid', payment_status = 'captured', captured = total, paid_at = ${paid}, answer_is = 'order', version = 4,
        lease_until = ${paid + LEASE_MS}, updated_at = ${paid} where id = ${id} and epoch = 1 and step = 'capturing' and version = 3`,
      one`insert into order_answers (order_id, answer) values (${id}, ${answer})`,
      one`insert into order_history (order_id, n, status, at, actor) values (${id}, 2, 'paid', ${paid}, 'system')`,
      one`insert into outbox ${one(events)}`,
    ])
    moved(settling ?? { count: 0 })
    stored(...events)
    await Promise.all([stock.commit(id), carts.settle(session, id, cart)])
    moved(await sql`update orders set step = 'done', settled_at = ${Date.now()}, version = 5, lease_until = 0 where id = ${id} and epoch = 1 and step = 'settling' and version = 4`)
    return new Response(`${answer.slice(0, -1)},"access":null}`, { status: 201, headers: { 'content-type': 'application/json', location: `/orders/${id}` } })
  }
}
