import type { Statement, Value } from '../sql.ts'
import { type Ready, isQuery, textFrom } from './statements.ts'

/** A change as one statement. `at`: whose rows come back, -1 where nobody's do. */
export interface Folded { readonly ready: Ready; readonly at: number }
/** A statement of a change, with what its guard says where it does not hold. */
export interface Placed { readonly statement: Statement; readonly place: number }

/** Meets the same rows and leaves the same ones, whatever else is in its change: values alone, and at most a row that is known already. */
const plain = /^\s*insert\s+into\s+\w+\s*\([\w\s,]+\)\s*values\s*\((?:\s*(?:\?|null|'[^']*'|\d+)\s*,?)+\)\s*(?:on\s+conflict\s+(?:\([\w\s,]+\)\s+)?do\s+nothing\s*)?(?:returning\s+\w+(?:\s*,\s*\w+)*\s*)?$/i
const writes = /^\s*(insert|update|delete)\b/i

interface Shape { readonly text: string; readonly at: number; /** Whose places are values of it. */ readonly guarded: readonly number[] }
interface Known { shape: Shape | null | undefined; readonly next: Map<number | undefined, WeakMap<readonly string[], Known>> }
const fresh = (): Known => ({ shape: undefined, next: new Map() })
const start = fresh()

const MOST = 16

/**
 * One statement of these, or null where that could mean something else: what runs beside one another does not see what the
 * others wrote. So only the first may look at rows; the rest are plain inserts.
 */
const shapeOf = (all: readonly Placed[]): Shape | null => {
  const texts = all.map(({ statement }) => statement.text.join('?'))
  const answering = texts.flatMap((text, at) => (isQuery(text) ? [at] : []))
  const fits = all.length <= MOST && answering.length <= 1 && texts.every((text, at) => (at === 0 ? writes : plain).test(text))
  if (!fits) return null
  const [at = -1] = answering
  let places = 0
  const parts = all.map(({ statement: { text, rows } }, n) => {
    const own = textFrom(text, places)
    places += text.length - 1
    return `m${n} AS (${own}${rows !== undefined && n !== at ? ' RETURNING 1' : ''})`
  })
  const guarded = all.flatMap(({ statement: { rows } }, n) => (rows === undefined ? [] : [n]))
  // One after the other, as far as the first that does not hold.
  const holds = guarded.map((n, nth) => `expect_rows((SELECT count(*) FROM m${n}), ${all[n]?.statement.rows}, $${places + nth + 1}::integer)`).join(' AND ')
  const guard = `(SELECT ${holds || 'true'} AS holds) AS guard`
  return {
    text: `WITH ${parts.join(', ')} SELECT ${at === -1 ? '1' : `m${at}.*`} FROM ${guard}${at === -1 ? ' WHERE guard.holds' : ` LEFT JOIN m${at} ON guard.holds`}`,
    at, guarded,
  }
}

/** A change of several statements as one, which is a transaction by itself; null where it must be sent one by one. */
export const folded = (all: readonly Placed[]): Folded | null => {
  let known = start
  for (const { statement: { text, rows } } of all) {
    let beside = known.next.get(rows)
    if (beside === undefined) known.next.set(rows, beside = new WeakMap())
    let next = beside.get(text)
    if (next === undefined) beside.set(text, next = fresh())
    known = next
  }
  if (known.shape === undefined) known.shape = shapeOf(all)
  const { shape } = known
  if (shape === null) return null
  const values: Value[] = []
  for (const { statement } of all) for (const value of statement.values) values.push(value)
  for (const n of shape.guarded) values.push(all[n]?.place ?? 0)
  return { ready: { text: shape.text, values, answers: shape.at !== -1 }, at: shape.at }
}
