import type { TestContext } from 'node:test'
import { openSqlite } from '../../../src/databases/sqlite/open.ts'
import type { Row } from '../../../src/databases/sql.ts'
import { type Caller, makeContext } from '../../../src/module/context.ts'
import type { Built } from '../../../src/module/module.ts'
import { memorySecrets } from '../../../src/process/secrets.ts'
import { type TestWorld, testWorld } from '../../../test/world.ts'
import type { order } from '../contract/index.ts'
import { orderModuleWith } from '../module.ts'
import { ledgerMigrations } from '../payments/ledger-migrations.ts'
import { openLedger } from '../payments/ledger.ts'
import type { PaymentProvider } from '../payments/provider.ts'
import { migrations } from '../stores/migrations.ts'
import { openOrders } from '../stores/sql.ts'
import type { OrderStore } from '../store.ts'
import { address, id } from './orders.ts'
import { type Neighbours, neighbours } from './stand-ins.ts'

/** What stands between an instance and what it calls. */
export interface Wraps {
  store?: (store: OrderStore) => OrderStore
  doors?: (doors: Neighbours) => Neighbours
  provider?: (provider: PaymentProvider) => PaymentProvider
}

export interface Instance extends Built<typeof order> {
  context(about?: { caller?: Caller; key?: string; leftMs?: number }): ReturnType<typeof makeContext>
  /** POST /orders of the buyer. */
  place(about?: Placing): Promise<{ status: number; body: any; replayed: boolean }>
  /** Runs the sweeper once, to its end. */
  sweep(): Promise<void>
}
export interface Placing { token?: string; key?: string; caller?: Caller; leftMs?: number; more?: object }

export const buyer: Caller = { is: 'user', id: id(0xb0b), sid: 's', may: new Set() }
export const staff: Caller = { is: 'user', id: id(0x57aff), sid: 's', may: new Set(['orders:read', 'orders:write']) }
export const settings = { currency: 'EUR', orderLeaseMs: 30_000, orderSweepMs: 60_000, orderPendingMs: 1_800_000 }

/** A fault as HTTP would answer it. */
export const answered = async (asked: Promise<any>): Promise<{ status: number; body: any; replayed: boolean }> => {
  try {
    const reply = await asked
    const text = reply?.body ?? reply
    return { status: 201, body: typeof text === 'string' ? JSON.parse(text) : text, replayed: reply?.options?.headers?.['idempotency-replayed'] === 'true' }
  } catch (error: any) {
    if (error.status === undefined) throw error
    const { about } = error
    return { status: error.status, body: { code: error.code, ...about.members, errors: about.errors }, replayed: about.headers?.['idempotency-replayed'] === 'true' }
  }
}

/** Order instances over one open store and one ledger, beside stand-ins of the neighbours. */
export const bench = async (t: TestContext, about: Parameters<typeof neighbours>[0] = {}) => {
  const world: TestWorld = testWorld()
  const orders = await openSqlite({ path: ':memory:', migrations: migrations('sqlite'), world, checked: true })
  const ledger = await openSqlite({ path: ':memory:', migrations: ledgerMigrations('sqlite'), world, checked: true })
  t.after(async () => {
    // Whoever still waits for a deadline has reached it.
    world.advance(86_400_000)
    await orders.close()
    await ledger.close()
  })
  const beside = neighbours(about)
  const store = openOrders(orders.sql)
  const counted: Record<string, number> = {}
  const logged: string[] = []
  const tell = (level: string) => (message: string, what: object = {}) => { logged.push(`${level} ${message} ${JSON.stringify(what, (_key, value) => (value instanceof Error ? value.message : value))}`) }

  const instance = (wraps: Wraps = {}, more: Partial<typeof settings> = {}): Instance => {
    const built: Built<typeof order> = orderModuleWith(wraps.provider ? { provider: wraps.provider } : {}).build({
      store: wraps.store?.(store) ?? store, beside: { ledger: openLedger(ledger.sql) }, doors: wraps.doors?.(beside.doors) ?? beside.doors,
      settings: { ...settings, ...more }, world, secrets: memorySecrets(), publicUrl: () => 'http://shop.test',
      log: { debug: tell('debug'), info: tell('info'), warn: tell('warn'), error: tell('error') },
      measure: { add: (name: string, by = 1) => { counted[name] = (counted[name] ?? 0) + by } },
    })
    const context: Instance['context'] = ({ caller = buyer, key, leftMs = 15_000 } = {}) =>
      makeContext({ caller, trace: '0'.repeat(32), leftMs, key, world })
    return {
      ...built, context,
      place: ({ token = 'tok_ok', key = 'k', caller = buyer, leftMs, more: fields = {} } = {}) => answered(built.operations.place(
        { shippingAddress: address, payment: { token }, ...(caller.is === 'user' ? {} : { email: 'guest@example.com' }), ...fields },
        context({ caller, key, ...(leftMs === undefined ? {} : { leftMs }) }),
      )),
      sweep: async () => { await built.jobs?.find(({ name }) => name === 'sweeper')?.run(new AbortController().signal) },
    }
  }
  const rows = async (sql: typeof orders.sql, table: string): Promise<Row['row'][]> =>
    (await Array.fromAsync(sql.dump())).filter((row) => row.table === table).map(({ row }) => row)
  return {
    world, ...beside, store, instance, counted, logged,
    orders: (table = 'orders') => rows(orders.sql, table),
    ledger: (table: string) => rows(ledger.sql, table),
    /** Past every lease, and then sweeps until all orders rest (or wait for a bank). */
    async rest(by: Instance) {
      for (let tries = 0; tries < 60; tries++) {
        const all = await rows(orders.sql, 'orders')
        const refunds = await rows(orders.sql, 'order_refunds')
        if (all.every((one) => one['settled_at'] !== null || (one['step'] === 'waiting' && Number(one['next_attempt']) > world.now())) && refunds.every((one) => one['status'] !== 'pending')) return
        world.advance(61_000)
        await by.sweep()
      }
      throw new Error(`the orders do not rest: ${JSON.stringify(await rows(orders.sql, 'orders'))}\n${logged.slice(-10).join('\n')}`)
    },
  }
}
export type Bench = Awaited<ReturnType<typeof bench>>

