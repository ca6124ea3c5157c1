import type { Keys, Layout } from '../../../../src/databases/keys.ts'
import type { Row } from '../../../../src/databases/sql.ts'
import { type Fields, fieldsOf, generationsOf, lineText, linesOf, parts } from './cart.ts'
import { page } from './page.ts'
import { puts } from './put.ts'

const CARTS_AT_ONCE = 50

/** As the tables of the embedded store have them. */
const columns = {
  cart: ['id', 'owner', 'version', 'generation', 'country', 'region', 'postal_code', 'shipping_method', 'notices', 'created_at', 'updated_at', 'expires_at'],
  line: ['cart_id', 'variant_id', 'quantity', 'position', 'added_at', 'seen'],
  alias: ['cart_id', 'into_id', 'merged_generation', 'generation'],
  settled: ['order_id', 'cart_id', 'pending'],
} as const
const destinations = ['country', 'region', 'postal_code', 'shipping_method'] as const

const cartRow = (owner: string, fields: Fields): Row['row'] => ({
  id: fields.get('id'), owner, version: Number(fields.get('v')), generation: Number(fields.get('g')),
  country: fields.get('c') ?? null, region: fields.get('r') ?? null, postal_code: fields.get('p') ?? null, shipping_method: fields.get('s') ?? null,
  notices: fields.get('n'), created_at: Number(fields.get('b')), updated_at: Number(fields.get('u')), expires_at: Number(fields.get('e')),
})

/** A cart with all that hangs on it, parents first. */
function* rowsOf(owner: string, fields: Fields, aliases: Fields, settled: readonly string[]): Generator<Row> {
  const id = fields.get('id')
  yield { table: 'cart', row: cartRow(owner, fields) }
  for (const { variantId, quantity, position, addedAt, seen } of linesOf(fields)) {
    yield { table: 'line', row: { cart_id: id, variant_id: variantId, quantity, position, added_at: addedAt, seen } }
  }
  for (const [alias, text] of aliases) {
    const [merged, now] = generationsOf(text)
    yield { table: 'alias', row: { cart_id: alias, into_id: id, merged_generation: merged, generation: now } }
  }
  for (const order of settled) yield { table: 'settled', row: { order_id: order, cart_id: id, pending: 0 } }
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

const put = (keys: Keys, { table, row }: Row): Promise<unknown> => {
  const text = (column: string) => String(row[column])
  switch (table) {
    case 'cart': {
      const destination = destinations.flatMap((column, at) => (row[column] === null ? [] : [parts[at]?.[1] ?? '', text(column)]))
      return keys.run(puts.cart, [`cart:${text('owner')}`], [
        text('owner'), text('id'), text('expires_at'),
        'id', text('id'), 'v', text('version'), 'g', text('generation'), 'n', text('notices'),
        'b', text('created_at'), 'u', text('updated_at'), 'e', text('expires_at'), ...destination,
      ])
    }
    case 'line':
      return keys.run(puts.line, [], [text('cart_id'), text('variant_id'),
        lineText({ quantity: Number(row['quantity']), position: Number(row['position']), addedAt: Number(row['added_at']), seen: text('seen') })])
    case 'alias': return keys.run(puts.alias, [], [text('cart_id'), text('into_id'), `${text('merged_generation')} ${text('generation')}`])
    default: return keys.run(puts.settled, [], [text('order_id'), text('cart_id')])
  }
}

/** The store's neutral rows: those of the embedded one. */
export const layoutOf = (keys: Keys): Layout => ({
  version: 1,
  columns,
  async* rows() {
    let after = ''
    do {
      const [last, found] = listOf(await keys.run(page, [], [after, CARTS_AT_ONCE]))
      for (const one of listOf(found)) {
        const [owner, fields, aliases, settled] = listOf(one)
        yield* rowsOf(String(owner), fieldsOf(fields), fieldsOf(aliases), listOf(settled).map(String).sort())
      }
      after = typeof last === 'string' ? last : ''
    } while (after !== '')
  },
  // Sent one after the other over one connection, they are done in that order.
  async put(rows) {
    await Promise.all(rows.map((row) => put(keys, row)))
  },
})
