import assert from 'node:assert/strict'
import type { Filter, Position } from '../../rules/listing.ts'
import type { ProductStore } from '../../store.ts'
import { category, edited, filter, made, type Open, paged, record, variant, withStore, words } from '../products.ts'

const find = async (store: ProductStore, q: string, about: Partial<Filter> = {}, limit = 50, after: Position | null = null) => {
  const { items, next } = await store.page(filter({ ...words(q), ...about }), 'relevance', limit, after)
  return { numbers: JSON.parse(`[${items}]`).map(({ slug }: { slug: string }): number => Number(slug.slice('product-'.length))), next }
}
const found = async (store: ProductStore, q: string, about: Partial<Filter> = {}): Promise<number[]> => (await find(store, q, about)).numbers
const byPages = (store: ProductStore, q: string, limit: number): Promise<number[]> => paged(async (after: Position | null) => {
  const { numbers, next } = await find(store, q, {}, limit, after)
  return { items: numbers, next }
})

export default (open: Open): void => {
  const promise = withStore(open)

  promise('a name comes before tags and category, these before vendor and SKU, and descriptions last; ties are by id', async (store) => {
    await store.addCategory(category(1, { name: 'Boots' }))
    await store.save([
      made(record(1, { description: 'good <b>boots</b>' })), made(record(2, { vendor: 'Boot & Sons' })), made(record(3, { category: category(1).id })),
      made(record(4, { tags: ['boot'] })), made(record(5, { variants: [variant(5, { sku: 'BOOT-1' })] })), made(record(6, { name: 'Red boot' })),
      made(record(7, { name: 'Shoe' })),
    ])
    assert.deepEqual(await found(store, 'boots'), [6, 3, 4, 2, 5, 1])
    assert.deepEqual(await found(store, 'boo'), [6, 3, 4, 2, 5, 1])
    for (const limit of [1, 2, 4]) assert.deepEqual(await byPages(store, 'boot', limit), [6, 3, 4, 2, 5, 1])
  })

  promise('of several words the worst place counts, then the best', async (store) => {
    await store.save([
      made(record(1, { name: 'Thing', description: 'a red lamp' })), made(record(2, { name: 'Lamp', description: 'it is red' })),
      made(record(3, { name: 'Lamp', tags: ['red'] })), made(record(4, { name: 'A lamp in red' })), made(record(5, { name: 'Lamp' })),
      made(record(6, { name: 'Thing', vendor: 'Red', tags: ['lamps'] })),
    ])
    assert.deepEqual(await found(store, 'red lamp'), [4, 3, 6, 2, 1])
    assert.deepEqual(await found(store, 'lamp re'), [4, 3, 6, 2, 1])
    for (const limit of [1, 2, 3]) assert.deepEqual(await byPages(store, 'red lamp', limit), [4, 3, 6, 2, 1])
  })

  promise('many that are found stand in the same order as few', async (store) => {
    const places = ['name', 'tags', 'vendor', 'description'] as const
    const at = (n: number, word: string, place: (typeof places)[number]) => place === 'tags' ? { tags: [word] } : { [place]: `${word} ${n}` }
    const all = Array.from({ length: 320 }, (_, n) => record(n + 1, {
      name: 'x', ...at(n, 'green', places[n % 4] ?? 'name'), ...(Math.floor(n / 4) % 4 === n % 4 ? {} : at(n, 'chair', places[Math.floor(n / 4) % 4] ?? 'name')),
    }))
    const both = all.filter((one) => /green/.test(JSON.stringify(one)) && /chair/.test(JSON.stringify(one)))
    const placeOf = (one: (typeof all)[number], word: RegExp) => [one.name, one.tags.join(' '), one.vendor ?? '', one.description ?? ''].findIndex((text) => word.test(text))
    const rank = (one: (typeof all)[number]) => {
      const classes = [placeOf(one, /green/), placeOf(one, /chair/)]
      return Math.max(...classes) * 10 + Math.min(...classes)
    }
    const expected = both.toSorted((one, other) => rank(one) - rank(other)).map(({ slug }) => Number(slug.slice('product-'.length)))
    for (let from = 0; from < all.length; from += 80) await store.save(all.slice(from, from + 80).map((one) => made(one)))
    assert.ok(expected.length > 200)
    assert.deepEqual(await byPages(store, 'green chair', 37), expected)
    assert.deepEqual(await byPages(store, 'chair green', 50), expected)
  })

  promise('accents, case, apostrophes and hyphens do not matter, stems and prefixes do', async (store) => {
    await store.save([
      made(record(1, { name: 'Crème Brûlée' })), made(record(2, { name: 'Weiße Straße, Øresund' })), made(record(3, { name: 'Women\'s T-Shirts' })),
      made(record(4, { name: 'Running shoes' })), made(record(5, { name: 'Чайник' })),
    ])
    const cases: [string, number[]][] = [
      ['creme BRULEE', [1]], ['crème', [1]], ['strasse', [2]], ['oresund', [2]], ['womens', [3]], ['women', [3]], ['woman\'s', []], ['t-shirt', [3]],
      ['tshirt', [3]], ['shirt t', [3]], ['shoe', [4]], ['run', [4]], ['runn', [4]], ['runn shoe', []], ['shoe runn', [4]], ['чай', [5]], ['чайник', [5]],
    ]
    for (const [q, numbers] of cases) assert.deepEqual(await found(store, q), numbers, q)
  })

  promise('hostile text is looked for and does no harm', async (store) => {
    await store.save([made(record(1, { name: 'Or not, near and "far"' }))])
    for (const q of ['"', '\'', '*', '-', 'NEARBY(1', 'a AND', '" XOR "', 'name:', '^', '(((', 'x\u0000y', '%', '😀', ';drop table product', '{"$ne":1}', 'a'.repeat(200)]) {
      assert.deepEqual(await found(store, q), [], q)
    }
    assert.deepEqual(await found(store, 'or NOT "near" and*'), [1])
    assert.deepEqual(await found(store, Array.from({ length: 60 }, (_, n) => `w${n}`).join(' ')), [])
    assert.deepEqual(await found(store, 'or not near and far '.repeat(9)), [1])
  })

  promise('other filters hold beside the words', async (store) => {
    await store.save([1, 2, 3].map((n) => made(record(n, { name: 'Lamp', tags: [`t${n % 2}`], variants: [variant(n, { price: n })] }), n - 1)))
    assert.deepEqual(await found(store, 'lamp', { tags: ['t1'] }), [1, 3])
    assert.deepEqual(await found(store, 'lamp', { minPrice: 2 }), [2, 3])
    assert.deepEqual(await found(store, 'lamp', { inStock: false }), [1])
  })

  promise('what is edited or deleted is not found by what it was', async (store) => {
    await store.save([made(record(1, { name: 'Lamp' })), made(record(2, { name: 'Lamp' }))])
    await store.save([edited(record(1), { name: 'Chair' })])
    await store.remove(record(2).id, 1)
    assert.deepEqual(await found(store, 'lamp'), [])
    assert.deepEqual(await found(store, 'chai'), [1])
  })
}
