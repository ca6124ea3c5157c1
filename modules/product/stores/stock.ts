import { Type } from '@sinclair/typebox'
import { Nullable } from '../../../src/contract/scalars.ts'
import { guarded, type Sql, sql, type Statement, Violation } from '../../../src/databases/sql.ts'
import { inventoryUpdated } from '../contract/events.ts'
import { mostPieces } from '../contract/schemas.ts'
import type { StockStore } from '../store.ts'
import { reservations } from './reservations.ts'
import { showStock } from './stock-shown.ts'

const Level = Type.Object({ available: Nullable(Type.Integer()), reserved: Type.Integer() })
const Answer = Type.Object({ fingerprint: Type.String(), status: Type.Integer(), answer: Type.String() })
const Untold = Type.Object({
  variantId: Type.String(), productId: Type.String(), available: Nullable(Type.Integer()), version: Type.Integer(),
})
const Standing = Type.Object({ product: Type.String(), sellable: Type.Integer(), tracked: Type.Integer(), available: Type.Integer() })
const QuoteRow = Type.Object({
  variantId: Type.String(), productId: Type.String(), slug: Type.String(), name: Type.String(), options: Type.String(),
  sku: Nullable(Type.String()), image: Nullable(Type.String()), amount: Type.Integer(), currency: Type.String(),
  categories: Nullable(Type.String()), status: Type.String(), sellable: Type.Integer(),
  available: Nullable(Type.Integer()), weightGrams: Nullable(Type.Integer()),
})

const productOf = (variant: string): Statement => sql`select product from variant where id = ${variant}`
/** What the newest row of the ledger says becomes the stock. */
const applied = (variant: string, effect: string): Statement => sql`update stock set
    received = stock.received + m.received, available = stock.available + m.available,
    tracked = iif(m.kind = 'set', m.target is not null, tracked), moves = m.n, version = version + 1
  from move m where m.variant = ${variant} and m.effect = ${effect} and stock.variant = m.variant and m.n = stock.moves + 1`

export const stock = (db: Sql): StockStore => ({
  ...reservations(db),

  async move({ productId, variantId, effect, reason, to, answerAs, at }) {
    const ledger = 'change' in to
      ? sql`insert into move (variant, n, effect, kind, received, available, reason, at)
          select variant, moves + 1, ${effect}, 'change', ${to.change}, ${to.change}, ${reason}, ${at} from stock
          where variant = ${variantId} and product = ${productId} and sellable = 1 and tracked = 1
            and available + ${to.change} between 0 and ${mostPieces}`
      : sql`insert into move (variant, n, effect, kind, target, received, available, reason, at)
          select variant, moves + 1, ${effect}, 'set', ${to.available}, coalesce(${to.available} - available, 0),
            coalesce(${to.available} - available, 0), ${reason}, ${at} from stock
          where variant = ${variantId} and product = ${productId} and sellable = 1`
    const level = sql`select iif(tracked, available, null) as available, reserved from stock where variant = ${variantId}`
    const answer = answerAs && sql`insert into answered (scope, fingerprint, status, answer, at)
      select ${answerAs.scope}, ${answerAs.fingerprint}, 200, json_object('available', iif(tracked, available, null), 'reserved', reserved), ${at}
      from stock where variant = ${variantId}`
    try {
      const written = await db.write({
        statements: [guarded(ledger), applied(variantId, effect), ...showStock(productOf(variantId)), ...(answer ? [answer] : []), level],
        events: [],
      })
      const row = written.ok ? written.rows.at(-1)?.[0] : undefined
      if (row) return { available: row['available'] === null ? null : Number(row['available']), reserved: Number(row['reserved']) }
    } catch (error) {
      if (error instanceof Violation && error.kind === 'unique') return 'answered'
      throw error
    }
    const [standing] = await db.read(Standing, sql`select product, sellable, tracked, available from stock where variant = ${variantId}`)
    if (standing?.product === productId && standing.sellable === 1) {
      if (standing.tracked === 0) return 'untracked'
      return 'change' in to && standing.available + to.change > mostPieces ? 'too_much' : 'insufficient'
    }
    const known = await db.read(Type.Object({ num: Type.Integer() }), sql`select num from product where id = ${productId}`)
    return known.length > 0 ? 'unknown_variant' : 'unknown_product'
  },

  async answered(scope) {
    const [row] = await db.read(Answer, sql`select fingerprint, status, answer from answered where scope = ${scope}`)
    return row ? { ...row } : null
  },
  async keepAnswer(scope, { fingerprint, status, answer }, at) {
    await db.write({ statements: [sql`insert into answered (scope, fingerprint, status, answer, at)
      values (${scope}, ${fingerprint}, ${status}, ${answer}, ${at}) on conflict (scope) do nothing`], events: [] })
  },
  async forgetAnswers(before) {
    const written = await db.write({ statements: [sql`delete from answered where at < ${before} returning 1 as one`], events: [] })
    return written.ok ? written.rows[0]?.length ?? 0 : 0
  },

  async untold(limit) {
    const rows = await db.read(Untold, sql`select variant as "variantId", product as "productId", iif(tracked, available, null) as available, version
      from stock where version > published order by variant limit ${limit}`)
    return rows.map((row) => ({ ...row }))
  },
  async tell(untold) {
    // Each is a change of its own, for another teller may have been first; asked for at once, they share a commit.
    await Promise.all(untold.map((item) => db.write({
      statements: [guarded(sql`update stock set published = ${item.version} where variant = ${item.variantId} and published < ${item.version}`)],
      events: [inventoryUpdated(item)],
    })))
  },

  async quotes(ids) {
    const rows = await db.read(QuoteRow, sql`select v.id as "variantId", p.id as "productId", p.slug, p.name, v.options, v.sku, p.image,
        v.price as amount, p.currency, c.path as categories, p.status, s.sellable, iif(s.tracked, s.available, null) as available,
        v.weight_grams as "weightGrams"
      from json_each(${JSON.stringify(ids)}) j join variant v on v.id = j.value join product p on p.num = v.product
      join stock s on s.variant = v.id left join category c on c.id = p.category`)
    return rows.map((row) => ({
      variantId: row.variantId, productId: row.productId, slug: row.slug, name: row.name, options: JSON.parse(row.options), sku: row.sku,
      image: row.image, price: { amount: row.amount, currency: row.currency }, categories: row.categories === null ? [] : JSON.parse(row.categories),
      sellable: row.status === 'active' && row.sellable === 1, available: row.available, weightGrams: row.weightGrams,
    }))
  },
})
