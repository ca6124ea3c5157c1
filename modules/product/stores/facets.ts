import type { Static } from '@sinclair/typebox'
import type { FacetValue, Facets } from '../contract/schemas.ts'
import { priceRanges } from '../rules/price-ranges.ts'
import { failing, judging } from './choosing.ts'
import { type Codes, isBuyable, type Offer, priceOf } from './columns.ts'
import { firsts } from './firsts.ts'
import type { Lent } from './kept-columns.ts'
import type { Search } from './matching.ts'
import type { Tree } from '../rules/tree.ts'

type Value = Static<typeof FacetValue>
const mostValues = 50
const countOne = (counts: Uint32Array, at = 0): void => { counts[at] = (counts[at] ?? 0) + 1 }

/** The most frequent, ties by text. */
const frequent = (texts: readonly string[], counts: ArrayLike<number>, label = (text: string) => text): Value[] => {
  const text = (at: number) => texts[at] ?? ''
  const count = (at: number) => counts[at] ?? 0
  const first = firsts(mostValues, (one, other) => count(one) > count(other) || (count(one) === count(other) && text(one) < text(other)))
  for (let at = 0; at < texts.length; at++) if (count(at) > 0) first.offer(at)
  return first.inOrder().map((at) => ({ value: text(at), label: label(text(at)), count: count(at) }))
}

/** A category's count holds its subcategories', as the filter does. */
const rolledUp = ({ texts: ids }: Codes, counts: Uint32Array, tree: Tree): Value[] => {
  const sums = new Map<string, number>()
  for (let at = 1; at < ids.length; at++) {
    for (const slug of tree.byId.get(ids[at] ?? '')?.path ?? []) sums.set(slug, (sums.get(slug) ?? 0) + (counts[at] ?? 0))
  }
  return frequent([...sums.keys()], [...sums.values()], (slug) => tree.bySlug.get(slug)?.name ?? slug)
}

/** Products that fail no filter but a facet's own count there. Counts are of products. */
const counted = (lent: Lent, { filter, tree }: Search): Facets => {
  const { columns: { rows, category, vendor, tags, offers, lists, categories, vendors, tagTexts } } = lent
  const fails = judging(lent, filter, tree)
  const inCategory = new Uint32Array(categories.texts.length)
  const ofVendor = new Uint32Array(vendors.texts.length)
  const withTag = new Uint32Array(tagTexts.texts.length)
  const priced = new Uint32Array(rows)
  let [total, prices, min, max] = [0, 0, Number.MAX_SAFE_INTEGER, -1]
  const isOffered = (offer: Offer) => filter.inStock === null || isBuyable(offer) === filter.inStock

  for (let row = 0; row < rows; row++) {
    const failed = fails(row)
    if (failed === 0) total++
    if ((failed | failing.category) === failing.category) countOne(inCategory, category[row])
    if ((failed | failing.vendor) === failing.vendor) countOne(ofVendor, vendor[row])
    if ((failed | failing.tag) === failing.tag) {
      const from = tags[row] ?? 0
      for (let at = from + (lists[from] ?? 0); at > from; at--) countOne(withTag, lists[at])
    }
    if ((failed | failing.price) === failing.price) {
      priced[prices++] = row
      const from = offers[row] ?? 0
      for (let at = from + (lists[from] ?? 0); at > from; at--) {
        const offer = lists[at] ?? 0
        if (!isOffered(offer)) continue
        const price = priceOf(offer)
        if (price < min) min = price
        if (price > max) max = price
      }
    }
  }

  const ranges = (): Facets['price'] => {
    if (max < 0) return { min: null, max: null, ranges: [] }
    const { start, step } = priceRanges(min, max)
    const counts = new Uint32Array(Math.floor((max - start) / step) + 1)
    for (const row of priced.subarray(0, prices)) {
      const from = offers[row] ?? 0
      let seen = 0
      for (let at = from + (lists[from] ?? 0); at > from; at--) {
        const offer = lists[at] ?? 0
        const place = Math.floor((priceOf(offer) - start) / step)
        if (!isOffered(offer) || (seen >> place & 1) === 1) continue
        seen |= 1 << place
        countOne(counts, place)
      }
    }
    return { min, max, ranges: Array.from(counts, (count, at) => ({ from: start + at * step, to: start + (at + 1) * step - 1, count })).filter(({ count }) => count > 0) }
  }
  ofVendor[0] = 0
  return {
    category: rolledUp(categories, inCategory, tree), tag: frequent(tagTexts.texts, withTag), vendor: frequent(vendors.texts, ofVendor),
    price: ranges(), total,
  }
}

const answersKept = 100
/** Counts, or answers what was counted before where nothing has changed since: most ask for the same few. */
export const counting = (): ((lent: Lent, search: Search) => Facets) => {
  const known = new Map<string, { moves: number; changes: number; tree: Tree; facets: Facets }>()
  return (lent, search) => {
    const { moves, changes } = lent.columns
    const { tree } = search
    const key = JSON.stringify(search.filter)
    const before = known.get(key)
    if (before?.moves === moves && before.changes === changes && before.tree === tree) return before.facets
    const facets = counted(lent, search)
    known.delete(key)
    known.set(key, { moves, changes, tree, facets })
    const oldest = known.keys().next()
    if (known.size > answersKept && !oldest.done) known.delete(oldest.value)
    return facets
  }
}
