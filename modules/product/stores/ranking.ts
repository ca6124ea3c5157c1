import { sql, type Statement } from '../../../src/databases/sql.ts'
import type { Word } from '../rules/analyser.ts'
import { mostRanked } from '../rules/relevance.ts'
import { type FieldClass, stemToken, wordToken } from '../rules/tokens.ts'
import { compose } from './compose.ts'
import type { Search } from './matching.ts'

/**
 * The class in which `r` (its `ranked` row) and `l` have the word, as a bit: 1 for class 0 … 8 for class 3, the description,
 * where everything else that was found must stand.
 */
const classOf = (word: Word, isLast: boolean, { tree }: Search): Statement => {
  const stem = (of: FieldClass) => ` ${stemToken(of, word.stem)} `
  // Nothing ends a prefix; another word but the last counts by its stem alone.
  const begins = (of: FieldClass) => isLast ? ` ${wordToken(of, word.word)}` : stem(of)
  return sql`case when instr(r.tokens, ${stem(0)}) or instr(r.tokens, ${begins(0)}) then 1
    when instr(r.tokens, ${stem(1)}) or instr(r.tokens, ${begins(1)}) or instr(${tree.named(word, isLast).join(' ')}, l.category) then 2
    when instr(r.tokens, ${stem(2)}) or instr(r.tokens, ${begins(2)}) then 4 else 8 end`
}
/** For each set of such bits, its place among `ranks` (rules/relevance.ts): by the weakest, then by the strongest. */
const places = '021534396768676'

/** The place of a product's rank among all ranks, for a few products found. */
export const rankOf = (search: Search): Statement => {
  const words = search.filter.words ?? []
  if (words.length > mostRanked) return sql`0`
  const bits = words.map((word, at) => classOf(word, at === words.length - 1, search)).flatMap((one, at) => at === 0 ? [one] : [' | ', one])
  return words.length === 1 ? compose("instr('1248', ", ...bits, ') - 1') : compose(`cast(substr('${places}', `, ...bits, ', 1) as integer)')
}
