import type { Filter as Found } from '../../../../src/databases/documents.ts'
import type { Word } from '../../rules/analyser.ts'
import type { Filter } from '../../rules/listing.ts'
import { type Endings, matchingIn, type Search as SearchIn, shortEndings, type Terms } from '../../rules/matching.ts'
import { wordToken } from '../../rules/tokens.ts'
import type { Tree } from '../../rules/tree.ts'

const isToken = (condition: Found): condition is { tokens: string } => typeof condition['tokens'] === 'string'
/** Conditions on a product's list of tokens, which an index holds. */
const terms: Terms<Found> = {
  token: (text) => ({ tokens: text }),
  any(conditions) {
    const [only, ...more] = conditions
    if (only && more.length === 0) return only
    const [tokens, others] = [conditions.filter(isToken), conditions.filter((condition) => !isToken(condition))]
    const some = tokens.length === 0 ? [] : [{ tokens: { $in: tokens.map((one) => one.tokens) } }]
    return others.length === 0 && some[0] ? some[0] : { $or: [...some, ...others] }
  },
  all: (conditions) => conditions.length === 1 ? conditions[0] ?? {} : { $and: conditions },
  but: (condition, not) => ({ $and: [condition], $nor: [not] }),
}
export const { matching, byRank } = matchingIn(terms)
export type Search = SearchIn<Found>

const endingsOf = (last: Word | undefined): Endings<Found> => last === undefined ? () => [] : shortEndings(terms, last) ?? ((of) => {
  const from = wordToken(of, last.word)
  return [{ tokens: { $elemMatch: { $gte: from, $lt: `${from}\u{10ffff}` } } }]
})
export const searchFor = (filter: Filter, tree: Tree): Search => ({ filter, tree, endings: endingsOf(filter.words?.at(-1)) })

/** One variant fits the filters of price and stock. */
export const withOffer = ({ minPrice, maxPrice, inStock }: Pick<Filter, 'minPrice' | 'maxPrice' | 'inStock'>): Found[] => {
  const price = { ...minPrice === null ? {} : { $gte: minPrice }, ...maxPrice === null ? {} : { $lte: maxPrice } }
  const offer = { ...Object.keys(price).length > 0 ? { price } : {}, ...inStock === null ? {} : { buyable: inStock } }
  return Object.keys(offer).length > 0 ? [{ offers: { $elemMatch: offer } }] : []
}

/** All conditions but those of words and tokens. */
export const beside = (filter: Filter): Found[] => {
  const [only, ...more] = filter.statuses
  const status = more.length === 0 && only !== undefined ? only : { $in: filter.statuses }
  return [{ status, ...filter.ids ? { _id: { $in: filter.ids } } : {} }, ...withOffer(filter)]
}
/** All that a filter says. */
export const fitting = (search: Search): Found => {
  const match = matching(search)
  return { $and: [...beside(search.filter), ...match === null ? [] : [match]] }
}
