import { Type } from '@sinclair/typebox'
import { type Portable, type Sql, guarded, sql } from '../../../src/databases/sql.ts'
import type { Money } from '../../../src/contract/money.ts'

export type State = 'requires_action' | 'authorized' | 'refused' | 'captured' | 'voided'
export interface Authorization {
  /** null only for one that was voided before it was seen. */
  reference: string | null
  state: State
  reason: string | null
  token: string | null
  orderId: string
  amount: number
  currency: string
  returnUrl: string
}
export interface NewAuthorization {
  key: string; orderId: string; reference: string; token: string; total: Money; returnUrl: string
  state: 'requires_action' | 'authorized' | 'refused'; reason: string | null
}
export interface NewCapture { key: string; reference: string; orderId: string; amount: number; outcome: 'captured' | 'refused' }
export interface Webhook { id: string; orderId: string; attempts: number }

/** The test provider's own facts: outside the shop, in a store of their own. Each write is one atomic change. */
export interface Ledger {
  /** `fresh`: this call has made it; else what stands under the key already. */
  authorize(authorization: NewAuthorization, now: number): Promise<{ fresh: boolean; now: Authorization }>
  byReference(reference: string): Promise<Authorization | null>
  byKey(key: string): Promise<Authorization | null>
  /** Of an authorized one; `outcome` null where there is nothing to capture. */
  capture(capture: NewCapture, now: number): Promise<{ fresh: boolean; outcome: 'captured' | 'refused' | null }>
  /** Ends it, whether it was seen or not; answers its state afterwards. */
  void(authorizeKey: string, orderId: string, now: number): Promise<State>
  /** Refused where it exceeds what was captured. */
  refund(key: string, reference: string, amount: number, now: number): Promise<'refunded' | 'refused'>
  /** What the buyer says on the page, once, with the webhook that tells it; answers the state afterwards. */
  decide(reference: string, to: 'authorized' | 'refused', webhook: { id: string }, now: number): Promise<Authorization | null>
  /** Webhooks that nobody has taken yet. */
  untaken(now: number, limit: number): Promise<Webhook[]>
  taken(id: string, now: number): Promise<void>
  delayed(id: string, nextAttempt: number): Promise<void>
  /** Made at the first call, with `secret`. */
  secret(secret: string): Promise<string>
}

const Nullable = (type: 'string' | 'integer') => Type.Union([type === 'string' ? Type.String() : Type.Integer(), Type.Null()])
const AuthorizationRow = Type.Object({
  key: Type.String(), order_id: Type.String(), reference: Nullable('string'), token: Nullable('string'), amount: Nullable('integer'),
  currency: Nullable('string'), return_url: Nullable('string'), state: Type.Unsafe<State>(Type.String()), reason: Nullable('string'),
})
const OutcomeRow = Type.Object({ outcome: Type.Union([Type.Literal('captured'), Type.Literal('refused')]) })
const WebhookRow = Type.Object({ id: Type.String(), order_id: Type.String(), attempts: Type.Integer() })
const SecretRow = Type.Object({ secret: Type.String() })

const isState = (value: unknown): value is State =>
  value === 'requires_action' || value === 'authorized' || value === 'refused' || value === 'captured' || value === 'voided'
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const authorization = (row: Readonly<Record<string, unknown>>): Authorization => ({
  reference: textOf(row['reference']), state: isState(row['state']) ? row['state'] : 'refused', reason: textOf(row['reason']),
  token: textOf(row['token']), orderId: String(row['order_id']), amount: Number(row['amount'] ?? 0),
  currency: textOf(row['currency']) ?? '', returnUrl: textOf(row['return_url']) ?? '',
})

