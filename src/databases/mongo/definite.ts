import type { Filter } from '../documents.ts'

/** The same filter, refused where a condition is undefined: the driver leaves such out, and a filter without its condition would meet everything. */
export const definite = (filter: Filter): Filter => {
  const look = (value: unknown, path: string): void => {
    if (value === undefined) throw new TypeError(`The filter's ${path} is undefined`)
    if (typeof value === 'object' && value !== null) for (const [key, one] of Object.entries(value)) look(one, `${path}.${key}`)
  }
  for (const [key, one] of Object.entries(filter)) look(one, key)
  return filter
}
