import { join } from 'node:path'
import { keptColumns } from '../../../modules/product/stores/kept-columns.ts'
import { listing } from '../../../modules/product/stores/listing.ts'
import { migrations } from '../../../modules/product/stores/migrations.ts'
import { treeIn } from '../../../modules/product/stores/tree.ts'
import { wordsSought } from '../../../modules/product/rules/analyser.ts'
import { numberOf } from '../../../modules/product/rules/order.ts'
import { openSqlite } from '../../../src/databases/sqlite/open.ts'
import type { Statement } from '../../../src/databases/sql.ts'
import { open, outboxOf } from './store.ts'

const LIMIT = 20

interface Known { readonly text: string; readonly values: Statement['values'] }
/**
 * What the shop's own search asks its store for these words, each question in its turn. The reference asks the same, known
 * beforehand: it pays neither for taking the words apart nor for putting the questions together.
 */
export const searchStatements = async (folder: string, queries: readonly string[]): Promise<Map<string, Known[]>> => {
  const database = await openSqlite({ path: join(folder, 'product.db'), migrations, world: { now: Date.now, id: () => '' } })
  let asked: Known[] = []
  const { page } = listing({
    ...database.sql, read: (row, query) => { asked.push({ text: query.text.join('?'), values: query.values }); return database.sql.read(row, query) },
  }, treeIn(database.sql), keptColumns(database.sql))
  const found = new Map<string, Known[]>()
  for (const query of queries) {
    asked = []
    await page({
      words: wordsSought(query), ids: null, skus: [], categories: [], tags: [], vendors: [], statuses: ['active'], minPrice: null, maxPrice: null, inStock: null,
    }, 'relevance', LIMIT, null)
    found.set(query, asked)
  }
  await database.close()
  return found
}

export interface Quote {
  variantId: string; productId: string; slug: string; name: string; options: string; sku: string | null; image: string | null; amount: number
  currency: string; available: number
}

export const products = (folder: string, searches: Awaited<ReturnType<typeof searchStatements>>) => {
  const store = open(join(folder, 'product.db'), 1024 ** 3)
  const outbox = outboxOf(store)
  const whole = `select p.id, p.head || coalesce(c.json, 'null') || e.tail as text, p.version, e.n + coalesce(c.n, 0) as n`
  const beside = 'join live e on e.num = p.num left join category c on c.id = p.category'
  const byId = store.prepare(`${whole} from product p ${beside} where p.num = ? and p.id = ?`)
  const newest = store.prepare(`${whole} from (select num from listing where status = 'active' order by num desc limit ?) a
    cross join product p on p.num = a.num cross join live e on e.num = p.num left join category c on c.id = p.category`)
  const statements = new Map([...new Set([...searches.values()].flat().map(({ text }) => text))].map((text) => [text, store.prepare(text)]))
  const found = new Map([...searches].map(([query, asked]) => [query, asked.map(({ text, values }) => () => statements.get(text)?.all(...values) ?? [])]))
  const quote = store.prepare(`select v.id as "variantId", p.id as "productId", p.slug, p.name, v.options, v.sku, p.image, v.price as amount,
    p.currency, s.available from variant v join product p on p.num = v.product join stock s on s.variant = v.id where v.id = ?`)

  const reserve = store.prepare(`insert into reservation (id, state, at) values (?, 'held', ?)`)
  const reserveLine = store.prepare('insert into reservation_line (reservation, variant, quantity, took) values (?, ?, ?, ?)')
  const take = store.prepare(`update stock set available = available - ?, reserved = reserved + ?, version = version + 1
    where variant = ? and sellable = 1 and available >= ?`)
  const buyable = store.prepare(`update variant set buyable = 1 - buyable where id = ? and buyable <>
    (select available > 0 from stock where variant = variant.id)`)
  const show = store.prepare(`update live set n = n + 1, tail = ',"variants":[' || (
      select group_concat(v.json || '{"available":' || s.available || ',"tracked":true}}', ',' order by v.position)
      from variant v join stock s on s.variant = v.id where v.product = live.num
    ) || '],"rating":{"average":' || coalesce(rating_average, 'null') || ',"count":' || rating_count || '}}'
    where num = ?`)
  const sell = store.prepare('update stock set reserved = reserved - ?, sold = sold + ? where variant = ?')
  const sold = store.prepare(`update reservation set state = 'sold' where id = ? and state = 'held'`)
  const untold = store.prepare('select variant, product, available, version from stock where version > published order by variant limit 500')
  const told = store.prepare('update stock set published = ? where variant = ?')
  setInterval(() => {
    const rows = untold.all()
    if (rows.length === 0) return
    void store.change(() => {
      for (const { variant, product, available, version } of rows) {
        told.run(version ?? 0, variant ?? '')
        outbox.emit('inventory.updated.v1', { variantId: variant, productId: product, available, version })
      }
    })
  }, 200)

  const json = (text: string, headers: Record<string, string> = {}) => new Response(text, { headers: { 'content-type': 'application/json', ...headers } })
  const page = (rows: Record<string, unknown>[]): Response => {
    const last = rows.length > LIMIT ? rows[LIMIT - 1] : undefined
    const cursor = last === undefined ? 'null' : `"${Buffer.from(JSON.stringify([last['value'] ?? 0, last['id']])).toString('base64url')}"`
    return json(`{"items":[${rows.slice(0, LIMIT).map((row) => row['text']).join(',')}],"nextCursor":${cursor}}`)
  }
  return {
    show(id: string): Response {
      const row = byId.get(numberOf(id), id)
      return row === undefined ? new Response(null, { status: 404 }) : json(String(row['text']), { etag: `W/"${row['version']}.${row['n']}"` })
    },
    list: (): Response => page(newest.all(LIMIT + 1)),
    search(q: string): Response {
      const known = found.get(q)
      let rows: Record<string, unknown>[] = []
      for (const ask of known ?? []) rows = ask()
      return known === undefined ? new Response(null, { status: 404 }) : page(rows)
    },
    quote(id: string): Quote | null {
      const row: object | undefined = quote.get(id)
      return row === undefined ? null : row as Quote
    },
    reserve: (order: string, lines: readonly { variantId: string; quantity: number }[]) => store.change(() => {
      reserve.run(order, Date.now())
      for (const { variantId, quantity } of lines) {
        if (take.run(quantity, quantity, variantId, quantity).changes !== 1) throw new Error('out of stock')
        reserveLine.run(order, variantId, quantity, quantity)
        buyable.run(variantId)
      }
      for (const productId of new Set(lines.map(({ variantId }) => quote.get(variantId)?.['productId']))) show.run(numberOf(String(productId)))
    }),
    commit: (order: string, lines: readonly { variantId: string; quantity: number }[]) => store.change(() => {
      for (const { variantId, quantity } of lines) sell.run(quantity, quantity, variantId)
      sold.run(order)
    }),
  }
}
export type Products = ReturnType<typeof products>
