import { Type } from '@sinclair/typebox'
import { type Sql, sql, type Statement } from '../../../src/databases/sql.ts'
import type { Filter, Position, Sort } from '../rules/listing.ts'
import { numberOf } from '../rules/order.ts'
import type { Shelf } from '../store.ts'
import { chosen } from './choosing.ts'
import { compose, nothing } from './compose.ts'
import { isOffer, ofStatus, withOffer } from './conditions.ts'
import type { KeptColumns } from './kept-columns.ts'
import { endingsOf, matchesFor, matching, matchingByRank, type Search } from './matching.ts'
import { rankOf } from './ranking.ts'
import type { treeIn } from './tree.ts'

const Row = Type.Object({ id: Type.String(), value: Type.Union([Type.Number(), Type.String()]), text: Type.String() })
const Count = Type.Object({ count: Type.Integer() })

/** A way to find the next products in order: answers `num` and the sort's `value`. */
type Arm = Statement
const arm = (...parts: readonly (string | Statement)[]): Arm => compose('select * from (', ...parts, ')')

interface Order { column: string; falls: boolean }
const orders: Readonly<Record<Exclude<Sort, 'relevance'>, Order>> = {
  newest: { column: 'l.num', falls: true }, price: { column: 'l.price', falls: false }, '-price': { column: 'l.price', falls: true },
  name: { column: 'l.name', falls: false }, rating: { column: 'l.rating', falls: true },
}

/**
 * Up to so many found are ranked one by one; of more, by the number of words, ranks are looked through in turn: the more words, the
 * more ranks there are.
 */
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
    ofStatus(search.filter), sql` order by s.rowid limit ${limit}`,
  )])
}

/** Few, each ranked by itself. */
const ranked = (search: Search, match: string, { limit, after }: Wanted): Arm[] => {
  const each = compose('select l.num, ', rankOf(search), sql` as value from search s cross join listing l on l.num = s.rowid
    cross join ranked r on r.num = s.rowid where s.search match ${match} and `, ofStatus(search.filter))
  if (after === null) return [arm(each, sql` order by value, l.num limit ${limit}`)]
  return [arm('select num, value from (', each, sql`) where value > ${after.value} or (value = ${after.value} and num > ${numberOf(after.id)}) order by value, num limit ${limit}`)]
}

/** All of a status: first the rest of those that tie with the last one shown, then what comes behind them, each a walk along an index. */
const walked = ({ filter }: Search, sort: Exclude<Sort, 'relevance'>, { limit, after }: Wanted): Arm[] => {
  const { column, falls } = orders[sort]
  const from = compose(`select l.num, ${column} as value from listing l where `, ofStatus(filter))
  const way = falls ? 'desc' : 'asc'
  const along = sort === 'newest' ? ' order by l.num desc' : ` order by ${column} ${way}, l.num`
  if (after === null) return [arm(from, along, sql` limit ${limit}`)]
  const behind = arm(from, ` and ${column} ${falls ? '<' : '>'} `, sql`${sort === 'newest' ? numberOf(after.id) : after.value}`, along, sql` limit ${limit}`)
  return sort === 'newest' ? [behind]
    : [arm(from, ` and ${column} = `, sql`${after.value} and l.num > ${numberOf(after.id)} order by l.num limit ${limit}`), behind]
}

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

/** Chosen elsewhere. The value is the place in the list. */
const picked = (nums: readonly number[]): Arm => arm(sql`select value as num, key as value from json_each(${JSON.stringify(nums)}) order by key`)

const isNarrowed = (filter: Filter): boolean => filter.words !== null || filter.statuses.length > 1 || isOffer(filter)
  || [filter.skus, filter.categories, filter.tags, filter.vendors].some((values) => values.length > 0)

interface Page { items: string; next: Position | null }

/**
 * The database answers what an index of its own has in order: all of a status, words by rank, and ids. Everything else is
 * looked for in the columns (docs/decisions/search-by-rank.md).
 */
export const listing = (db: Sql, { tree }: Pick<ReturnType<typeof treeIn>, 'tree'>, { ask }: Pick<KeptColumns, 'ask'>): Pick<Shelf, 'page'> => {
  const isFew = async (match: string, most: number): Promise<boolean> => {
    const [row] = await db.read(Count, sql`select count(*) as count from (select 1 from search s where s.search match ${match} limit ${most})`)
    return (row?.count ?? 0) < most
  }
  const read = async (arms: readonly Arm[], limit: number) => arms.length === 0 ? [] : await db.read(Row, shown(arms, limit))

  const byRelevance = async (search: Search, wanted: Wanted) => {
    const words = search.filter.words?.length ?? 0
    const match = matching(search)
    if (match === null || words === 0) return []
    if (words === 1 && wanted.after === null) {
      // A word that stands in many names fills the page with the first rank.
      const rows = await read(byRank(search, wanted).slice(0, 1), wanted.limit)
      if (rows.length === wanted.limit) return rows
    }
    return await read(await isFew(match, fewRanked(words)) ? ranked(search, match, wanted) : byRank(search, wanted), wanted.limit)
  }

  /** Of what is chosen all that are shown are read; one that was deleted at this moment is not. */
  const fromColumns = async (search: Search, sort: Sort, { limit, after }: Wanted): Promise<Page> => {
    const picks = await ask(matchesFor(search, sort), (lent) => chosen(lent, search, sort, { limit, after }))
    const rows = await read([picked(picks.slice(0, limit - 1).map(({ num }) => num))], limit)
    const last = rows.at(-1)
    const value = picks[Number(last?.value)]?.value
    return { items: rows.map(({ text }) => text).join(','), next: picks.length === limit && last && value !== undefined ? { value, id: last.id } : null }
  }

  return {
    async page(filter, sort, limit, after) {
      const search = { filter, tree: await tree(), endings: await endingsOf(db, filter.words?.at(-1)) }
      const wanted = { limit: limit + 1, after }
      if (!filter.ids && (sort === 'relevance' ? isOffer(filter) : isNarrowed(filter))) return await fromColumns(search, sort, wanted)
      const rows = filter.ids ? await read(asked(search, filter.ids, matching(search), wanted), wanted.limit)
        : sort === 'relevance' ? await byRelevance(search, wanted) : await read(walked(search, sort, wanted), wanted.limit)
      const more = rows.length > limit
      if (more) rows.length = limit
      const last = rows.at(-1)
      return { items: rows.map(({ text }) => text).join(','), next: more && last ? { value: last.value, id: last.id } : null }
    },
  }
}
