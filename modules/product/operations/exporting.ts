import type { Operations } from '../../../src/module/module.ts'
import { Reply } from '../../../src/module/reply.ts'
import type { product } from '../contract/index.ts'
import type { CategoryStep } from '../csv/category.ts'
import { headerLine, productLines } from '../csv/print.ts'
import { exponentOf } from '../csv/values.ts'
import type { CategoryKept, Kept, ProductStore } from '../store.ts'

export interface ExportParts { store: ProductStore; settings: { currency: string } }

const pageProducts = 50

/** The catalogue as Shopify's product CSV, read page by page as the client takes it. */
export const exporting = ({ store, settings: { currency } }: ExportParts): Pick<Operations<typeof product>, 'exportProducts'> => {
  const encoder = new TextEncoder()
  return {
    async exportProducts() {
      const exponent = exponentOf(currency)
      const waysOf = ways(await store.categories())
      let after: string | null = null
      const body = new ReadableStream<Uint8Array>({
        start(controller) { controller.enqueue(encoder.encode(headerLine)) },
        async pull(controller) {
          const { products, next } = await store.walk(after, pageProducts)
          const text = products.map((kept) => productLines(kept, waysOf(kept), exponent)).join('')
          if (text !== '') controller.enqueue(encoder.encode(text))
          after = next
          if (next === null) controller.close()
        },
      })
      return new Reply(body, { headers: { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="products.csv"' } })
    },
  }
}

/** From the root to each category. One that was made since the export began stands alone. */
const ways = (categories: readonly CategoryKept[]): ((kept: Kept) => readonly CategoryStep[]) => {
  const bySlug = new Map(categories.map((category) => [category.slug, category]))
  return ({ categorySlug: slug, categoryName: name }) => {
    if (slug === null || name === null) return []
    const way = bySlug.get(slug)?.path.flatMap((step) => bySlug.get(step) ?? []).reverse() ?? []
    return way.length === 0 ? [{ slug, name }] : way.map((step) => ({ slug: step.slug, name: step.name }))
  }
}
