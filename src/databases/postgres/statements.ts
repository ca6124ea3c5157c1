import type { Statement, Value } from '../sql.ts'

/** Text as the server takes it, with its values. `answers`: whether rows come back that the caller is to get. */
export interface Ready { readonly text: string; readonly values: readonly Value[]; readonly answers: boolean }
interface Known { readonly text: string; readonly answers: boolean; readonly guarded: Map<number, string> }

/** SQLSTATE of a guard that met other rows; its place is in the error's detail. */
const guardState = 'MC001'

/** How the engine's own function is made that ends a change whose guard does not hold. */
export const guardFunction = `CREATE FUNCTION expect_rows(met BIGINT, expected BIGINT, place INTEGER) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
BEGIN
  IF met <> expected THEN
    RAISE EXCEPTION 'a guard met % rows', met USING ERRCODE = '${guardState}', DETAIL = place;
  END IF;
  RETURN TRUE;
END $$`

/** Whether the statement answers rows: a select, or one with `returning`. */
export const isQuery = (text: string): boolean =>
  /^\s*(select|values)\b/i.test(text) || /\breturning\b/i.test(text) || (/^\s*with\b/i.test(text) && !/\b(insert|update|delete)\b/i.test(text))

/** A template's text with its places numbered after `before`. */
export const textFrom = (text: readonly string[], before: number): string =>
  text.reduce((all, part, at) => (at === 0 ? part : `${all}$${before + at}${part}`), '')

const byTemplate = new WeakMap<readonly string[], Known>()
const known = ({ text, values }: Statement): Known => {
  let found = byTemplate.get(text)
  if (found === undefined) {
    const joined = textFrom(text, 0)
    byTemplate.set(text, found = { text: joined, answers: isQuery(joined), guarded: new Map() })
  }
  if (values.length !== text.length - 1) throw new Error(`A statement has ${text.length - 1} places and ${values.length} values: ${text.join('?')}`)
  return found
}

export const ready = (statement: Statement): Ready => {
  const { text, answers } = known(statement)
  return { text, values: statement.values, answers }
}

/**
 * The statement with its guard beside it, so that the server itself ends the change and nobody need wait to hear what it met
 * before sending the rest. The guard stands on the left, so that it is asked where no row is met too.
 */
const withGuard = ({ text, answers }: Known, place: string, rows: number): string => answers
  ? `WITH met AS (${text}) SELECT met.* FROM (SELECT expect_rows((SELECT count(*) FROM met), ${rows}, ${place}) AS holds) AS guard LEFT JOIN met ON guard.holds`
  : `WITH met AS (${text} RETURNING 1) SELECT expect_rows(count(*), ${rows}, ${place}) FROM met`

/** A statement of a change. `place` is what a guard that does not hold says. */
export const readyAt = (statement: Statement, place: number): Ready => {
  const { rows } = statement
  if (rows === undefined) return ready(statement)
  const found = known(statement)
  let text = found.guarded.get(rows)
  if (text === undefined) found.guarded.set(rows, text = withGuard(found, `$${statement.text.length}::integer`, rows))
  // Where no rows are to be met, the one that comes back holds nothing.
  return { text, values: [...statement.values, place], answers: found.answers && rows > 0 }
}

/** Whether rows come back that the caller is to get; where no rows are to be met, the one that comes back holds nothing. */
export const answersRows = (statement: Statement): boolean => known(statement).answers && statement.rows !== 0

/** The place of the guard that did not hold, where that is what the error says. */
export const missedGuard = (error: unknown): number | undefined =>
  error instanceof Error && 'code' in error && error.code === guardState && 'detail' in error ? Number(error.detail) : undefined

/** The driver tells a big integer's type, which would be a statement of its own: as text it fits the same one. */
export const bound = (values: readonly Value[]): Exclude<Value, bigint>[] => values.map((value) => (typeof value === 'bigint' ? String(value) : value))
/** Sent as a statement that the server prepares once a connection. */
export const prepared = { prepare: true, simple: false } as const
