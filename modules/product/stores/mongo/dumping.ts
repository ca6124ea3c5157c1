import type { Static } from '@sinclair/typebox'
import type { DocumentReads } from '../../../../src/databases/documents.ts'
import type { Row } from '../../../../src/databases/sql.ts'
import type { Variant } from '../../contract/schemas.ts'
import { numberOf } from '../../rules/order.ts'
import { categoryShown } from '../../rules/render.ts'
import { gone, onlyTree, ProductDocument, products, SampleDocument, samples, TreeDocument, trees } from './collections.ts'
import { tailOf } from './shelf-text.ts'
import { placed } from './tree.ts'

/** A product's rows, as the SQLite store's tables have them. */
const rowsOf = (product: ProductDocument, categories: ReadonlyMap<string, number>, treeN: number): Row[] => {
  const { _id: id, slug, head, status, vendor, image, version, createdAt, updatedAt, currency, variants, stock, rating, ratingAverage, ratingCount } = product
  const num = numberOf(id)
  const { name }: { name: string } = JSON.parse(`${head}null}`)
  // A category that is gone is none; what it had counted stays.
  const category = product.category !== null && categories.has(product.category) ? product.category : null
  const n = product.n + treeN - (category === null ? 0 : categories.get(category) ?? 0)
  return [
    { table: 'product', row: { num, id, slug, name, status, category, vendor, image, version, created_at: createdAt, updated_at: updatedAt, currency, head } },
    { table: 'listing', row: { num, status, price: product.price, price_max: product.priceMax, name: product.name, rating, vendor, category } },
    { table: 'live', row: { num, n, rating_average: ratingAverage, rating_count: ratingCount, tail: tailOf(product) } },
    ...product.tags.map((tag) => ({ table: 'product_tag', row: { num, tag } })),
    { table: 'ranked', row: { num, tokens: ` ${product.ranking.join(' ')} ` } },
    ...variants.map(({ id: variant, price, json }, position) => {
      const { sku, options, weightGrams }: Static<typeof Variant> = JSON.parse(`${json}null}`)
      const buyable = Number(stock[variant]?.buyable ?? false)
      return { table: 'variant', row: { id: variant, product: num, position, sku, options: JSON.stringify(options), price, weight_grams: weightGrams, json, buyable } }
    }),
  ]
}

/** The catalogue's rows, parents before children. */
export async function* catalogueRows(documents: DocumentReads): AsyncGenerator<Row> {
  const [tree] = await documents.read(TreeDocument, trees, { _id: onlyTree })
  for (const { id, slug, name, parent, path } of placed(tree?.categories ?? [])) {
    const n = tree?.categories.find((one) => one.id === id)?.n ?? 0
    yield { table: 'category', row: { id, slug, name, parent, json: categoryShown(slug, name), path: JSON.stringify(path), n } }
  }
  const categories = new Map(tree?.categories.map(({ id, n }) => [id, n]))
  for await (const product of documents.walk(ProductDocument, products, { status: { $ne: gone } })) yield* rowsOf(product, categories, tree?.n ?? 0)
  for await (const { decidedAt } of documents.walk(SampleDocument, samples)) yield { table: 'sample', row: { id: 1, decided_at: decidedAt } }
}

/** Events that wait. */
export async function* outboxRows(documents: DocumentReads): AsyncGenerator<Row> {
  for await (const { id, type, time, trace, data } of documents.told()) {
    yield { table: 'outbox', row: { id, type, time, trace, published_at: null, data: JSON.stringify(data) } }
  }
}
