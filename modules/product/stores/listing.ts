import { Type } from '@sinclair/typebox'
import { type Sql, sql, type Statement } from '../../../src/databases/sql.ts'
import type { Filter, Position, Sort } from '../rules/listing.ts'
import { numberOf } from '../rules/order.ts'
import type { Shelf } from '../store.ts'
import { compose } from './compose.ts'
import { ofStatus, withOffer } from './conditions.ts'
import { matching, matchingByRank } from './matching.ts'
import type { Tree, treeIn } from './tree.ts'

const Row = Type.Object({ id: Type.String(), value: Type.Union([Type.Number(), Type.String()]), text: Type.String() })
const Count = Type.Object({ count: Type.Integer() })

/** A way to find the next products in order: answers `num` and the sort's `value`. */
type Arm = Statement
const arm = (...parts: readonly (string | Statement)[]): Arm => compose('select * from (', ...parts, ')')

interface Order { column: string; falls: boolean }
const orders: Readonly<Record<'price' | '-price' | 'name' | 'rating', Order>> = {
  price: { column: 'l.price', falls: false }, '-price': { column: 'l.price', falls: true },
  name: { column: 'l.name', falls: false }, rating: { column: 'l.rating', falls: true },
}

/**
 * Up to so many products found by tokens are collected and sorted; of more, the sort's index is walked and each product
 * is asked for its tokens: then a page is full soon (docs/decisions/search-by-rank.md).
 */
const fewFound = 5000

const first = Number.MIN_SAFE_INTEGER

/** The best rank first; within a rank FTS5 answers by id, and no arm is begun before its time. */
const byRank = (filter: Filter, tree: Tree, limit: number, after: Position | null): Arm[] => {
  const from = after === null ? 0 : Number(after.value)
  return matchingByRank(filter, tree).flatMap((match, rank) => rank < from ? [] : [arm(
    sql`select l.num, ${rank} as value from search s cross join listing l on l.num = s.rowid
      where s.search match ${match} and s.rowid > ${rank === from && after ? numberOf(after.id) : first} and `,
    ofStatus(filter), withOffer(filter), sql` order by s.rowid limit ${limit}`,
  )])
}

const newest = (filter: Filter, match: string | null, limit: number, after: Position | null): Arm[] => {
  const before = after === null ? Number.MAX_SAFE_INTEGER : numberOf(after.id)
  return match === null
    ? [arm('select l.num, 0 as value from listing l where ', ofStatus(filter), withOffer(filter), sql` and l.num < ${before}
        order by l.num desc limit ${limit}`)]
    : [arm(sql`select l.num, 0 as value from search s cross join listing l on l.num = s.rowid
        where s.search match ${match} and s.rowid < ${before} and `, ofStatus(filter), withOffer(filter), sql`
        order by s.rowid desc limit ${limit}`)]
}

/** First the rest of those that tie with the last one shown, then what comes behind them: each a walk along an index. */
const walked = (filter: Filter, { column, falls }: Order, match: string | null, limit: number, after: Position | null): Arm[] => {
  const from = compose(`select l.num, ${column} as value from listing l where `, ofStatus(filter), withOffer(filter),
    ...(match === null ? [] : [sql` and exists (select 1 from search s where s.search match ${match} and s.rowid = l.num)`]))
  const way = falls ? 'desc' : 'asc'
  if (after === null) return [arm(from, ` order by ${column} ${way}, l.num`, sql` limit ${limit}`)]
  return [
    arm(from, ` and ${column} = `, sql`${after.value} and l.num > ${numberOf(after.id)} order by l.num limit ${limit}`),
    arm(from, ` and ${column} ${falls ? '<' : '>'} `, sql`${after.value}`, ` order by ${column} ${way}, l.num`, sql` limit ${limit}`),
  ]
}

const collected = (filter: Filter, { column, falls }: Order, match: string, limit: number, after: Position | null): Arm[] => {
  const behind = after === null ? '' : compose(` and (${column} ${falls ? '<' : '>'} `, sql`${after.value}`, ` or (${column} = `,
    sql`${after.value} and l.num > ${numberOf(after.id)}))`)
  return [arm(`select l.num, ${column} as value from search s cross join listing l on l.num = s.rowid where s.search match `, sql`${match}`,
    ' and ', ofStatus(filter), withOffer(filter), behind, ` order by ${column} ${falls ? 'desc' : 'asc'}, l.num`, sql` limit ${limit}`)]
}

const asked = (filter: Filter, ids: readonly string[], match: string | null, limit: number, after: Position | null): Arm[] => [arm(
  sql`select l.num, j.key as value from json_each(${JSON.stringify(ids)}) j cross join product p on p.id = j.value cross join listing l on l.num = p.num
    where j.key > ${after?.value ?? -1} and `, ofStatus(filter), withOffer(filter),
  ...(match === null ? [] : [sql` and exists (select 1 from search s where s.search match ${match} and s.rowid = l.num)`]),
  sql` order by j.key limit ${limit}`,
)]

/** The outer loops stand still for `cross join`, so the arms' order is the answer's. */
const shown = (arms: readonly Arm[], limit: number): Statement => compose(
  `select p.id, a.value, p.head || coalesce(c.json, 'null') || e.tail as text from (`,
  ...arms.flatMap((one, at) => at === 0 ? [one] : [' union all ', one]),
  sql` limit ${limit}) a cross join product p on p.num = a.num cross join live e on e.num = a.num left join category c on c.id = p.category`,
)

export const listing = (db: Sql, { tree }: ReturnType<typeof treeIn>): Pick<Shelf, 'page'> => {
  const isFew = async (match: string): Promise<boolean> => {
    const [row] = await db.read(Count, sql`select count(*) as count from (select 1 from search s where s.search match ${match} limit ${fewFound})`)
    return (row?.count ?? 0) < fewFound
  }
  const armsFor = async (filter: Filter, sort: Sort, limit: number, after: Position | null): Promise<Arm[]> => {
    if (filter.ids) return asked(filter, filter.ids, matching(filter, await tree()), limit, after)
    if (sort === 'relevance') return byRank(filter, await tree(), limit, after)
    const match = matching(filter, await tree())
    if (sort === 'newest') return newest(filter, match, limit, after)
    const order = orders[sort]
    return match !== null && await isFew(match) ? collected(filter, order, match, limit, after) : walked(filter, order, match, limit, after)
  }
  return {
    async page(filter, sort, limit, after) {
      const arms = await armsFor(filter, sort, limit + 1, after)
      if (arms.length === 0) return { items: '', next: null }
      const rows = await db.read(Row, shown(arms, limit + 1))
      const more = rows.length > limit
      if (more) rows.length = limit
      const last = rows.at(-1)
      return { items: rows.map((row) => row.text).join(','), next: more && last ? { value: last.value, id: last.id } : null }
    },
  }
}
