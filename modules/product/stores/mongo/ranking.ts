import { type Endings, matchingIn, type Terms } from '../../rules/matching.ts'
import { categoryToken, type FieldClass, wordToken } from '../../rules/tokens.ts'
import type { Search } from './filtering.ts'

type Holds = (tokens: ReadonlySet<string>) => boolean
/** Classes of fields and categories are looked up; of everything else that was looked for all is known to be there. */
const isKept = (token: string): boolean => /^[012k]/.test(token)
const terms: Terms<Holds> = {
  token: (text) => isKept(text) ? (tokens) => tokens.has(text) : text === 'x' ? () => false : () => true,
  any: (conditions) => (tokens) => conditions.some((holds) => holds(tokens)),
  all: (conditions) => (tokens) => conditions.every((holds) => holds(tokens)),
  but: (condition, not) => (tokens) => condition(tokens) && !not(tokens),
}
const { byRank } = matchingIn(terms)

const endingsOf = (word: string): Endings<Holds> => (of: FieldClass) => {
  const from = wordToken(of, word)
  return [isKept(from) ? (tokens) => [...tokens].some((token) => token.startsWith(from)) : () => true]
}

/** The tokens that rank a product. */
export const rankedOf = ({ ranking, category }: { ranking: readonly string[]; category: string | null }): ReadonlySet<string> =>
  new Set(category === null ? ranking : [...ranking, categoryToken(category)])

/** The place of a product's rank among all ranks, of products that were found. */
export const rankIn = ({ filter, tree }: Search): ((tokens: ReadonlySet<string>) => number) => {
  const last = filter.words?.at(-1)
  // Filters hold for all that was found.
  const ranks = byRank({ filter: { ...filter, categories: [], vendors: [], skus: [], tags: [] }, tree, endings: last ? endingsOf(last.word) : () => [] })
  return (tokens) => Math.max(0, ranks.findIndex((holds) => holds(tokens)))
}
