import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { contract, nothing } from '../contract/contract.ts'
import { type Event, event } from '../contract/event.ts'
import { fault } from '../contract/fault.ts'
import { inner } from '../contract/inner.ts'
import { operation } from '../contract/operation.ts'
import { Closed, PathId } from '../contract/scalars.ts'
import { type Effect, type Portable, type Sql, guarded, sql } from '../databases/sql.ts'
import { type Context, systemContext } from './context.ts'
import { type Ears, type Operations, module } from './module.ts'
import { Reply, asJson } from './reply.ts'

/** What compiles and what must not: each `@ts-expect-error` fails the check when its mistake is let through. */
const Line = Closed({ variantId: PathId, quantity: Type.Integer() })
const Cart = Closed({ id: Type.String(), items: Type.Array(Line) })
const paid = event('order.paid.v1', Closed({ orderId: Type.String() }))
const product = contract('product', {
  port: 3002, operations: {}, events: {}, hears: {},
  inner: { quote: inner({ takes: Closed({ ids: Type.Array(Type.String()) }), returns: Type.Array(Closed({ price: Type.Integer() })) }) },
})
const full = fault('cart_full', 409, 'The cart is full')
const cart = contract('cart', {
  port: 3005,
  operations: {
    read: operation('GET /cart', { access: 'visitor', summary: 'The cart', takes: nothing, returns: Cart }),
    setItem: operation('PATCH /cart/items/{variantId}', { access: 'visitor', summary: 'Set', takes: Line, returns: Cart, faults: [full] }),
  },
  inner: { settle: inner({ takes: Closed({ orderId: Type.String() }), returns: nothing }) },
  events: { abandoned: event('cart.abandoned.v1', Closed({ id: Type.String() })) },
  hears: { paid },
})

interface CartStore extends Portable { forget(cause: { id: string; type: typeof paid.type; time: string; trace: string; data: { orderId: string } }): Promise<Effect> }
const open = (db: Sql): CartStore => ({
  forget: (cause) => db.apply(cause, { statements: [guarded(sql`delete from cart where order_id = ${cause.data.orderId}`)], events: [] }),
  dump: () => db.dump(), load: (rows) => db.load(rows),
})
const stores = { sqlite: { migrations: [], open } }

test('a module that fits its contract compiles', () => {
  const good = module({
    contract: cart, uses: { product }, settings: Type.Object({ days: Type.Integer() }), stores,
    build: ({ store, doors, settings }) => ({
      operations: {
        async read(_input, context) {
          const [quote] = await doors.product.quote({ ids: [] }, context)
          return { id: 'x', items: [{ variantId: 'v', quantity: (quote?.price ?? 0) + settings.days }] }
        },
        async setItem({ variantId, quantity }) {
          if (quantity > 99) throw full()
          return new Reply(asJson<{ id: string; items: { variantId: string; quantity: number }[] }>(variantId), { headers: { etag: '"1"' } })
        },
        async settle({ orderId }) { void orderId; return {} },
      },
      hears: { paid: (event) => store.forget(event) },
    }),
  })
  assert.equal(good.contract.name, 'cart')
})

/** Never run: only its types count. */
const mistakes = async (db: Sql, context: Context, told: Event<typeof Cart>) => {
  // @ts-expect-error a hole in the path without its field
  operation('GET /x/{nope}', { access: 'user', summary: '', takes: Line, returns: Cart })
  // @ts-expect-error no such access
  operation('GET /x', { access: 'users', summary: '', takes: Line, returns: Cart })
  // @ts-expect-error no such method
  operation('FETCH /x', { access: 'user', summary: '', takes: Line, returns: Cart })
  // @ts-expect-error an event without a version
  event('order.paid', Cart)
  // @ts-expect-error wrong data in an event
  cart.events.abandoned({ id: 1 })
  // @ts-expect-error a boolean is no value
  sql`x ${true}`
  // @ts-expect-error a write must say its events
  void db.write({ statements: [] })
  // @ts-expect-error no callback, so nothing can be awaited inside a transaction
  void db.write(async () => {})
  // @ts-expect-error an event that did not arrive is no cause
  void db.apply(told({ id: '', items: [] }), { statements: [], events: [] })

  // @ts-expect-error a missing handler
  const missing: Operations<typeof cart> = { async read() { return { id: '', items: [] } }, async settle() { return {} } }
  // @ts-expect-error an answer of another shape
  const odd: Pick<Operations<typeof cart>, 'read'> = { async read() { return { id: '' } } }
  // @ts-expect-error a reply over a door
  const reply: Pick<Operations<typeof product>, 'quote'> = { async quote() { return new Reply([{ price: 1 }]) } }
  // @ts-expect-error acknowledged without a stored effect
  const deaf: Ears<typeof cart> = { async paid() {} }
  // @ts-expect-error a proof made up on the spot
  const forged: Ears<typeof cart> = { async paid() { return 'stored' } }

  module({
    // @ts-expect-error a contract under another's name
    contract: cart, uses: { produkt: product }, settings: nothing, stores,
    build: () => { throw 0 },
  })
  module({
    contract: cart, uses: { product }, settings: nothing, stores,
    build: ({ doors, settings, store }) => {
      // @ts-expect-error a call without context has no deadline
      void doors.product.quote({ ids: [] })
      // @ts-expect-error another input than the contract's
      void doors.product.quote({ id: 'x' }, context)
      // @ts-expect-error an answer used as what it is not
      void doors.product.quote({ ids: [] }, context).then(([quote]) => quote?.name)
      // @ts-expect-error not in uses
      void doors.cart
      // @ts-expect-error a door is no place to put things
      doors.product.quote = async () => []
      // @ts-expect-error a setting that is not declared
      void settings.days
      // @ts-expect-error another store than was opened
      void store.find('x')
      throw 0
    },
  })
  // @ts-expect-error a caller who is somebody has an id
  const anonymous: Context['caller'] = { is: 'user', may: new Set<string>() }
  return [missing, odd, reply, deaf, forged, anonymous, systemContext]
}

test('the mistakes are only compiled', () => assert.equal(typeof mistakes, 'function'))
