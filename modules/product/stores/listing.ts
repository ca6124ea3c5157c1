import { Type } from '@sinclair/typebox'
import { type Sql, sql, type Statement } from '../../../src/databases/sql.ts'
import type { Filter, Position, Sort } from '../rules/listing.ts'
import { numberOf } from '../rules/order.ts'
import type { Shelf } from '../store.ts'
import { compose, nothing } from './compose.ts'
import { offered, ofStatus, withColumns, withOffer } from './conditions.ts'
import { endingsOf, matching, matchingByRank, type Search } from './matching.ts'
import { rankOf } from './ranking.ts'
import type { treeIn } from './tree.ts'

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
 * Up to so many products found by tokens or prices are collected and sorted. Of more, the sort's index is walked and each
 * product compared: the page is full soon (docs/decisions/search-by-rank.md).
 */
const few = 3000
/** The same for relevance, by the number of words: the more words, the more ranks there are to look through. */
const fewRanked = (words: number) => words === 1 ? 40 : 200

const first = Number.MIN_SAFE_INTEGER
/** A page: so many products behind the last one shown. */
interface Wanted { limit: number; after: Position | null }

/** The best rank first; within a rank FTS5 answers by id, and no arm is begun before its time. */
const byRank = (search: Search, { limit, after }: Wanted): Arm[] => {
  const from = after === null ? 0 : Number(after.value)
  return matchingByRank(search).flatMap((match, rank) => rank < from ? [] : [arm(
    sql`select l.num, ${rank} as value from search s cross join listing l on l.num = s.rowid
      where s.search match ${match} and s.rowid > ${rank === from && after ? numberOf(after.id) : first} and `,
    ofStatus(search.filter), withOffer(search.filter), sql` order by s.rowid limit ${limit}`,
  )])
}

/** Few, each ranked by itself. */
const ranked = (search: Search, match: string, { limit, after }: Wanted): Arm[] => {
  const each = compose('select l.num, ', rankOf(search), sql` as value from search s cross join listing l on l.num = s.rowid
    cross join ranked r on r.num = s.rowid where s.search match ${match} and `, ofStatus(search.filter), withOffer(search.filter))
  if (after === null) return [arm(each, sql` order by value, l.num limit ${limit}`)]
  return [arm('select num, value from (', each, sql`) where value > ${after.value} or (value = ${after.value} and num > ${numberOf(after.id)}) order by value, num limit ${limit}`)]
}

const newest = ({ filter }: Search, match: string | null, { limit, after }: Wanted): Arm[] => {
  const before = after === null ? Number.MAX_SAFE_INTEGER : numberOf(after.id)
  return match === null
    ? [arm('select l.num, 0 as value from listing l where ', ofStatus(filter), withOffer(filter), sql` and l.num < ${before}
        order by l.num desc limit ${limit}`)]
    : [arm(sql`select l.num, 0 as value from search s cross join listing l on l.num = s.rowid
        where s.search match ${match} and s.rowid < ${before} and `, ofStatus(filter), withOffer(filter), sql`
        order by s.rowid desc limit ${limit}`)]
}

/** First the rest of those that tie with the last one shown, then what comes behind them: each a walk along an index. */
const walked = ({ filter, tree }: Search, words: string | null, { column, falls }: Order, { limit, after }: Wanted): Arm[] => {
  const from = compose(`select l.num, ${column} as value from listing l where `, ofStatus(filter), withOffer(filter), withColumns(filter, tree),
    column === 'l.price' && filter.maxPrice !== null ? sql` and l.price <= ${filter.maxPrice}` : nothing,
    words === null ? nothing : sql` and l.num in (select s.rowid from search s where s.search match ${words})`)
  const way = falls ? 'desc' : 'asc'
  if (after === null) return [arm(from, ` order by ${column} ${way}, l.num`, sql` limit ${limit}`)]
  return [
    arm(from, ` and ${column} = `, sql`${after.value} and l.num > ${numberOf(after.id)} order by l.num limit ${limit}`),
    arm(from, ` and ${column} ${falls ? '<' : '>'} `, sql`${after.value}`, ` order by ${column} ${way}, l.num`, sql` limit ${limit}`),
  ]
}

const behind = ({ column, falls }: Order, after: Position | null): Statement => after === null ? nothing : compose(
  ` and (${column} ${falls ? '<' : '>'} `, sql`${after.value}`, ` or (${column} = `, sql`${after.value} and l.num > ${numberOf(after.id)}))`)
const sorted = ({ column, falls }: Order, limit: number): Statement =>
  compose(` order by ${column} ${falls ? 'desc' : 'asc'}, l.num`, sql` limit ${limit}`)

