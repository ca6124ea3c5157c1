import { type FieldClass, fieldClasses } from './tokens.ts'

/**
 * Where a product stands among those found: first by the class of the field in which its weakest word was found, then by
 * that of its strongest; ties by id. A rank is a condition on tokens, so that any store with an index by token finds the
 * first page without looking at the rest.
 */
export interface Rank { readonly weakest: FieldClass; readonly strongest: FieldClass | 'any' }

const ofOneWord: readonly Rank[] = fieldClasses.map((of) => ({ weakest: of, strongest: of }))
const ofMore: readonly Rank[] = fieldClasses.flatMap((weakest) =>
  fieldClasses.filter((strongest) => strongest <= weakest).map((strongest) => ({ weakest, strongest })))

/** Whoever looks for so many words is not helped by an order, and pays for none. */
export const mostRanked = 12
const unranked: readonly Rank[] = [{ weakest: 3, strongest: 'any' }]

/** All ranks, the best first. */
export const ranks = (words: number): readonly Rank[] => words === 1 ? ofOneWord : words > mostRanked ? unranked : ofMore
