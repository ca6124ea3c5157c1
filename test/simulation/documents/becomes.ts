import { isDeepStrictEqual } from 'node:util'
import type { Filter, Update } from '../../../src/databases/documents.ts'
import { inOrder, isOperators, memberMeets } from './meets.ts'

export type Fields = Record<string, unknown>
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const copied = (value: unknown): unknown => (typeof value === 'object' && value !== null ? structuredClone(value) : value)

/** Changes what stands at a path; what is missing on the way is made, unless there is nothing to put there. */
const put = (document: Fields, path: string, change: (value: unknown) => unknown): void => {
  const parts = path.split('.')
  const last = parts.pop() ?? ''
  let place: Fields = document
  const made: [Fields, string][] = []
  for (const part of parts) {
    const next = place[part]
    if (isFields(next)) {
      place = next
      continue
    }
    if (next !== undefined) throw new TypeError(`Nothing can stand at ${path}`)
    const fresh: Fields = {}
    made.push([place, part])
    place[part] = fresh
    place = fresh
  }
  const value = change(place[last])
  if (value !== undefined) place[last] = value
  else if (Object.hasOwn(place, last)) delete place[last]
  else for (const [parent, part] of made.reverse()) delete parent[part]
}

const numberOf = (value: unknown): number => {
  if (typeof value === 'number') return value
  throw new TypeError('It takes a number')
}
const listOf = (value: unknown): unknown[] => {
  if (value === undefined) return []
  if (Array.isArray(value)) return value
  throw new TypeError('It takes a list')
}
const eachOf = (value: unknown): readonly unknown[] => (isFields(value) && Array.isArray(value['$each']) ? value['$each'] : [value])

const operators: Readonly<Record<string, (was: unknown, by: unknown) => unknown>> = {
  $set: (_, by) => copied(by),
  $unset: () => undefined,
  $inc: (was, by) => numberOf(was ?? 0) + numberOf(by),
  $min: (was, by) => (was === undefined || inOrder(by, was) < 0 ? by : was),
  $max: (was, by) => (was === undefined || inOrder(by, was) > 0 ? by : was),
  $push: (was, by) => [...listOf(was), ...eachOf(by).map(copied)],
  $addToSet: (was, by) => eachOf(by).reduce<unknown[]>((set, one) => (set.some((member) => isDeepStrictEqual(member, one)) ? set : [...set, copied(one)]), listOf(was)),
  $pull: (was, by) => (was === undefined ? undefined : listOf(was).filter((member) => !memberMeets(member, by))),
}

/** What a document becomes; it stays as it was itself. */
export const become = (document: Fields, update: Update, isNew: boolean): Fields => {
  const after = structuredClone(document)
  const paths: string[] = []
  for (const [name, changes] of Object.entries(update)) {
    const operator = operators[name === '$setOnInsert' ? '$set' : name]
    if (operator === undefined) throw new TypeError(`${name} is none of the operators that the port promises`)
    if (!isFields(changes)) throw new TypeError(`${name} takes paths`)
    for (const [path, by] of Object.entries(changes)) {
      if (by === undefined) continue
      // As the server refuses it.
      if (paths.some((other) => `${other}.`.startsWith(`${path}.`) || `${path}.`.startsWith(`${other}.`))) throw new TypeError(`Two changes at ${path}`)
      paths.push(path)
      if (name !== '$setOnInsert' || isNew) put(after, path, (was) => operator(was, by))
    }
  }
  return after
}

/** What an upsert begins with. */
export const plain = (filter: Filter): Fields => {
  const fresh: Fields = {}
  for (const [path, wanted] of Object.entries(filter)) {
    const value = isOperators(wanted) ? wanted['$eq'] : wanted
    if (!path.startsWith('$') && value !== undefined) put(fresh, path, () => copied(value))
  }
  return fresh
}

/** Only these fields and the id. */
export const only = (document: Fields, fields: readonly string[]): Fields => {
  const some: Fields = { _id: document['_id'] }
  const pick = (from: unknown, to: Fields, [part = '', ...rest]: readonly string[]): void => {
    if (!isFields(from) || !Object.hasOwn(from, part)) return
    if (rest.length === 0) to[part] = copied(from[part])
    else if (isFields(from[part]) && !Array.isArray(from[part])) {
      const place = to[part]
      const there: Fields = isFields(place) ? place : {}
      to[part] = there
      pick(from[part], there, rest)
    }
  }
  for (const field of fields) pick(document, some, field.split('.'))
  return some
}
