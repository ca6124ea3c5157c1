import type { Filter, Pipeline } from '../../../src/databases/documents.ts'
import type { Fields } from './becomes.ts'
import { inOrder, meets, valuesAt } from './meets.ts'

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const record = (value: unknown): Record<string, unknown> => {
  if (isRecord(value)) return value
  throw new TypeError('A stage takes a record')
}
const valueOf = (document: Fields, expression: unknown): unknown =>
  (typeof expression === 'string' && expression.startsWith('$') ? valuesAt(document, expression.slice(1))[0] : expression)
const keyOf = (document: Fields, by: unknown): unknown =>
  (isRecord(by) ? Object.fromEntries(Object.entries(by).map(([name, path]) => [name, valueOf(document, path)])) : valueOf(document, by) ?? null)

const gathered: Readonly<Record<string, (values: readonly unknown[]) => unknown>> = {
  $sum: (values) => values.reduce<number>((sum, one) => sum + (typeof one === 'number' ? one : 0), 0),
  $min: (values) => values.filter((one) => one !== undefined && one !== null).sort(inOrder)[0] ?? null,
  $max: (values) => values.filter((one) => one !== undefined && one !== null).sort(inOrder).at(-1) ?? null,
}
const grouped = (documents: readonly Fields[], { _id, ...sums }: Record<string, unknown>): Fields[] => {
  const groups = Map.groupBy(documents, (document) => JSON.stringify(keyOf(document, _id)))
  return [...groups.values()].map((group) => Object.fromEntries([
    ['_id', keyOf(group[0] ?? {}, _id)],
    ...Object.entries(sums).map(([name, sum]) => {
      const [[operator, expression] = ['', null]] = Object.entries(record(sum))
      const gather = gathered[operator]
      if (gather === undefined) throw new TypeError(`${operator} is none that the port promises`)
      return [name, gather(group.map((document) => valueOf(document, expression)))] as const
    }),
  ]))
}
const unwound = (document: Fields, path: string): Fields[] => {
  const name = path.slice(1)
  const value = document[name]
  return Array.isArray(value) ? value.map((member: unknown) => ({ ...document, [name]: member })) : value === undefined || value === null ? [] : [document]
}

export const sorted = <T extends Fields>(documents: readonly T[], sort: Readonly<Record<string, unknown>>): T[] => documents.toSorted((one, other) => {
  for (const [path, way] of Object.entries(sort)) {
    const order = inOrder(valuesAt(one, path)[0], valuesAt(other, path)[0])
    if (order !== 0) return way === -1 ? -order : order
  }
  return 0
})

const stages: Readonly<Record<string, (documents: Fields[], stage: unknown) => Fields[]>> = {
  $match: (documents, filter) => documents.filter((one) => meets(one, record(filter) satisfies Filter)),
  $unwind: (documents, path) => documents.flatMap((one) => unwound(one, String(path))),
  $group: (documents, by) => grouped(documents, record(by)),
  $sort: (documents, by) => sorted(documents, record(by)),
  $limit: (documents, most) => documents.slice(0, Number(most)),
}

/** What comes out of a pipeline. */
export const piped = (documents: readonly Fields[], pipeline: Pipeline): Fields[] =>
  pipeline.flatMap((stage) => Object.entries(stage)).reduce<Fields[]>((now, [name, about]) => {
    const stage = stages[name]
    if (stage === undefined) throw new TypeError(`${name} is none of the stages that the port promises`)
    return stage(now, about)
  }, [...documents])
