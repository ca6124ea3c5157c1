import { Type } from '@sinclair/typebox'
import { guarded, type Sql, sql, type Statement, Violation } from '../../../src/databases/sql.ts'
import { productCreated, productDeleted, productUpdated } from '../contract/events.ts'
import { fold } from '../rules/fold.ts'
import { numberOf } from '../rules/order.ts'
import { head, priceRange, variantHead } from '../rules/render.ts'
import { isRanking, tokensOf } from '../rules/tokens.ts'
import type { Catalogue, ProductChange, ProductRecord, Saved, StockTarget } from '../store.ts'
import { insertCategory } from './categories.ts'
import type { KnownWords } from './known-words.ts'
import { showStock } from './stock-shown.ts'

const Taken = Type.Object({ id: Type.String(), slug: Type.String() })
const One = Type.Object({ id: Type.String() })

const put = (record: ProductRecord, replaces: number | null): Statement => {
  const { id, slug, name, status, category, vendor, version, createdAt, updatedAt, currency } = record
  const image = record.images[0]?.url ?? null
  return replaces === null
    ? sql`insert into product (num, id, slug, name, status, category, vendor, image, version, created_at, updated_at, currency, head)
        values (${numberOf(id)}, ${id}, ${slug}, ${name}, ${status}, ${category}, ${vendor}, ${image}, ${version}, ${createdAt}, ${updatedAt},
          ${currency}, ${head(record)})`
    : guarded(sql`update product set slug = ${slug}, name = ${name}, status = ${status}, category = ${category}, vendor = ${vendor},
        image = ${image}, version = ${version}, updated_at = ${updatedAt}, currency = ${currency}, head = ${head(record)}
        where num = ${numberOf(id)} and id = ${id} and version = ${replaces}`)
}

/** Variants that the list no longer names go; their stock stays and is sold no more. */
const dropVariants = ({ id, variants }: ProductRecord): Statement[] => {
  const kept = JSON.stringify(variants.map((variant) => variant.id))
  return [
    sql`update stock set sellable = 0 where variant in (select id from variant where product = ${numberOf(id)})
      and variant not in (select value from json_each(${kept}))`,
    sql`delete from variant where product = ${numberOf(id)} and id not in (select value from json_each(${kept}))`,
  ]
}

const putVariants = ({ id, variants, currency }: ProductRecord): Statement => {
  const rows = JSON.stringify(variants.map((variant) => ({ ...variant, json: variantHead(variant, currency), options: JSON.stringify(variant.options) })))
  return sql`insert into variant (id, product, position, sku, options, price, weight_grams, json)
    select value ->> 'id', ${numberOf(id)}, key, value ->> 'sku', value ->> 'options', value ->> 'price', value ->> 'weightGrams', value ->> 'json'
    from json_each(${rows}) where true
    on conflict (id) do update set position = excluded.position, sku = excluded.sku, options = excluded.options, price = excluded.price,
      weight_grams = excluded.weight_grams, json = excluded.json`
}

/** New stock records, and moves with their targets: one a variant whose number is another. */
const putStock = (product: string, targets: readonly StockTarget[], at: number): Statement[] => {
  if (targets.length === 0) return []
  const rows = JSON.stringify(targets)
  return [
    sql`insert into stock (variant, product, tracked) select value ->> 'variantId', ${product}, value ->> 'available' is not null
      from json_each(${rows}) where true on conflict (variant) do nothing`,
    sql`insert into move (variant, n, effect, kind, target, received, available, at)
      select s.variant, s.moves + 1, j.value ->> 'effect', 'set', j.value ->> 'available',
        coalesce((j.value ->> 'available') - s.available, 0), coalesce((j.value ->> 'available') - s.available, 0), ${at}
      from json_each(${rows}) j join stock s on s.variant = j.value ->> 'variantId'
      where s.moves = 0 or iif(s.tracked, s.available, null) is not (j.value ->> 'available')
      on conflict (variant, effect) do nothing`,
    sql`update stock set received = stock.received + m.received, available = stock.available + m.available,
        tracked = m.target is not null, moves = m.n, version = version + 1
      from json_each(${rows}) j join move m on m.variant = j.value ->> 'variantId' and m.effect = j.value ->> 'effect'
      where stock.variant = m.variant and m.n = stock.moves + 1`,
  ]
}

/** What filters and sorts look at. */
const putListing = (record: ProductRecord, replaces: number | null): Statement[] => {
  const num = numberOf(record.id)
  const { min, max } = priceRange(record.variants)
  return [
    sql`insert into listing (num, status, price, price_max, name, vendor, category)
      values (${num}, ${record.status}, ${min}, ${max}, ${fold(record.name)}, ${record.vendor}, ${record.category})
      on conflict (num) do update set status = excluded.status, price = excluded.price, price_max = excluded.price_max,
        name = excluded.name, vendor = excluded.vendor, category = excluded.category
      returning num as edited`,
    ...(replaces === null ? [] : [sql`delete from product_tag where num = ${num}`]),
    sql`insert into product_tag (num, tag) select distinct ${num}, value from json_each(${JSON.stringify(record.tags)})`,
  ]
}