const collected = ({ filter }: Search, match: string, order: Order, { limit, after }: Wanted): Arm[] => [arm(
  `select l.num, ${order.column} as value from search s cross join listing l on l.num = s.rowid where s.search match `, sql`${match}`, ' and ',
  ofStatus(filter), withOffer(filter), behind(order, after), sorted(order, limit))]

/** All with a variant of a rare price. */
const byOffer = ({ filter }: Search, order: Order, { limit, after }: Wanted): Arm[] => [arm(
  `select l.num, ${order.column} as value from (select distinct v.product from variant v indexed by variant_price where v.buyable in (0, 1) and `,
  offered(filter), `) v cross join listing l on l.num = v.product where `, ofStatus(filter), behind(order, after), sorted(order, limit))]
const byId: Order = { column: 'l.num', falls: true }

const asked = ({ filter }: Search, ids: readonly string[], match: string | null, { limit, after }: Wanted): Arm[] => [arm(
  sql`select l.num, j.key as value from json_each(${JSON.stringify(ids)}) j cross join product p on p.id = j.value cross join listing l on l.num = p.num
    where j.key > ${after?.value ?? -1} and `, ofStatus(filter), withOffer(filter),
  match === null ? nothing : sql` and l.num in (select s.rowid from search s where s.search match ${match})`,
  sql` order by j.key limit ${limit}`,
)]

/** The outer loops stand still for `cross join`, so the arms' order is the answer's. */
const shown = (arms: readonly Arm[], limit: number): Statement => compose(
  `select p.id, a.value, p.head || coalesce(c.json, 'null') || e.tail as text from (`,
  ...arms.flatMap((one, at) => at === 0 ? [one] : [' union all ', one]),
  sql` limit ${limit}) a cross join product p on p.num = a.num cross join live e on e.num = a.num left join category c on c.id = p.category`,
)

export const listing = (db: Sql, { tree }: ReturnType<typeof treeIn>): Pick<Shelf, 'page'> => {
  const isFew = async (found: Statement, most = few): Promise<boolean> => {
    const [row] = await db.read(Count, compose('select count(*) as count from (', found, sql` limit ${most})`))
    return (row?.count ?? 0) < most
  }
  const rarelyOffered = async (filter: Filter): Promise<boolean> => (filter.minPrice !== null || filter.maxPrice !== null) && await isFew(
    compose('select 1 from variant v indexed by variant_price where v.buyable in (0, 1) and ', offered(filter)))

  const armsFor = async (search: Search, sort: Sort, wanted: Wanted): Promise<Arm[]> => {
    const { filter } = search
    if (filter.ids) return asked(search, filter.ids, matching(search), wanted)
    const match = matching(search)
    if (sort === 'relevance') {
      if (match === null || filter.words?.length === 0) return []
      return await isFew(sql`select 1 from search s where s.search match ${match}`, fewRanked(filter.words?.length ?? 0)) ? ranked(search, match, wanted) : byRank(search, wanted)
    }
    if (match === null && await rarelyOffered(filter)) {
      return sort === 'newest'
        ? byOffer(search, byId, { ...wanted, after: wanted.after && { ...wanted.after, value: numberOf(wanted.after.id) } })
        : byOffer(search, orders[sort], wanted)
    }
    if (sort === 'newest') return newest(search, match, wanted)
    if (match !== null && await isFew(sql`select 1 from search s where s.search match ${match}`)) return collected(search, match, orders[sort], wanted)
    return walked(search, filter.words && matching({ ...search, filter: { ...filter, categories: [], vendors: [], tags: [], skus: [] } }), orders[sort], wanted)
  }

  return {
    async page(filter, sort, limit, after) {
      const search = { filter, tree: await tree(), endings: await endingsOf(db, filter.words?.at(-1)) }
      const wanted = { limit: limit + 1, after }
      // A word that stands in many names fills the page with the first rank.
      const [best] = sort === 'relevance' && filter.words?.length === 1 && !filter.ids && after === null ? byRank(search, wanted) : []
      let rows = best ? await db.read(Row, shown([best], limit + 1)) : []
      if (rows.length <= limit) {
        const arms = await armsFor(search, sort, wanted)
        if (arms.length === 0) return { items: '', next: null }
        rows = await db.read(Row, shown(arms, limit + 1))
      }
      const more = rows.length > limit
      if (more) rows.length = limit
      const last = rows.at(-1)
      return { items: rows.map((row) => row.text).join(','), next: more && last ? { value: last.value, id: last.id } : null }
    },
  }
}
