import { Type } from '@sinclair/typebox'
import { guarded, type Sql, sql, type Statement, type Written } from '../../../src/databases/sql.ts'
import type { Reserved, Shortage, StockStore } from '../store.ts'
import { showStock } from './stock-shown.ts'

const States = Type.Union([Type.Literal('held'), Type.Literal('released'), Type.Literal('sold'), Type.Literal('returned')])
const Stored = Type.Object({ state: States, short: Type.String() })
const Short = Type.Object({ variantId: Type.String(), available: Type.Integer(), reserved: Type.Integer() })

const stored = (order: string): Statement => sql`select state, short from reservation where id = ${order}`
const isState = (text: unknown): text is Reserved['state'] => text === 'held' || text === 'released' || text === 'sold' || text === 'returned'
/** The reservation that the change's last statement read. */
const readBack = (written: Written): Reserved => {
  const row = written.ok ? written.rows.at(-1)?.[0] : undefined
  if (!row || !isState(row['state'])) throw new Error('A reservation was stored and is not there')
  return { state: row['state'], short: JSON.parse(String(row['short'])) }
}

/** Whose stock an order's lines hold. */
const heldProducts = (order: string): Statement => sql`select v.product from reservation_line l join variant v on v.id = l.variant
  where l.reservation = ${order} and l.took > 0`
const productsIn = (order: string, state: string): Statement => sql`select v.product
  from reservation r join reservation_line l on l.reservation = r.id join variant v on v.id = l.variant
  where r.id = ${order} and r.state = ${state} and l.took > 0`
/** What nobody reserved is released for good: a late reserve finds that. */
const tombstone = (order: string, at: number): Statement =>
  sql`insert into reservation (id, state, at) values (${order}, 'released', ${at}) on conflict (id) do nothing`

const sell = (order: string): Statement[] => [
  sql`update stock set reserved = reserved - l.took, sold = sold + l.took from reservation r join reservation_line l on l.reservation = r.id
    where r.id = ${order} and r.state = 'held' and l.variant = stock.variant and l.took > 0`,
  sql`update reservation set state = 'sold' where id = ${order} and state = 'held'`,
]

/** Reservations: one transaction each; a state that ended absorbs what comes later. */
export const reservations = (db: Sql): Pick<StockStore, 'hold' | 'refuse' | 'commit' | 'release' | 'giveBack'> => {
  const find = async (order: string): Promise<Reserved | null> => {
    const [row] = await db.read(Stored, stored(order))
    return row ? { state: row.state, short: JSON.parse(row.short) } : null
  }
  const change = async (...statements: Statement[]): Promise<Reserved> => readBack(await db.write({ statements, events: [] }))

  return {
    async hold(order, lines, at) {
      const wanted = JSON.stringify(lines)
      const written = await db.write({
        statements: [
          guarded(sql`insert into reservation (id, state, at) values (${order}, 'held', ${at}) on conflict (id) do nothing`),
          guarded(sql`insert into reservation_line (reservation, variant, quantity, took)
            select ${order}, s.variant, j.value ->> 'quantity', iif(s.tracked, j.value ->> 'quantity', 0)
            from json_each(${wanted}) j join stock s on s.variant = j.value ->> 'variantId'
              join variant v on v.id = s.variant join product p on p.num = v.product
            where s.sellable = 1 and p.status = 'active' and (s.tracked = 0 or s.available >= j.value ->> 'quantity')`, lines.length),
          sql`update stock set available = available - l.took, reserved = reserved + l.took, version = version + 1
            from reservation_line l where l.reservation = ${order} and l.variant = stock.variant and l.took > 0`,
          ...showStock(heldProducts(order)),
        ],
        events: [],
      })
      if (written.ok) return { reservation: { state: 'held', short: [] } }
      const known = written.at === 0 ? await find(order) : null
      if (known) return { reservation: known }
      const short: readonly Shortage[] = (await db.read(Short, sql`select j.value ->> 'variantId' as "variantId",
          coalesce(s.available, 0) as available, coalesce(s.reserved, 0) as reserved
        from (select value from json_each(${wanted})) j left join (stock s join variant v on v.id = s.variant join product p on p.num = v.product)
          on s.variant = j.value ->> 'variantId' and s.sellable = 1 and p.status = 'active'
        where s.variant is null or (s.tracked = 1 and s.available < j.value ->> 'quantity')`)).map((row) => ({ ...row }))
      return { short }
    },

    refuse: (order, short, at) => change(
      sql`insert into reservation (id, state, short, at) values (${order}, 'released', ${JSON.stringify(short)}, ${at}) on conflict (id) do nothing`,
      stored(order),
    ),

    commit: (order, at) => change(tombstone(order, at), ...sell(order), stored(order)),

    release: (order, at) => change(
      sql`update stock set available = available + l.took, reserved = reserved - l.took, version = version + 1
        from reservation r join reservation_line l on l.reservation = r.id
        where r.id = ${order} and r.state = 'held' and l.variant = stock.variant and l.took > 0`,
      ...showStock(productsIn(order, 'held')),
      sql`update reservation set state = 'released' where id = ${order} and state = 'held'`,
      tombstone(order, at),
      stored(order),
    ),

    giveBack: (order, at) => change(
      tombstone(order, at),
      ...sell(order),
      sql`insert into move (variant, n, effect, kind, received, available, at)
        select s.variant, s.moves + 1, ${`${order}:return`}, 'return', 0, l.took, ${at}
        from reservation r join reservation_line l on l.reservation = r.id join stock s on s.variant = l.variant
        where r.id = ${order} and r.state = 'sold' and l.took > 0`,
      sql`update stock set available = available + l.took, sold = sold - l.took, moves = moves + 1, version = version + 1
        from reservation r join reservation_line l on l.reservation = r.id
        where r.id = ${order} and r.state = 'sold' and l.variant = stock.variant and l.took > 0`,
      ...showStock(productsIn(order, 'sold')),
      sql`update reservation set state = 'returned' where id = ${order} and state = 'sold'`,
      stored(order),
    ),
  }
}
