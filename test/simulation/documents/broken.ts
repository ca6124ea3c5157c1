import type { Documents, Filter, Step } from '../../../src/databases/documents.ts'

type Rewrite = (collection: string, filter: Filter) => Filter

/** The same documents with changes that guard less. */
const guardedBy = (rewrite: Rewrite) => (documents: Documents): Documents => ({
  ...documents,
  change: (shape, name, filter, update, about) => documents.change(shape, name, rewrite(name, filter), update, about),
  steps: (name, steps, about) => documents.steps(name, steps.map((step): Step => ('filter' in step ? { ...step, filter: rewrite(name, step.filter) } : step)), about),
})
const without = (filter: Filter, path: string): Filter => Object.fromEntries(Object.entries(filter).filter(([one]) => one !== path))

/** Any hold of the order is taken for the one that was counted. */
export const withoutTokens = guardedBy((collection, filter) => (collection !== 'stock' ? filter : Object.fromEntries(Object.entries(filter).map(([path, wanted]) => {
  const [, hold] = /^(holds\.[^.]+)\.token$/.exec(path) ?? []
  return hold === undefined ? [path, wanted] : [hold, { $exists: true }]
}))))
/** A move is applied by whoever comes, whatever was applied before. */
export const withoutNumbers = guardedBy((collection, filter) => (collection === 'stock' ? without(filter, 'last.n') : filter))
/** Whoever comes last decides about a reservation. */
export const withoutStates = guardedBy((collection, filter) => (collection === 'reservation' ? without(filter, 'state') : filter))
/** A line is held whatever there is. */
export const withoutStock = guardedBy((collection, filter) => (collection === 'stock' && 'available' in filter ? without(filter, 'available') : filter))