export const openLedger = (db: Sql): Ledger & Portable => {
  const outcomes = async (write: ReturnType<Sql['write']>) => {
    const written = await write
    if (!written.ok) throw new Error('The ledger met other rows')
    return written.rows
  }
  const byReference = async (reference: string): Promise<Authorization | null> => {
    const [row] = await db.read(AuthorizationRow, sql`select key, order_id, reference, token, amount, currency, return_url, state, reason
      from authorizations where reference = ${reference}`)
    return row ? authorization(row) : null
  }
  /** First in a change that stands on an authorization as it is: others of the same one wait, on every engine. */
  const held = (reference: string) => sql`update authorizations set state = state where reference = ${reference}`
  const byKey = async (key: string): Promise<Authorization | null> => {
    const [row] = await db.read(AuthorizationRow, sql`select key, order_id, reference, token, amount, currency, return_url, state, reason
      from authorizations where key = ${key}`)
    return row ? authorization(row) : null
  }
  return {
    byKey,
    async authorize({ key, orderId, reference, token, total: { amount, currency }, returnUrl, state, reason }, now) {
      const [made = []] = await outcomes(db.write({
        statements: [sql`insert into authorizations (key, order_id, reference, token, amount, currency, return_url, state, reason, created_at, updated_at)
          values (${key}, ${orderId}, ${reference}, ${token}, ${amount}, ${currency}, ${returnUrl}, ${state}, ${reason}, ${now}, ${now})
          on conflict (key) do nothing returning key`],
        events: [],
      }))
      if (made.length === 1) return { fresh: true, now: { reference, state, reason, token, orderId, amount, currency, returnUrl } }
      const known = await byKey(key)
      if (known === null) throw new Error('An authorization was known and is not there')
      return { fresh: false, now: known }
    },
    byReference,
    async capture({ key, reference, orderId, amount, outcome }, now) {
      const { ok } = await db.write({
        statements: [
          guarded(sql`update authorizations set state = ${outcome === 'captured' ? 'captured' : 'authorized'}, updated_at = ${now}
            where reference = ${reference} and state = 'authorized' and amount = ${amount}`),
          guarded(sql`insert into captures (key, reference, order_id, amount, outcome, created_at)
            values (${key}, ${reference}, ${orderId}, ${amount}, ${outcome}, ${now}) on conflict do nothing`),
        ],
        events: [],
      })
      if (ok) return { fresh: true, outcome }
      const [row] = await db.read(OutcomeRow, sql`select outcome from captures where key = ${key}`)
      return { fresh: false, outcome: row?.outcome ?? null }
    },
    async void(authorizeKey, orderId, now) {
      const [, , [row] = []] = await outcomes(db.write({
        statements: [
          sql`insert into authorizations (key, order_id, state, created_at, updated_at)
            values (${authorizeKey}, ${orderId}, 'voided', ${now}, ${now}) on conflict (key) do nothing`,
          sql`update authorizations set state = 'voided', updated_at = ${now} where key = ${authorizeKey} and state in ('requires_action', 'authorized')`,
          guarded(sql`select state from authorizations where key = ${authorizeKey}`),
        ],
        events: [],
      }))
      return isState(row?.['state']) ? row['state'] : 'voided'
    },
    async refund(key, reference, amount, now) {
      const [, , [row] = []] = await outcomes(db.write({
        statements: [
          held(reference),
          sql`insert into refunds (key, reference, order_id, amount, outcome, created_at)
            select ${key}, a.reference, a.order_id, ${amount}, case when a.state = 'captured' and a.amount >= ${amount} + coalesce(
              (select sum(r.amount) from refunds r where r.reference = a.reference and r.outcome = 'refunded'), 0) then 'refunded' else 'refused' end, ${now}
            from authorizations a where a.reference = ${reference} on conflict (key) do nothing`,
          sql`select outcome from refunds where key = ${key}`,
        ],
        events: [],
      }))
      return row?.['outcome'] === 'refunded' ? 'refunded' : 'refused'
    },
    async decide(reference, to, { id }, now) {
      await db.write({
        statements: [
          guarded(sql`update authorizations set state = ${to}, reason = ${to === 'refused' ? 'The buyer declined' : null}, updated_at = ${now}
            where reference = ${reference} and state = 'requires_action'`),
          sql`insert into webhooks (id, order_id, created_at, attempts, next_attempt)
            select ${id}, order_id, ${now}, 0, ${now} from authorizations where reference = ${reference}`,
        ],
        events: [],
      })
      return byReference(reference)
    },
    async untaken(now, limit) {
      const rows = await db.read(WebhookRow, sql`select id, order_id, attempts from webhooks
        where taken_at is null and next_attempt <= ${now} order by next_attempt limit ${limit}`)
      return rows.map((row) => ({ id: row.id, orderId: row.order_id, attempts: row.attempts }))
    },
    async taken(id, now) {
      await db.write({ statements: [sql`update webhooks set taken_at = ${now} where id = ${id} and taken_at is null`], events: [] })
    },
    async delayed(id, nextAttempt) {
      await db.write({ statements: [sql`update webhooks set attempts = attempts + 1, next_attempt = ${nextAttempt} where id = ${id}`], events: [] })
    },
    async secret(secret) {
      await db.write({ statements: [sql`insert into secrets (name, secret) values ('webhook', ${secret}) on conflict (name) do nothing`], events: [] })
      const [row] = await db.read(SecretRow, sql`select secret from secrets where name = 'webhook'`)
      return row?.secret ?? secret
    },
    dump: () => db.dump(),
    load: (rows) => db.load(rows),
  }
}