/** Answers which of a product's words are to be stored. */
type NewWords = (words: readonly string[]) => readonly string[]
/** FTS5 writes a piece of its index whenever a statement of another kind comes behind its own: so `search` is to come last of all. */
interface Parts { rows: Statement[]; search: Statement[] }
const putTokens = (record: ProductRecord, newOf: NewWords): Parts => {
  const { tokens, words } = tokensOf(record)
  const ranked = ` ${tokens.filter(isRanking).join(' ')} `
  const unknown = newOf(words)
  return {
    rows: [
      sql`insert into ranked (num, tokens) values (${numberOf(record.id)}, ${ranked}) on conflict (num) do update set tokens = excluded.tokens`,
      ...(unknown.length === 0 ? []
        : [sql`insert into word (word) select value from json_each(${JSON.stringify(unknown)}) where true on conflict do nothing`]),
    ],
    search: [sql`insert into search (rowid, tokens) values (${numberOf(record.id)}, ${tokens.join(' ')})`],
  }
}
/** The index of words of products that have none. */
export const indexed = (records: readonly ProductRecord[]): Statement[] => {
  const parts = records.map((record) => putTokens(record, (words) => words))
  return [...parts.flatMap(({ rows }) => rows), ...parts.flatMap(({ search }) => search)]
}

const partsOf = ({ record, replaces, stock, newCategory }: ProductChange, newOf: NewWords): Parts => {
  const tokens = putTokens(record, newOf)
  return {
    rows: [
      ...(newCategory ? [insertCategory(newCategory)] : []),
      put(record, replaces),
      ...(replaces === null ? [sql`insert into live (num) values (${numberOf(record.id)})`] : dropVariants(record)),
      putVariants(record),
      ...putStock(record.id, stock, record.updatedAt),
      ...showStock(sql`select ${numberOf(record.id)}`, 0),
      ...putListing(record, replaces),
      ...tokens.rows,
    ],
    search: [...(replaces === null ? [] : [sql`delete from search where rowid = ${numberOf(record.id)}`]), ...tokens.search],
  }
}

export const saving = (db: Sql, known: KnownWords, categoriesChanged: () => void): Pick<Catalogue, 'save' | 'remove'> => {
  /** Which change a constraint spoke against. What has passed since counts as a conflict of versions: look again. */
  const culprit = async (changes: readonly ProductChange[], violation: Violation): Promise<Saved> => {
    if (violation.kind === 'foreign' || violation.constraint.includes('category')) {
      const known = new Set((await db.read(One, sql`select id from category`)).map(({ id }) => id))
      const index = changes.findIndex(({ record, newCategory }) => newCategory !== null || (record.category !== null && !known.has(record.category)))
      return { is: 'category', index: Math.max(index, 0) }
    }
    const slugs = JSON.stringify(changes.map(({ record }) => record.slug))
    const owners = new Map((await db.read(Taken, sql`select id, slug from product where slug in (select value from json_each(${slugs}))`))
      .map(({ id, slug }) => [slug, id]))
    for (const [index, { record }] of changes.entries()) {
      if ((owners.get(record.slug) ?? record.id) !== record.id) return { is: 'slug_taken', index }
      owners.set(record.slug, record.id)
    }
    return { is: 'version', index: 0 }
  }

  return {
    async save(changes) {
      const starts: number[] = []
      const statements: Statement[] = []
      const search: Statement[] = []
      const stored: string[] = []
      const newOf = (words: readonly string[]) => {
        const unknown = known.without(words)
        stored.push(...unknown)
        return unknown
      }
      for (const change of changes) {
        const parts = partsOf(change, newOf)
        starts.push(statements.length)
        statements.push(...parts.rows)
        search.push(...parts.search)
      }
      const events = changes.map(({ record: { id, version }, replaces }) =>
        replaces === null ? productCreated({ productId: id, version }) : productUpdated({ productId: id, version }))
      try {
        const written = await db.write({ statements: [...statements, ...search], events })
        if (written.ok) {
          known.stored(stored)
          return { is: 'saved' }
        }
        return { is: 'version', index: starts.findLastIndex((start) => start <= written.at) }
      } catch (error) {
        if (error instanceof Violation && error.kind !== 'check') return await culprit(changes, error)
        throw error
      } finally {
        if (changes.some(({ newCategory }) => newCategory)) categoriesChanged()
      }
    },

    async remove(id, version) {
      const written = await db.write({
        statements: [
          guarded(sql`delete from product where num = ${numberOf(id)} and id = ${id} and version = ${version} returning num as edited`),
          sql`update stock set sellable = 0 where product = ${id}`,
          sql`delete from search where rowid = ${numberOf(id)}`,
        ],
        events: [productDeleted({ productId: id, version: version + 1 })],
      })
      if (written.ok) return 'removed'
      const known = await db.read(One, sql`select id from product where id = ${id}`)
      return known.length > 0 ? 'version' : 'unknown'
    },
  }
}