/** What must hold once all orders rest, one sentence for each that does not: a small auditor of this bench. */
export const violations = async (b: Bench): Promise<string[]> => {
  const found: string[] = []
  const say = (holds: boolean, what: string) => { if (!holds) found.push(what) }
  const orders = await b.orders()
  const captures = (await b.ledger('captures')).filter((one) => one['outcome'] === 'captured')
  const ledgerRefunds = (await b.ledger('refunds')).filter((one) => one['outcome'] === 'refunded')
  const refunds = await b.orders('order_refunds')
  const answers = await b.orders('order_answers')
  const sum = (rows: Row['row'][]) => rows.reduce((total, one) => total + Number(one['amount']), 0)
  let sold = 0
  for (const one of orders) {
    const id = String(one['id'])
    const own = (rows: Row['row'][]) => rows.filter((row) => row['order_id'] === id)
    const waits = one['step'] === 'waiting'
    say(one['settled_at'] !== null || waits, `${id} is not at rest`)
    say(own(captures).length <= 1, `${id} was captured twice`)
    say(Number(one['total']) === 0 || (one['paid_at'] !== null) === (own(captures).length === 1) || one['captured'] === one['refunded'], `${id}: paid and captured differ`)
    say(sum(own(captures)) === Number(one['captured']), `${id}: the ledger captured ${sum(own(captures))}, the order says ${one['captured']}`)
    say(sum(own(ledgerRefunds)) === Number(one['refunded']), `${id}: the ledger refunded ${sum(own(ledgerRefunds))}, the order says ${one['refunded']}`)
    say(sum(own(refunds).filter((row) => row['status'] === 'succeeded')) === Number(one['refunded']), `${id}: its refund rows differ`)
    if (one['status'] === 'payment_failed' || one['status'] === 'cancelled') say(one['captured'] === one['refunded'], `${id} is ${one['status']} and keeps money`)
    const open = own(await b.ledger('authorizations')).filter((row) => row['state'] === 'authorized' || row['state'] === 'requires_action')
    say(waits || open.length === 0, `${id} leaves an authorization open`)
    say(waits || one['token'] === null, `${id} keeps its payment token`)
    const state = b.reservations.get(id)?.state
    const keeps = ['paid', 'preparing', 'shipped', 'delivered', 'refunded'].includes(String(one['status']))
    say(waits ? state === 'held' : keeps ? state === 'sold' : state === 'released' || state === 'returned' || state === undefined, `${id} is ${one['status']} and its reservation ${state}`)
    if (keeps) sold += b.reservations.get(id)?.lines.reduce((total, row) => total + row.quantity, 0) ?? 0
    const [answer] = own(answers)
    const answeredPaid = answer !== undefined && JSON.parse(String(answer['answer'])).status === 'paid'
    say((one['answer_is'] === 'order') === (answer !== undefined), `${id} lacks its answer's text`)
    say(!answeredPaid || one['paid_at'] !== null, `${id} was answered paid and is not`)
    say(one['answer_is'] !== 'refusal' || one['paid_at'] === null, `${id} was refused and paid`)
    say(one['answer_is'] !== null || one['status'] === 'payment_failed', `${id} has no answer`)
  }
  const { received, available, reserved, sold: counted } = b.stock
  say(received === available + reserved + counted && Math.min(available, reserved, counted) >= 0, 'stock does not add up')
  say(counted === sold, `stock counts ${counted} sold, orders ${sold}`)
  say(reserved === 0 || orders.some((one) => one['step'] === 'waiting'), `${reserved} are held for nobody`)
  const claims = await b.orders('order_claims')
  const keys = await b.orders('order_keys')
  say(new Set(claims.map((one) => one['order_id'])).size === orders.filter((one) => one['paid_at'] !== null || one['step'] === 'waiting').length, 'claims and orders differ')
  say(keys.every((one) => orders.some((row) => row['id'] === one['order_id'] && row['answer_is'] !== null)), 'a key has no answer')
  return found
}
