import { isDeepStrictEqual } from 'node:util'
import type { Filter } from '../../../src/databases/documents.ts'

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
export const isOperators = (value: unknown): value is Record<string, unknown> => isRecord(value) && Object.keys(value).some((key) => key.startsWith('$'))

/** What stands at a path; a list on the way means each of its members. */
const at = (value: unknown, parts: readonly string[]): unknown[] => {
  const [part, ...rest] = parts
  if (part === undefined) return value === undefined ? [] : [value]
  if (Array.isArray(value)) {
    const member = /^\d+$/.test(part) ? at(value[Number(part)], rest) : []
    return [...member, ...value.flatMap((one) => (isRecord(one) ? at(one, parts) : []))]
  }
  return isRecord(value) ? at(value[part], rest) : []
}
export const valuesAt = (document: unknown, path: string): unknown[] => at(document, path.split('.'))

/** Numbers before texts, and nothing before both; null where they cannot be compared. */
const compare = (one: unknown, other: unknown): number | null => {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : one > other ? 1 : 0
  return null
}
const rank = (value: unknown): number => (value === undefined || value === null ? 0 : typeof value === 'number' ? 1 : typeof value === 'string' ? 2 : 3)
export const inOrder = (one: unknown, other: unknown): number => compare(one, other) ?? rank(one) - rank(other)

const equals = (found: readonly unknown[], wanted: unknown): boolean =>
  (wanted === null && found.length === 0) || found.some((one) => isDeepStrictEqual(one, wanted) || (Array.isArray(one) && one.some((member) => isDeepStrictEqual(member, wanted))))
const listed = (wanted: unknown): readonly unknown[] => {
  if (Array.isArray(wanted)) return wanted
  throw new TypeError('$in and $nin take a list')
}

const operators: Readonly<Record<string, (found: readonly unknown[], wanted: unknown) => boolean>> = {
  $eq: equals,
  $ne: (found, wanted) => !equals(found, wanted),
  $in: (found, wanted) => listed(wanted).some((one) => equals(found, one)),
  $nin: (found, wanted) => !listed(wanted).some((one) => equals(found, one)),
  $gt: (found, wanted) => among(found, (one) => (compare(one, wanted) ?? 0) > 0),
  $gte: (found, wanted) => among(found, (one) => (compare(one, wanted) ?? -1) >= 0),
  $lt: (found, wanted) => among(found, (one) => (compare(one, wanted) ?? 0) < 0),
  $lte: (found, wanted) => among(found, (one) => (compare(one, wanted) ?? 1) <= 0),
  $exists: (found, wanted) => (found.length > 0) === wanted,
  $elemMatch: (found, wanted) => found.some((one) => Array.isArray(one) && one.some((member) => memberMeets(member, wanted))),
}
const among = (found: readonly unknown[], holds: (one: unknown) => boolean): boolean => found.flat().some(holds)

const condition = (found: readonly unknown[], wanted: unknown): boolean => {
  if (!isOperators(wanted)) return equals(found, wanted)
  return Object.entries(wanted).every(([name, operand]) => {
    const operator = operators[name]
    if (operator === undefined) throw new TypeError(`${name} is none of the operators that the port promises`)
    return operator(found, operand)
  })
}
/** A member of a list, by its value or as a document. */
export const memberMeets = (member: unknown, wanted: unknown): boolean => {
  if (isOperators(wanted)) return condition([member], wanted)
  return isRecord(wanted) ? isRecord(member) && meets(member, wanted) : isDeepStrictEqual(member, wanted)
}

const every = (filters: unknown): readonly Filter[] => {
  if (Array.isArray(filters)) return filters
  throw new TypeError('$and, $or and $nor take a list')
}
const combined: Readonly<Record<string, (document: unknown, wanted: unknown) => boolean>> = {
  $and: (document, wanted) => every(wanted).every((one) => meets(document, one)),
  $or: (document, wanted) => every(wanted).some((one) => meets(document, one)),
  $nor: (document, wanted) => !every(wanted).some((one) => meets(document, one)),
}

/** Whether a document meets a filter, as the port promises and as MongoDB has it. */
export const meets = (document: unknown, filter: Filter): boolean => Object.entries(filter).every(([path, wanted]) => {
  const combine = combined[path]
  if (combine) return combine(document, wanted)
  if (path.startsWith('$')) throw new TypeError(`${path} is none of the operators that the port promises`)
  return condition(valuesAt(document, path), wanted)
})
