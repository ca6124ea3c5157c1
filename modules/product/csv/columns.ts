/**
 * The columns that an import reads, each under the names it has in Shopify's files: the older header generation, the one
 * of today, and what lies between. Names are compared without case and outer spaces; columns of other names are ignored.
 */
const columns = [
  ['handle', 'handle', 'url handle'],
  ['title', 'title'],
  ['body', 'body (html)', 'description', 'body html', 'body'],
  ['vendor', 'vendor'],
  ['type', 'type', 'custom product type'],
  ['taxonomy', 'product category', 'standard product type', 'standardized product type'],
  ['tags', 'tags'],
  ['published', 'published', 'published on online store'],
  ['status', 'status'],
  ['option1Name', 'option1 name'],
  ['option1Value', 'option1 value'],
  ['option2Name', 'option2 name'],
  ['option2Value', 'option2 value'],
  ['option3Name', 'option3 name'],
  ['option3Value', 'option3 value'],
  ['sku', 'variant sku', 'sku'],
  ['grams', 'variant grams', 'weight value (grams)'],
  ['weight', 'variant weight', 'weight value', 'weight'],
  ['weightUnit', 'variant weight unit', 'weight unit for display', 'weight unit'],
  ['tracker', 'variant inventory tracker', 'inventory tracker'],
  ['quantity', 'variant inventory qty', 'inventory quantity', 'variant inventory quantity'],
  ['policy', 'variant inventory policy', 'continue selling when out of stock', 'inventory policy'],
  ['price', 'variant price', 'price'],
  ['compareAt', 'variant compare at price', 'compare-at price', 'compare at price'],
  ['image', 'image src', 'product image url', 'image url'],
  ['imagePosition', 'image position'],
  ['imageAlt', 'image alt text'],
  // Ours, for what Shopify's columns cannot say; `print.ts` writes them.
  ['ownCategory', 'mercado / category'],
  ['ownTags', 'mercado / tags'],
  ['ownOptions', 'mercado / options'],
  ['ownAttributes', 'mercado / attributes'],
  ['ownVariantName', 'mercado / variant name'],
  ['ownVariantNumber', 'mercado / variant number'],
] as const

export type Column = (typeof columns)[number][0]

/** Where each known column stands. */
export type Header = ReadonlyMap<Column, number>

const columnOf: ReadonlyMap<string, Column> = new Map(
  columns.flatMap(([column, ...aliases]) => aliases.map((alias): [string, Column] => [alias, column])),
)

/** Of a column named twice the first counts. */
export const readHeader = (cells: readonly string[]): Header => {
  const found = new Map<Column, number>()
  for (const [at, cell] of cells.entries()) {
    const column = columnOf.get(cell.trim().replace(/\s+/g, ' ').toLowerCase())
    if (column !== undefined && !found.has(column)) found.set(column, at)
  }
  return found
}
